"""What is asked of a desk elsewhere, and what can go wrong there.

BackendError
|- BackendAway     no answer, 5xx, 429: later
`- BackendRefused  4xx: no repetition can help
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol


class BackendError(Exception):
    """Something went wrong at the desk elsewhere."""


class BackendAway(BackendError):
    """No answer worth the name came. `wait`: the seconds that the desk asked for, if it did."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        self.wait = wait
        super().__init__(reason)


class BackendRefused(BackendError):
    """The desk does not take this, however often it is sent."""


class RemoteStatus(StrEnum):
    """How a request stands at the desk elsewhere (Zendesk's six statuses)."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"
    CLOSED = "closed"


@dataclass(frozen=True)
class RemoteTicket:
    """A request as the desk elsewhere tells it."""

    id: int
    status: RemoteStatus
    updated_at: datetime


@dataclass(frozen=True)
class RemoteFile:
    """A file on its way to the desk elsewhere."""

    name: str
    media_type: str
    path: Path


@dataclass(frozen=True)
class NewRequest:
    """A report for the desk elsewhere. The subject begins with our number, by which it is found again."""

    name: str
    email: str
    subject: str
    body: str
    uploads: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it is kept between composing and answer."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "NewRequest":
        """What `as_json` kept."""
        return cls(kept["name"], kept["email"], kept["subject"], kept["body"], tuple(kept["uploads"]))


class TicketBackend(Protocol):
    """A desk elsewhere. Every method raises BackendAway or BackendRefused."""

    async def upload(self, file: RemoteFile) -> str:
        """Hand a file over; the token attaches it to what is sent next."""
        ...

    async def create(self, request: NewRequest, *, key: str) -> int:
        """Open a request and return its id. The same key soon again gives the same request."""
        ...

    async def find(self, email: str, subject: str, since: datetime) -> int | None:
        """The request with this requester and subject that was opened since then, or None."""
        ...

    async def tickets(self, ids: Sequence[int]) -> list[RemoteTicket]:
        """How these requests stand; those that are gone are missing."""
        ...

    async def note(self, remote_id: int, body: str, uploads: Sequence[str], status: RemoteStatus | None = None) -> None:
        """Tell the officers there what the reporter did here; `status` is how the request stands by that."""
        ...
