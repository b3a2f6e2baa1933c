"""Calls to a platform over HTTP: what went wrong on the way becomes ChannelAway, whatever the platform."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
from pydantic_core import from_json

from bot.channels.port import ChannelAway, ChannelError

TIMEOUT: Final = httpx.Timeout(10.0, read=30.0, pool=30.0)
_PIECE_BYTES: Final = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What a platform answered. `body` is {} when it was no JSON object."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]


async def call(http: httpx.AsyncClient, method: str, url: str, **request: Any) -> Answer:  # noqa: ANN401 - httpx's own
    """Make one call. Raises ChannelAway when no answer came; the address, which may hold a token, is never told."""
    try:
        response = await http.request(method, url, **{"timeout": TIMEOUT, **request})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ChannelAway(type(error).__name__) from None
    return Answer(response.status_code, _object(response.content), response.headers)


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        body = from_json(content)  # bounded depth: a bottomless body is refused, not followed
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


@asynccontextmanager
async def opened(
    http: httpx.AsyncClient, url: str, refused: Callable[[int], ChannelError], headers: Mapping[str, str] | None = None
) -> AsyncIterator[AsyncIterator[bytes]]:
    """The content of a file at a platform, in pieces. Raises ChannelAway, or what `refused` makes of the status."""
    try:
        async with http.stream("GET", url, headers=dict(headers or {}), timeout=TIMEOUT) as response:
            if response.status_code != httpx.codes.OK:
                raise refused(response.status_code)
            yield response.aiter_bytes(_PIECE_BYTES)
    except httpx.HTTPError as error:
        raise ChannelAway(type(error).__name__) from None
