"""A Dialogue that tells of a known incident: with the greeting, and before the answer to a question about it."""

from collections.abc import Sequence
from typing import Final, Protocol

from bot.conversations.service import START_PAYLOAD
from bot.dialogue.port import Dialogue, Reply, Turn
from bot.incidents.models import Incident

_GREETED_WITH: Final = 2


class Incidents(Protocol):
    """What is needed of bot.incidents.service.IncidentService."""

    async def told(self) -> Sequence[Incident]:
        """The open incidents, newest first."""
        ...

    async def about(self, articles: Sequence[int]) -> Incident | None:
        """The open incident that a question with these nearest articles, best first, is about."""
        ...


class HeraldedDialogue:
    """Passes turns on, and puts a message before the replies where there is something to tell."""

    def __init__(self, inner: Dialogue, incidents: Incidents) -> None:
        self._inner = inner
        self._incidents = incidents

    async def turn(self, turn: Turn) -> list[Reply]:
        """Return the replies to this turn. Raises DialogueUnavailable."""
        replies = await self._inner.turn(turn)
        return [*(Reply(_said(each)) for each in await self._due(turn, replies)), *replies]

    async def _due(self, turn: Turn, replies: Sequence[Reply]) -> Sequence[Incident]:
        if turn.payload == START_PAYLOAD:
            return (await self._incidents.told())[:_GREETED_WITH]
        if not turn.text:  # whoever taps a card has read it with the cards
            return ()
        about = await self._incidents.about([card.id for reply in replies for card in reply.articles])
        return (about,) if about else ()

    async def ready(self) -> bool:
        """Whether a turn would be taken now."""
        return await self._inner.ready()

    async def forget(self, conversation_id: str) -> None:
        """Drop what is remembered of a conversation. Raises DialogueUnavailable."""
        await self._inner.forget(conversation_id)


def _said(incident: Incident) -> str:
    affected = f" ({incident.program})" if incident.program else ""
    return f"Sedang ada gangguan{affected}: {incident.title}.\n\n{incident.text}"
