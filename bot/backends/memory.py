"""A desk elsewhere that lives in this process: for demonstrations, and beside the real one in its tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.backends.port import BackendRefused, NewRequest, RemoteFile, RemoteStatus, RemoteTicket
from bot.backends.rules import SUBJECT_MAX
from bot.clock import Clock


@dataclass
class InMemoryBackend:
    """Keeps requests in a dictionary and refuses what Zendesk refuses."""

    clock: Clock
    opened: dict[int, tuple[NewRequest, datetime]] = field(default_factory=dict)
    standing: dict[int, RemoteTicket] = field(default_factory=dict)
    notes: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    _keys: dict[str, int] = field(default_factory=dict)
    _tokens: set[str] = field(default_factory=set)

    async def upload(self, file: RemoteFile) -> str:
        """Take a file; an empty one is refused."""
        if file.path.stat().st_size == 0:
            raise BackendRefused("the file is empty")
        token = f"token-{len(self._tokens) + 1}"
        self._tokens.add(token)
        return token

    async def create(self, request: NewRequest, *, key: str) -> int:
        """Open a request."""
        if key in self._keys:
            return self._keys[key]
        self._check(request)
        number = len(self.opened) + 1
        self._keys[key] = number
        self.opened[number] = request, self.clock.now()
        self.standing[number] = RemoteTicket(number, RemoteStatus.NEW, self.clock.now())
        return number

    def _check(self, request: NewRequest) -> None:
        if not request.subject or not request.body or "@" not in request.email:
            raise BackendRefused("a field is missing")
        if len(request.subject) > SUBJECT_MAX:
            raise BackendRefused("the subject is too long")
        self._check_tokens(request.uploads)

    def _check_tokens(self, uploads: Sequence[str]) -> None:
        if not self._tokens.issuperset(uploads):
            raise BackendRefused("no such upload")

    async def find(self, email: str, subject: str, since: datetime) -> int | None:
        """The first request with this requester and subject."""
        same = (
            number
            for number, (request, at) in self.opened.items()
            if (request.email, request.subject) == (email, subject) and at >= since
        )
        return next(same, None)

    async def tickets(self, ids: Sequence[int]) -> list[RemoteTicket]:
        """How requests stand."""
        return [self.standing[number] for number in ids if number in self.standing]

    async def note(self, remote_id: int, body: str, uploads: Sequence[str], status: RemoteStatus | None = None) -> None:
        """Keep what the reporter did."""
        if remote_id not in self.standing:
            raise BackendRefused("no such request")
        self._check_tokens(uploads)
        self.notes.append((remote_id, body, tuple(uploads)))
        if status is not None:
            self.move(remote_id, status)

    def move(self, remote_id: int, status: RemoteStatus) -> None:
        """An officer there changes a request's status."""
        self.standing[remote_id] = replace(self.standing[remote_id], status=status, updated_at=self.clock.now())
