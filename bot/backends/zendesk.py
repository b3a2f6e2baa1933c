"""Zendesk over HTTP: the five calls that we need, as its API reference describes them.

Requests are opened by the Requests API with uploads; how they stand is read, and notes are written, by the Tickets
API, because the Requests API shows an agent his own requests only. zenpy is alive, but hides rate limits and may hang.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from bot.backends.port import (
    BackendAway,
    BackendRefused,
    NewRequest,
    RemoteFile,
    RemoteStatus,
    RemoteTicket,
)
from bot.clock import Clock
from bot.waiting import asked_seconds

TIMEOUT: Final = httpx.Timeout(10.0, read=30.0, write=60.0, pool=30.0)
_PIECE_BYTES: Final = 256 * 1024


class _Ticket(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    status: RemoteStatus
    updated_at: datetime


class _Found(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    subject: str | None = None
    created_at: datetime


_Model = TypeVar("_Model", bound=BaseModel)


class ZendeskBackend:
    """One Zendesk account, entered with an agent's address and an API token."""

    def __init__(self, http: httpx.AsyncClient, clock: Clock, *, url: str, email: str, token: str) -> None:
        self._http = http
        self._clock = clock
        self._base = f"{url.rstrip('/')}/api/v2"
        self._auth = httpx.BasicAuth(f"{email}/token", token)

    async def upload(self, file: RemoteFile) -> str:
        """Stream a file to the Uploads API; its token lives an hour."""
        size = file.path.stat().st_size
        headers = {"Content-Type": file.media_type, "Content-Length": str(size)}
        query = {"filename": file.name}
        answer = await self._call("POST", "uploads", params=query, headers=headers, content=_pieces(file.path))
        return str(_part(answer, "upload", "token"))

    async def create(self, request: NewRequest, *, key: str) -> int:
        """Open a request through the Requests API."""
        body = {
            "requester": {"name": request.name, "email": request.email},
            "subject": request.subject,
            "comment": {"body": request.body, "uploads": list(request.uploads)},
        }
        headers = {"Idempotency-Key": key}
        answer = await self._call("POST", "requests", json={"request": body}, headers=headers)
        return int(_part(answer, "request", "id"))

    async def find(self, email: str, subject: str, since: datetime) -> int | None:
        """Ask the Search API; its index follows within minutes, so this completes the idempotency key."""
        words = subject.replace('"', " ").replace("\\", " ")
        query = f'type:ticket requester:{email} subject:"{words}"'
        answer = await self._call("GET", "search", params={"query": query})
        found = [_read(_Found, each) for each in answer.get("results", ())]
        return min((each.id for each in found if each.subject == subject and each.created_at >= since), default=None)

    async def tickets(self, ids: Sequence[int]) -> list[RemoteTicket]:
        """Read up to a hundred tickets in one call."""
        if not ids:
            return []
        query = {"ids": ",".join(map(str, ids))}
        answer = await self._call("GET", "tickets/show_many", params=query)
        read = [_read(_Ticket, each) for each in answer.get("tickets", ())]
        return [RemoteTicket(each.id, each.status, each.updated_at) for each in read]

    async def note(self, remote_id: int, body: str, uploads: Sequence[str], status: RemoteStatus | None = None) -> None:
        """Write a comment that the officers see and that mails the reporter nothing."""
        comment = {"body": body, "public": False, "uploads": list(uploads)}
        change = {"comment": comment} | ({"status": status.value} if status else {})
        await self._call("PUT", f"tickets/{remote_id}", json={"ticket": change})

    async def _call(self, method: str, path: str, **request: Any) -> Mapping[str, Any]:  # noqa: ANN401 - httpx's own
        address = f"{self._base}/{path}.json"
        try:
            response = await self._http.request(method, address, auth=self._auth, timeout=TIMEOUT, **request)
        except httpx.HTTPError as error:
            raise BackendAway(type(error).__name__) from None
        self._check(response)
        return _object(response.content)

    def _check(self, response: httpx.Response) -> None:
        status = response.status_code
        if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise BackendAway(str(status), asked_seconds(response.headers.get("Retry-After", ""), self._clock.now()))
        if status == httpx.codes.CONFLICT:  # two changes at once; Zendesk asks for a repetition
            raise BackendAway(str(status))
        if not response.is_success:
            raise BackendRefused(f"{status}: {response.text[:300]}")


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, _PIECE_BYTES):
            yield piece


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        found = from_json(content)
    except ValueError:
        raise BackendAway("answers with no JSON") from None
    if not isinstance(found, dict):
        raise BackendAway("answers with JSON of another shape")
    return found


def _part(answer: Mapping[str, Any], name: str, field: str) -> str | int:
    part = answer.get(name)
    value = part.get(field) if isinstance(part, dict) else None
    if not isinstance(value, str | int):
        raise BackendAway(f"answers without {name}.{field}")
    return value


def _read(model: type[_Model], raw: object) -> _Model:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise BackendAway(f"answers with another shape: {error.errors(include_url=False)[0]['loc']}") from None
