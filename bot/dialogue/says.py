"""What a step of the talk comes to: responses of domain.yml by name, what is remembered, and what is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.articles.models import ArticleCard, Suggestions
from bot.conversations.models import EventKind
from bot.dialogue.port import Button
from bot.dialogue.talk import Stage, Talk
from bot.tickets.models import TicketSummary


@dataclass(frozen=True)
class Say:
    """One message: a response of domain.yml, the values in its text, and what is shown with it.

    `choices` are buttons that the moment decides; they stand before those of the response.
    """

    response: str
    values: Mapping[str, str] = field(default_factory=dict)
    articles: tuple[ArticleCard, ...] = ()
    ticket: TicketSummary | None = None
    choices: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Happened:
    """One thing for the record of the talk."""

    kind: EventKind
    articles: tuple[int, ...] = ()
    reason: str | None = None
    ticket: int | None = None


@dataclass(frozen=True)
class Outcome:
    """The result of one step. `asked` are the questions that were ranked in it, for those who review talks."""

    talk: Talk
    stage: Stage | None
    says: tuple[Say, ...]
    happened: tuple[Happened, ...] = ()
    asked: tuple[Suggestions, ...] = ()
