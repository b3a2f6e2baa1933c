"""What the channels keep, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How a row of a queue ended."""

    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class QueueItem:
    """A row in hand. `attempts` counts this one too.

    `begun_at` is when the first attempt began that may be half done; when that is an earlier one, the row is `unsure`.
    """

    id: int
    channel: str
    key: str
    person: str
    body: Mapping[str, Any] | None
    created_at: datetime
    attempts: int
    locked_by: str | None
    begun_at: datetime
    unsure: bool = False


@dataclass(frozen=True)
class QueuePolicy:
    """How a queue is worked.

    A killed process' rows are free again after `lease`, which a living one renews at a third of it.
    """

    concurrency: int = 8
    poll: timedelta = timedelta(milliseconds=500)
    lease: timedelta = timedelta(seconds=15)
    time_limit: timedelta = timedelta(seconds=60)
    first_delay: timedelta = timedelta(seconds=1)
    longest_delay: timedelta = timedelta(minutes=5)
    attempts: int = 5


@dataclass(frozen=True)
class ChannelPerson:
    """Somebody on a channel, and the talk that is led with them there; `alias` as in Inbound."""

    channel: str
    person: str
    conversation_id: str
    last_inbound_at: datetime | None
    left_at: datetime | None = None
    alias: str | None = None


@dataclass(frozen=True)
class SentChoices:
    """The choices of a message of ours, found again when one is tapped."""

    outbox_id: int
    body: Mapping[str, Any]
    tapped_choice: int | None
    tapped_at: datetime | None


@dataclass(frozen=True)
class NewOutbound:
    """A bubble to be written to the outbox; the same key is written once."""

    channel: str
    person: str
    key: str
    body: Mapping[str, Any]


class Reach(StrEnum):
    """What happens with an officer's words on a messenger, now."""

    FREE = "free"
    TEMPLATE = "template"
    CLOSED = "closed"
    LEFT = "left"


@dataclass(frozen=True)
class Way:
    """A messenger of a person. Free words arrive there before `until`; None means without an end."""

    channel: str
    reach: Reach
    until: datetime | None
