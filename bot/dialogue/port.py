"""The port between the product and whatever holds the talk: Rasa, or the ranker alone while Rasa is away."""

from dataclasses import dataclass
from typing import Protocol

from bot.articles.models import ArticleCard
from bot.tickets.models import TicketSummary


class DialogueUnavailable(Exception):
    """Nobody could take the turn. The message is stored already; another Dialogue may answer it."""


@dataclass(frozen=True)
class Turn:
    """What a person did: words, a tap (`payload`), files, or several of these.

    `returning`: the person was silent for so long that the talk is taken up anew. `late`: the turn broke off before.
    """

    conversation_id: str
    text: str | None
    payload: str | None
    attachments: tuple[str, ...] = ()
    language: str = "id"
    returning: bool = False
    late: bool = False


@dataclass(frozen=True)
class Button:
    """A tap that is offered. Its payload comes back in `Turn.payload`."""

    title: str
    payload: str


@dataclass(frozen=True)
class Reply:
    """One message of the bot: text, cards and buttons belong together and are shown as one."""

    text: str
    articles: tuple[ArticleCard, ...] = ()
    buttons: tuple[Button, ...] = ()
    ticket: TicketSummary | None = None


class Dialogue(Protocol):
    """Takes the turns of a talk. The caller sees to it that turns of one conversation do not overlap."""

    async def turn(self, turn: Turn) -> list[Reply]:
        """Return the replies to this turn, never none of them. Raises DialogueUnavailable."""
        ...

    async def ready(self) -> bool:
        """Whether a turn would be taken now."""
        ...

    async def forget(self, conversation_id: str) -> None:
        """Drop what is remembered of a conversation; unknown ones are fine. Raises DialogueUnavailable."""
        ...
