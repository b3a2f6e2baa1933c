"""Reads JSON over HTTP with patience: waits when told to (429), tries again when the server stumbles (5xx, network)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from bot.articles.importing.ledger import ImportFailed
from bot.waiting import asked_seconds

ATTEMPTS: Final = 6
FIRST_PAUSE: Final = 1.0  # seconds; doubled each time: 1, 2, 4, 8, 16
LONGEST_PAUSE: Final = 300.0  # a server that asks for more is asked again another day
LARGEST_ANSWER: Final = 64 * 1024**2  # bytes; a page of a hundred long articles has about two million
TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0)
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})

Pause = Callable[[float], None]


def origin_of(address: str) -> str:
    """Scheme and host of an address; https, or http on this machine.

    >>> origin_of("https://bantuan.example.com/hc/id")
    'https://bantuan.example.com'

    Raises:
        ImportFailed: for anything else: what is brought in is shown to people as ours.
    """
    parts = urlsplit(address)
    if not parts.hostname or parts.username:
        raise ImportFailed(f"{address}: is no address of a help center; give https://<host>")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ImportFailed(f"{address}: only https is read, so that nobody can change the articles on their way")
    return f"{parts.scheme}://{parts.netloc}"


class Fetcher:
    """Gets JSON objects of one origin."""

    def __init__(
        self,
        origin: str,
        *,
        pause: Pause = time.sleep,
        say: Callable[[str], None] = lambda _: None,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.origin = origin
        self._pause, self._say, self._now = pause, say, now
        headers = {"Accept": "application/json", "User-Agent": "arkas-bot articles import"}
        self._client = httpx.Client(timeout=TIMEOUT, headers=headers, transport=transport)

    def get(self, address: str) -> dict[str, Any]:
        """The object at an address.

        Raises:
            ImportFailed: when it leaves the origin, is refused, is no JSON object, or fails again and again.
        """
        parts = urlsplit(address)
        if f"{parts.scheme}://{parts.netloc}" != self.origin:
            raise ImportFailed(f"{address}: leads away from {self.origin}")
        trouble = ""
        for attempt in range(ATTEMPTS):
            wait, trouble, content = self._once(address, attempt)
            if content is not None:
                return _as_object(content, address)
            self._say(f"{trouble}; trying again in {wait:.0f} s")
            self._pause(wait)
        raise ImportFailed(f"{address}: {trouble}, {ATTEMPTS} times")

    def _once(self, address: str, attempt: int) -> tuple[float, str, bytes | None]:
        """Seconds to wait and why, or the content."""
        backoff = FIRST_PAUSE * 2**attempt
        try:
            with self._client.stream("GET", address) as response:
                if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
                    return self._asked_to_wait(response, backoff), "too many requests (429)", None
                if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
                    return backoff, f"the server failed ({response.status_code})", None
                _refuse_unless_ok(response, address)
                return 0, "", _bounded(response, address)
        except httpx.TransportError as error:
            return backoff, f"the connection failed ({type(error).__name__})", None

    def _asked_to_wait(self, response: httpx.Response, otherwise: float) -> float:
        """`Retry-After` in seconds or as a date (RFC 9110, 10.2.3)."""
        seconds = asked_seconds(response.headers.get("Retry-After", ""), self._now())
        if seconds is None:
            return otherwise
        if seconds > LONGEST_PAUSE:
            raise ImportFailed(f"{self.origin}: asks to wait {seconds:.0f} s; run the import again later")
        return seconds


def _refuse_unless_ok(response: httpx.Response, address: str) -> None:
    if response.is_redirect:
        raise ImportFailed(f"{address}: has moved to {response.headers.get('Location')}; give that address")
    if response.is_error:
        raise ImportFailed(f"{address}: is refused ({response.status_code} {response.reason_phrase})")


def _bounded(response: httpx.Response, address: str) -> bytes:
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > LARGEST_ANSWER:
            raise ImportFailed(f"{address}: answers with more than {LARGEST_ANSWER:,} bytes")
    return bytes(content)


def _as_object(content: bytes, address: str) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except ValueError:
        raise ImportFailed(f"{address}: answers with no JSON; is this a Zendesk help center?") from None
    if not isinstance(value, dict):
        raise ImportFailed(f"{address}: answers with JSON of another shape")
    return value
