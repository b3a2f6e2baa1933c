"""Reviews of talks as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.conversations.models import AskedQuestion, ConversationEvent, Message


class VerdictKind(StrEnum):
    """What an officer decided about a question; the last two decide nothing."""

    ARTICLE = "article"
    NO_ARTICLE = "no_article"
    OUTSIDE = "outside"
    BOT_RIGHT = "bot_right"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


class Why(StrEnum):
    """Why a talk is to be reviewed, in the order in which they come."""

    ESCALATED = "escalated"
    REJECTED = "rejected"
    CAME_BACK = "came_back"
    UNSURE = "unsure"
    OUTSIDE = "outside"
    SAMPLE = "sample"


@dataclass(frozen=True)
class StoredVerdict:
    """One line of what officers decided. `text` is the question as it may be learned from: without personal data."""

    id: int
    question_id: int
    kind: VerdictKind
    article: int | None
    text: str
    officer: str
    at: datetime


@dataclass(frozen=True)
class Reviewed:
    """A question of the talk under review, with what was decided about it, if anything."""

    asked: AskedQuestion
    verdict: StoredVerdict | None


@dataclass(frozen=True)
class Review:
    """One question to decide, with its whole talk: what was said, shown, chosen and rejected."""

    asked: AskedQuestion
    why: Why
    questions: Sequence[Reviewed]
    messages: Sequence[Message]
    events: Sequence[ConversationEvent]

    @property
    def ticket(self) -> int | None:
        """The ticket that the talk ended in."""
        return next((event.ticket for event in reversed(self.events) if event.ticket is not None), None)


@dataclass(frozen=True)
class Progress:
    """How far an officer is: verdicts today, and how many talks wait (counted up to a limit)."""

    today: int
    waiting: int
    more: bool


@dataclass(frozen=True)
class LabelledQuestion:
    """A past question whose right article is known (None: none answers), and the ticket that its talk ended in."""

    text: str
    article: int | None
    ticket: int | None
    conversation_id: str


@dataclass(frozen=True)
class StoredReplay:
    """A replay that was run: what it compared, what came of it, and the reason of whoever forced a worse change."""

    id: int
    at: datetime
    actor: str
    about: str
    report: Mapping[str, Any]
    refused: bool
    reason: str
