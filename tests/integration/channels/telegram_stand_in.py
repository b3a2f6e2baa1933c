"""A stand-in of the Telegram Bot API, written from its published reference: it refuses what the real one refuses."""

import asyncio
import itertools
import json
import math
import re
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.integration.channels.faults import Faults
from tests.integration.channels.pace import Pace

TOKEN = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"
_TAGS = {"b", "strong", "i", "em", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler"}
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_DOWNLOAD_MAX = 20 * 1024**2
_QUERY_SECONDS = 15


class Refused(Exception):
    def __init__(self, status: int, description: str, **parameters: object) -> None:
        self.status = status
        self.description = description
        self.parameters = parameters


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


class _Parsed(HTMLParser):
    """Telegram's HTML mode: a small set of tags, properly nested; everything else must be escaped."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.plain = ""
        self.open: list[str] = []
        if re.search(r"&(?!lt;|gt;|amp;|quot;|#\d+;|#x[0-9a-f]+;)", text) or re.search(r"<(?![a-z/])", text):
            raise Refused(400, "Bad Request: can't parse entities")
        self.feed(text)
        self.close()
        if self.open:
            raise Refused(
                400, f"Bad Request: can't parse entities: Can't find end tag corresponding to {self.open[-1]}"
            )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag not in _TAGS:
            raise Refused(400, f"Bad Request: can't parse entities: Unsupported start tag {tag}")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refused(400, "Bad Request: can't parse entities: Unmatched end tag")

    def handle_data(self, data: str) -> None:
        self.plain += data


@dataclass
class TelegramStandIn:
    token: str = TOKEN
    now: Callable[[], float] = time.time
    faults: Faults = field(default_factory=Faults)
    # "More than 30 messages per second", "in a single chat no more than one message per second", short bursts allowed
    # (core.telegram.org/bots/faq, "My bot is hitting limits"); how short is not told. None: a platform without limits.
    pace: Pace | None = field(default_factory=lambda: Pace(1 / 30, 30))
    chat_pace: Pace | None = field(default_factory=lambda: Pace(1, 60))
    answers_after: float = 0  # seconds from taking a message until that is told
    sent: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)
    webhook: dict[str, Any] = field(default_factory=dict)
    commands: list[dict[str, str]] = field(default_factory=list)
    keyboards: dict[tuple[int, int], list[list[dict[str, str]]]] = field(default_factory=dict)
    queries: dict[str, float] = field(default_factory=dict)
    own: set[tuple[int, int]] = field(default_factory=set)
    said: set[tuple[int, int]] = field(default_factory=set)
    _ids: Any = field(default_factory=lambda: itertools.count(1))
    _updates: Any = field(default_factory=lambda: itertools.count(1000))
    _groups: Any = field(default_factory=lambda: defaultdict(lambda: itertools.count(10_000_000)))
    _queries: Any = field(default_factory=lambda: itertools.count(7000))

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/bot{token}/{method}", self._serve, methods=["POST"]),
                Route("/file/bot{token}/{path:path}", self._file, methods=["GET"]),
            ]
        )

    def texts(self, chat: int) -> list[str]:
        return [each["plain"] for each in self.sent if each["chat_id"] == chat]

    # What a person does in the app, as the update that Telegram would send.

    def number(self, chat: int) -> int:
        """The number of a person's next message."""
        number = self._next(chat)
        self.said.add((chat, number))
        return number

    def _next(self, chat: int) -> int:
        """All private chats of a bot count their messages together, in and out; each supergroup counts for itself."""
        number: int = next(self._ids if chat > 0 else self._groups[chat])
        return number

    def says(self, chat: int, text: str | None = None, *, kind: str = "private", **content: Any) -> dict[str, Any]:  # noqa: ANN401
        message = {
            "message_id": self.number(chat),
            "chat": {"id": chat, "type": kind},
            "from": {"id": chat, "is_bot": False, "first_name": "Rina"},
            "date": int(self.now()),
            **({"text": text} if text is not None else {}),
            **content,
        }
        return {"update_id": next(self._updates), "message": message}

    def taps(self, chat: int, title: str) -> dict[str, Any]:
        """A tap on the newest keyboard that shows a button whose text holds `title`."""
        for (owner, message_id), rows in reversed(self.keyboards.items()):
            for button in (button for row in rows for button in row):
                if owner == chat and title in button["text"]:
                    return self.tap_data(chat, message_id, button["callback_data"])
        raise AssertionError(f"no button {title!r} in {self.keyboards}")

    def tap_data(self, chat: int, message_id: int, data: str) -> dict[str, Any]:
        query = str(next(self._queries))
        self.queries[query] = time.monotonic()
        message = {"message_id": message_id, "chat": {"id": chat, "type": "private"}, "date": int(self.now())}
        person = {"id": chat, "is_bot": False, "first_name": "Rina"}
        tap = {"id": query, "from": person, "chat_instance": "1", "message": message, "data": data}
        return {"update_id": next(self._updates), "callback_query": tap}

    # The API.

    async def _serve(self, request: Request) -> Response:
        method = request.path_params["method"]
        self.calls.append(method)
        try:
            self._check_token(request)
            fault = await self.faults.strike()
            if fault is not None:
                return fault
            handler = getattr(self, f"_{method}", None)
            if handler is None:
                raise Refused(404, "Not Found")
            result = handler(await self._parameters(request))
        except Refused as refused:
            body = {"ok": False, "error_code": refused.status, "description": refused.description}
            return JSONResponse({**body, **refused.parameters}, refused.status)
        if method.startswith("send"):
            await asyncio.sleep(self.answers_after)
            if self.faults.lost():
                return JSONResponse({"ok": False}, 502)
        return JSONResponse({"ok": True, "result": result})

    def _check_token(self, request: Request) -> None:
        if request.path_params["token"] != self.token:
            raise Refused(401, "Unauthorized")

    async def _parameters(self, request: Request) -> dict[str, Any]:
        if not request.headers["content-type"].startswith("multipart/form-data"):
            found: dict[str, Any] = await request.json()
            return found
        async with request.form() as form:
            fields = {key: value for key, value in form.items() if isinstance(value, str)}
            for key, value in form.items():
                if isinstance(value, UploadFile):
                    fields[key] = {"name": value.filename, "content": await value.read()}  # type: ignore[assignment]
        return fields

    def _sendMessage(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - Telegram's own names
        chat = self._chat(given)
        plain = _Parsed(given["text"]).plain if given.get("parse_mode") == "HTML" else given["text"]
        if not plain.strip():
            raise Refused(400, "Bad Request: message text is empty")
        if units(plain) > 4096:
            raise Refused(400, "Bad Request: message is too long")
        return self._sent(chat, given, plain)

    def _sendDocument(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if units(given.get("caption", "")) > 1024:
            raise Refused(400, "Bad Request: message caption is too long")
        if not given["document"]["content"]:
            raise Refused(400, "Bad Request: file must be non-empty")
        if len(given["document"]["content"]) > 50 * 1024**2:
            raise Refused(413, "Request Entity Too Large")
        return self._sent(self._chat(given), given, given.get("caption", ""))

    def _chat(self, given: dict[str, Any]) -> int:
        try:
            chat = int(given["chat_id"])
        except (KeyError, ValueError) as error:
            raise Refused(400, "Bad Request: chat not found") from error
        if chat in self.deleted:
            raise Refused(400, "Bad Request: chat not found")
        if chat in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return chat

    def _sent(self, chat: int, given: dict[str, Any], plain: str) -> dict[str, Any]:
        rows = self._keyboard(given)
        self._count(chat)
        message_id = self._next(chat)
        self.sent.append({**given, "chat_id": chat, "plain": plain, "message_id": message_id})
        self.own.add((chat, message_id))
        if rows:
            self.keyboards[(chat, message_id)] = rows
        return {"message_id": message_id, "chat": {"id": chat, "type": "private"}, "date": int(self.now())}

    def _count(self, chat: int) -> None:
        for pace, key in ((self.chat_pace, chat), (self.pace, "all")):
            if pace is not None and (missing := pace.wait(key, self.now())):
                seconds = math.ceil(missing)
                raise Refused(429, f"Too Many Requests: retry after {seconds}", parameters={"retry_after": seconds})

    def _keyboard(self, given: dict[str, Any]) -> list[list[dict[str, str]]]:
        markup = given.get("reply_markup") or {}
        rows: list[list[dict[str, str]]] = (json.loads(markup) if isinstance(markup, str) else markup).get(
            "inline_keyboard", []
        )
        if sum(len(row) for row in rows) > 100:
            raise Refused(400, "Bad Request: reply markup is too long")
        for button in (button for row in rows for button in row):
            if not button["text"].strip():
                raise Refused(400, "Bad Request: text of the button is empty")
            if not 1 <= len(button["callback_data"].encode()) <= 64:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
        return rows

    def _editMessageReplyMarkup(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        place = (self._chat(given), given["message_id"])
        rows = self._keyboard(given)
        self._count(place[0])  # that edits count as messages do is not published, but who edits too much is told 429
        if place in self.said:
            raise Refused(400, "Bad Request: message can't be edited")
        if place not in self.own:
            raise Refused(400, "Bad Request: message to edit not found")
        if self.keyboards.get(place, []) == rows:
            raise Refused(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the "
                "same as a current content and reply markup of the message",
            )
        self.keyboards[place] = rows
        return {"message_id": given["message_id"]}

    def _answerCallbackQuery(self, given: dict[str, Any]) -> bool:  # noqa: N802
        asked = self.queries.pop(given["callback_query_id"], None)
        if asked is None or time.monotonic() - asked > _QUERY_SECONDS:
            raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        return True

    def _getFile(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        content = self.files.get(given["file_id"])
        if content is None:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(content) > _DOWNLOAD_MAX:
            raise Refused(400, "Bad Request: file is too big")
        return {"file_id": given["file_id"], "file_size": len(content), "file_path": f"documents/{given['file_id']}"}

    async def _file(self, request: Request) -> Response:
        self.calls.append("file")
        fault = await self.faults.strike()
        if fault is not None:
            return fault
        if request.path_params["token"] != self.token:
            return Response(status_code=404)
        return Response(self.files[request.path_params["path"].removeprefix("documents/")])

    def _getUpdates(self, given: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: N802
        if self.webhook.get("url"):
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        self.updates = [update for update in self.updates if update["update_id"] >= given.get("offset", 0)]
        return self.updates[:100]

    def _setWebhook(self, given: dict[str, Any]) -> bool:  # noqa: N802
        if given["url"] and not given["url"].startswith("https://"):
            raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if given["url"] and urlsplit(given["url"]).port not in {None, 80, 88, 443, 8443}:
            raise Refused(400, "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        if not _SECRET.fullmatch(given.get("secret_token", "x")):
            raise Refused(400, "Bad Request: secret token contains unallowed characters")
        if not 1 <= given.get("max_connections", 40) <= 100:
            raise Refused(400, "Bad Request: max_connections")
        self.webhook = given
        return True

    def _deleteWebhook(self, given: dict[str, Any]) -> bool:  # noqa: N802, ARG002
        self.webhook = {}
        return True

    def _setMyCommands(self, given: dict[str, Any]) -> bool:  # noqa: N802
        for command in given["commands"]:
            if not _COMMAND.fullmatch(command["command"]) or not 1 <= len(command["description"]) <= 256:
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
        self.commands = given["commands"]
        return True
