"""A thin client of the Cloud API.

Four calls are made. pywa is light and well kept, but wants to own the webhook, the handlers and the shape of messages,
which here are stored rows; what it would save is the table of failures below.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from bot.channels.calls import OK, Answer, PlatformHttp
from bot.channels.port import (
    ChannelAway,
    ChannelError,
    ComeBack,
    FileTooBig,
    MessageRefused,
    PersonGone,
    TokenRefused,
    WindowClosed,
)

# Cloud API, "Error codes". Seconds to wait for each of the limits: the pair limit lets one message in six seconds pass.
_PAUSES: Final = {4: 60, 80007: 60, 130429: 5, 131048: 600, 131056: 6, 133016: 600}
# What only an operator can mend, so that no message is at fault: the token (0, 10, 190, 200-299, 131005), the account
# (368 and 131031 locked, 131037 name not approved, 131042 payment, 131045 and 133010 number not registered).
_TOKEN: Final = frozenset({0, 10, 190, 368, 131005, 131031, 131037, 131042, 131045, 133010, *range(200, 300)})
_AWAY: Final = frozenset({1, 2, 131000, 131016, 131057, 133004})
_CLOSED: Final = frozenset({131047, 470})
_GONE: Final = frozenset({131021, 131026})
# Where Meta serves files; the token goes nowhere else, whatever an answer says.
_MEDIA_HOSTS: Final = (".fbsbx.com", ".facebook.com", ".whatsapp.net", ".fbcdn.net")


class WhatsAppClient:
    """Calls the Cloud API for one phone number."""

    def __init__(self, http: PlatformHttp, token: str, phone_id: str, api_url: str) -> None:
        self._http = http
        self._base = api_url.rstrip("/")
        self._phone = f"{self._base}/{phone_id}"
        self._headers = {"Authorization": f"Bearer {token}"}

    async def message(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send a message, or a sign that one was read. Raises ChannelError."""
        whole = {"messaging_product": "whatsapp", **body}
        return _result(await self._http.call("POST", f"{self._phone}/messages", json=whole, headers=self._headers))

    async def upload(self, path: Path, name: str, media_type: str) -> str:
        """The id under which a file was taken. Raises ChannelError."""
        form = aiohttp.FormData({"messaging_product": "whatsapp", "type": media_type})
        with path.open("rb") as content:
            form.add_field("file", content, filename=name, content_type=media_type)
            answer = await self._http.call("POST", f"{self._phone}/media", data=form, headers=self._headers)
        return str(_result(answer).get("id", ""))

    @asynccontextmanager
    async def file(self, media_id: str, limit: int) -> AsyncIterator[AsyncIterator[bytes]]:
        """The content of a file that a person sent, in pieces. Raises ChannelError."""
        found = _result(await self._http.call("GET", f"{self._base}/{media_id}", headers=self._headers))
        url, size = str(found.get("url", "")), found.get("file_size")
        if isinstance(size, int) and size > limit:
            raise FileTooBig("file is too big")
        if not self._serves_media(url):
            raise MessageRefused("file lies at a foreign host")
        async with self._http.opened(url, _refused_file, self._headers) as pieces:
            yield pieces

    def _serves_media(self, url: str) -> bool:
        there, here = urlsplit(url), urlsplit(self._base)
        known = there.scheme == "https" and (there.hostname or "").endswith(_MEDIA_HOSTS)
        return known or (there.scheme, there.netloc) == (here.scheme, here.netloc)


def _refused_file(status: int) -> ChannelError:
    return ChannelAway(f"file: {status}")  # the address lives five minutes; the next attempt asks for a new one


def _result(answer: Answer) -> Mapping[str, Any]:
    if answer.status == OK and "error" not in answer.body:
        return answer.body
    raise _failure(answer)


def _failure(answer: Answer) -> ChannelError:
    """What an error means, by its code; the platform asks not to go by the status or the wording."""
    error = answer.body.get("error")
    if not isinstance(error, dict):
        return _by_status(answer)
    code = error.get("code")
    told = f"{code}: {str(error.get('message', ''))[:200]}"
    if code in _PAUSES:
        return ComeBack(timedelta(seconds=_retry_after(answer) or _PAUSES[code]))
    for codes, kind in _KINDS:
        if code in codes:
            return kind(told)
    return _by_status(answer, told)


_KINDS: Final[tuple[tuple[frozenset[int], type[ChannelError]], ...]] = (
    (_TOKEN, TokenRefused),
    (_CLOSED, WindowClosed),
    (_GONE, PersonGone),
    (_AWAY, ChannelAway),
)


def _by_status(answer: Answer, told: str = "") -> ChannelError:
    told = told or f"status {answer.status}"
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return TokenRefused(told)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return ComeBack(timedelta(seconds=_retry_after(answer) or 5))
    return MessageRefused(told) if 400 <= answer.status < 500 else ChannelAway(told)


def _retry_after(answer: Answer) -> float:
    told = answer.headers.get("retry-after", "")
    return float(told) if told.isascii() and told.isdigit() and len(told) < 6 else 0.0
