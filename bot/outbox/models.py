"""Errands of the outbox as plain values, and what handles them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol


@dataclass(frozen=True)
class NewItem:
    """An errand to be done at or after `due_at`.

    `key` names it for ever: the same key is written once, however often. `group` names what may be cancelled together.
    """

    kind: str
    key: str
    due_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    group: str | None = None


@dataclass(frozen=True)
class OutboxItem:
    """A stored errand. `attempts` counts how often it was begun; a number above one means that it may be half done."""

    id: int
    kind: str
    key: str
    due_at: datetime
    payload: Mapping[str, Any]
    attempts: int
    group: str | None = None
    error: str | None = None
    locked_by: str | None = None
    dead_at: datetime | None = None


class OutboxHandler(Protocol):
    """Does the errands of one kind.

    It may be called again for an errand that it did already (the process died before this was written down), so it
    must be harmless to repeat, or notice the repetition by the item's key. It returns when the errand is done, raises
    NotYet to be called later, PermanentFailure when no repetition can help, and anything else to be tried again.
    """

    async def handle(self, item: OutboxItem) -> None:
        """Do the errand."""
        ...


class NotYet(Exception):
    """The errand's time has not come; nothing failed."""

    def __init__(self, due_at: datetime) -> None:
        self.due_at = due_at
        super().__init__(f"due at {due_at.isoformat()}")


class PermanentFailure(Exception):
    """No repetition can help: the errand becomes a dead letter at once."""


@dataclass(frozen=True)
class WorkerPolicy:
    """How a worker behaves.

    The lease must outlast the time limit of a handler, or two workers could hold one errand.
    """

    batch: int = 4
    poll: timedelta = timedelta(seconds=1)
    time_limit: timedelta = timedelta(seconds=90)
    lease: timedelta = timedelta(seconds=120)
    first_delay: timedelta = timedelta(seconds=15)
    longest_delay: timedelta = timedelta(hours=2)
    remember: timedelta = timedelta(days=90)  # what is done or cancelled, before it is forgotten
    attempts: int = 20  # with these delays a mail server may be away for about a day and a half


@dataclass(frozen=True)
class OutboxHealth:
    """What an alarm wants to know: how many errands wait, are overdue and are dead, and since when the oldest waits."""

    waiting: int
    overdue: int
    dead: int
    oldest_due_at: datetime | None
