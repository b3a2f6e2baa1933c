"""Calls to a platform over HTTP: what went wrong on the way becomes ChannelAway, whatever the platform.

aiohttp and not httpx, as in bot/dialogue/rasa_client.py: every message passes here, and httpx took a third of the web
process's time for it.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.request import getproxies

import aiohttp
import httpx
from pydantic_core import from_json
from yarl import URL

from bot.channels.port import ChannelAway, ChannelError, NotReached

TIMEOUT: Final = aiohttp.ClientTimeout(total=120, sock_connect=10, sock_read=30)
_CONNECTIONS: Final = 100
_PIECE_BYTES: Final = 64 * 1024
OK: Final = 200
_BROKEN: Final = (aiohttp.ClientError, TimeoutError, OSError, ValueError)  # ValueError: an address that is none


@dataclass(frozen=True)
class Answer:
    """What a platform answered. `body` is {} when it was no JSON object."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]


class PlatformHttp:
    """The connections to the platforms, kept open between calls."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:  # it belongs to the loop that runs, so not made before
            # Authorities and proxies as httpx has them for all other calls; to ask for proxies costs each call.
            connector = aiohttp.TCPConnector(limit=_CONNECTIONS, ssl=httpx.create_ssl_context())
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=bool(getproxies())
            )
        return self._session

    async def aclose(self) -> None:
        """Close the connections; a later call opens new ones."""
        if self._session is not None:
            await self._session.close()

    async def call(self, method: str, url: str, *, patience: float | None = None, **request: Any) -> Answer:  # noqa: ANN401 - aiohttp's own
        """Make one call, waited for `patience` seconds. Raises ChannelAway when no answer came.

        The address, which may hold a token, is never told.
        """
        timeout = TIMEOUT if patience is None else aiohttp.ClientTimeout(total=patience)
        try:
            async with self._asking(method, url, timeout=timeout, **request) as response:
                return Answer(response.status, _object(await response.read()), response.headers)
        except aiohttp.ClientConnectorError as error:
            raise NotReached(type(error).__name__) from None
        except _BROKEN as error:
            raise ChannelAway(type(error).__name__) from None

    @asynccontextmanager
    async def opened(
        self, url: str, refused: Callable[[int], ChannelError], headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """The content of a file, in pieces. Raises ChannelAway, or what `refused` makes of the status."""
        try:
            async with self._asking("GET", url, headers=headers, timeout=TIMEOUT) as response:
                if response.status != OK:
                    raise refused(response.status)
                yield response.content.iter_chunked(_PIECE_BYTES)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ChannelAway(type(error).__name__) from None

    def _asking(self, method: str, url: str, **request: Any) -> Any:  # noqa: ANN401 - aiohttp's own
        # Signed addresses of files must go as they came, so what is well written is not written anew.
        written = url.isascii() and url.isprintable() and " " not in url
        return self._http().request(method, URL(url, encoded=written), allow_redirects=False, **request)


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        body = from_json(content)  # bounded depth: a bottomless body is refused, not followed
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
