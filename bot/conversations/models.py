"""Conversations and messages as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from bot.attachments.models import StoredFile

CHANNELS: Final = ("web", "telegram", "whatsapp")


class Sender(StrEnum):
    """Who wrote a message."""

    USER = "user"
    BOT = "bot"
    OFFICER = "officer"


class EventKind(StrEnum):
    """What happened in a talk beside the words; the record from which the bot is judged and improved."""

    SUGGESTED = "suggested"
    CHOSEN = "chosen"
    HELPED = "helped"
    REJECTED = "rejected"
    CLARIFIED = "clarified"
    ESCALATED = "escalated"
    TICKET_OPENED = "ticket_opened"


@dataclass(frozen=True)
class Conversation:
    """One person's talk on one channel."""

    id: str
    channel: str
    token_hash: str
    created_at: datetime


@dataclass(frozen=True)
class InboundMessage:
    """What a person sends: words, a button's payload, files, or several of these.

    `client_id` is chosen by the sender; the same one again is the same message.
    """

    text: str | None = None
    payload: str | None = None
    client_id: str | None = None
    files: Sequence[StoredFile] = ()


@dataclass(frozen=True)
class Message:
    """A stored message. `articles`, `buttons` and `ticket` are JSON of the shapes in DESIGN.md, contract 5."""

    id: int
    sender: Sender
    text: str
    created_at: datetime
    articles: Sequence[Mapping[str, Any]] = ()
    buttons: Sequence[Mapping[str, Any]] = ()
    ticket: Mapping[str, Any] | None = None
    attachments: Sequence[Mapping[str, Any]] = ()
    payload: str | None = None
    client_id: str | None = None


@dataclass(frozen=True)
class ConversationEvent:
    """One line of what happened in a talk."""

    kind: EventKind
    at: datetime
    articles: Sequence[int] = ()
    reason: str | None = None
    ticket: int | None = None


@dataclass(frozen=True)
class AskedQuestion:
    """A question of a talk as it was ranked then: what was decided, and the nearest articles with probabilities (0-1).

    `message_id` is the person's message that it stands in; a message may hold several.
    """

    conversation_id: str
    at: datetime
    question: str
    decision: str
    ranked: Sequence[tuple[int, float]] = ()
    message_id: int | None = None
    id: int = 0
