"""A thin client of the Bot API.

Nine methods are called. aiogram 3.31 costs 172 MB and 3 s at the start (measured) and brings a second HTTP stack and a
dispatcher of its own; python-telegram-bot 22.8 is light (41 MB, 0.3 s), but hands a file over as a whole in memory, and
is LGPL where this is MIT. What either would save is the table of failures below.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import aiohttp

from bot.channels.calls import OK, Answer, PlatformHttp
from bot.channels.port import ChannelAway, ChannelError, ComeBack, FileTooBig, MessageRefused, PersonGone, TokenRefused

_DEFAULT_PAUSE: Final = 5
_NO_CHAT: Final = "chat not found"  # a 400 of its own: who deleted the account, or never wrote to this bot


class TelegramClient:
    """Calls methods of the Bot API."""

    def __init__(self, http: PlatformHttp, token: str, api_url: str) -> None:
        self._http = http
        self._base = f"{api_url.rstrip('/')}/bot{token}"
        self._files = f"{api_url.rstrip('/')}/file/bot{token}"

    async def call(self, method: str, *, patience: float | None = None, **parameters: Any) -> Any:  # noqa: ANN401
        """The result of a method, waited for `patience` seconds (long polling). Raises ChannelError."""
        return _result(await self._http.call("POST", f"{self._base}/{method}", json=parameters, patience=patience))

    async def upload(self, method: str, field: str, path: Path, name: str, **parameters: Any) -> Any:  # noqa: ANN401
        """The result of a method that takes a file. Raises ChannelError."""
        form = aiohttp.FormData()
        for key, value in parameters.items():
            form.add_field(key, value if isinstance(value, str) else json.dumps(value))
        with path.open("rb") as content:
            form.add_field(field, content, filename=name)
            return _result(await self._http.call("POST", f"{self._base}/{method}", data=form))

    @asynccontextmanager
    async def file(self, file_id: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """The content of a file that a person sent, in pieces (getFile serves up to 20 MB). Raises ChannelError."""
        found = await self.call("getFile", file_id=file_id)
        path = found.get("file_path") if isinstance(found, dict) else None
        if not isinstance(path, str) or ".." in path:
            raise MessageRefused("getFile gave no path")
        async with self._http.opened(f"{self._files}/{path}", _refused_file) as pieces:
            yield pieces


def _refused_file(status: int) -> ChannelError:
    return ChannelAway(f"file: {status}") if status >= 500 else MessageRefused(f"file: {status}")


def _result(answer: Answer) -> Any:  # noqa: ANN401 - each method has its own
    if answer.status == OK and answer.body.get("ok") is True:
        return answer.body.get("result")
    raise _failure(answer)


def _failure(answer: Answer) -> ChannelError:
    """Bot API, "Making requests" and "ResponseParameters"; a wrong token is 401, a senseless one 404."""
    told = str(answer.body.get("description", ""))[:300] or f"status {answer.status}"
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}:
        return TokenRefused(told)
    if answer.status == HTTPStatus.FORBIDDEN or _NO_CHAT in told:
        return PersonGone(told)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return ComeBack(timedelta(seconds=_retry_after(answer)))
    if 400 <= answer.status < 500:
        return FileTooBig(told) if "file is too big" in told else MessageRefused(told)
    return ChannelAway(told)


def _retry_after(answer: Answer) -> float:
    parameters = answer.body.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(seconds) if isinstance(seconds, int | float) and 0 <= seconds < 86_400 else _DEFAULT_PAUSE
