"""A stand-in of the WhatsApp Cloud API, written from its published reference: it refuses what the real one refuses."""

import hashlib
import hmac
import itertools
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.integration.channels.faults import Faults
from tests.integration.channels.pace import Pace

TOKEN = "EAAG-stand-in"
PHONE_ID = "106540352242922"
APP_SECRET = "meta-app-secret-of-the-stand-in"
_WINDOW_SECONDS = 24 * 3600
_AUDIO = ("audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "audio/opus")
_OFFICE = "application/vnd.openxmlformats-officedocument"
_DOCUMENTS = (
    "application/vnd.ms-powerpoint", "application/msword", "application/vnd.ms-excel", "application/pdf", "text/plain",
    f"{_OFFICE}.wordprocessingml.document", f"{_OFFICE}.presentationml.presentation", f"{_OFFICE}.spreadsheetml.sheet",
)  # fmt: skip
# Types that the upload takes, and megabytes of each ("Supported media types").
_MEDIA_MAX = {
    **dict.fromkeys(("image/jpeg", "image/png"), 5.0),
    **dict.fromkeys(("video/mp4", "video/3gpp", *_AUDIO), 16.0),
    "image/webp": 0.5,
    **dict.fromkeys(_DOCUMENTS, 100.0),
}


class Refused(Exception):
    def __init__(self, status: int, code: int, message: str) -> None:
        self.status = status
        self.code = code
        self.message = message


def need(holds: object, what: str) -> None:
    if not holds:
        raise Refused(400, 100, f"(#100) Invalid parameter: {what}")


@dataclass
class WhatsAppStandIn:
    token: str = TOKEN
    now: Callable[[], float] = time.time
    faults: Faults = field(default_factory=Faults)
    # 80 messages per second for a number; to one person one in six seconds, of which 45 may be borrowed at once (Cloud
    # API, "Throughput" and "Pair rate limits").
    pace: Pace = field(default_factory=lambda: Pace(1 / 80, 80))
    pair_pace: Pace = field(default_factory=lambda: Pace(6, 45))
    sent: list[dict[str, Any]] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    windows: dict[str, float] = field(default_factory=dict)
    templates: set[str] = field(default_factory=lambda: {"lanjutan_laporan"})
    gone: set[str] = field(default_factory=set)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route(f"/v25.0/{PHONE_ID}/messages", self._messages, methods=["POST"]),
                Route(f"/v25.0/{PHONE_ID}/media", self._upload, methods=["POST"]),
                Route("/v25.0/{media}", self._media, methods=["GET"]),
                Route("/download/{media}", self._download, methods=["GET"]),
            ]
        )

    def texts(self, person: str) -> list[str]:
        return [self.text_of(each) for each in self.sent if each["to"] == person]

    @staticmethod
    def text_of(message: dict[str, Any]) -> str:
        if message["type"] == "text":
            return str(message["text"]["body"])
        return str(message["interactive"]["body"]["text"]) if message["type"] == "interactive" else ""

    # What a person does, as the webhook that Meta would send.

    def says(
        self,
        person: str,
        text: str | None = None,
        *,
        at: float | None = None,
        user_id: str | None = None,
        **content: Any,  # noqa: ANN401
    ) -> dict[str, Any]:
        at = at or self.now()
        user_id = user_id or (None if person.isdigit() else person)
        self.windows[person] = max(at, self.windows.get(person, 0))
        message = {
            **({"from": person} if person.isdigit() else {}),
            **({"from_user_id": user_id} if user_id else {}),
            "id": f"wamid.{person}.{next(self._ids)}",
            "timestamp": str(int(at)),
            "type": "text" if text is not None else next(iter(content)),
            **({"text": {"body": text}} if text is not None else {}),
            **content,
        }
        contact = {"profile": {"name": "Rina"}} | ({"wa_id": person} if person.isdigit() else {})
        return delivery({"messages": [message], "contacts": [contact | ({"user_id": user_id} if user_id else {})]})

    def taps(self, person: str, title: str, *, at: float | None = None) -> dict[str, Any]:
        """A tap on the newest message that shows a button or a row with this title."""
        for message in reversed([each for each in self.sent if each["to"] == person and each["type"] == "interactive"]):
            action = message["interactive"]["action"]
            buttons = [("button_reply", each["reply"]) for each in action.get("buttons", ())]
            rows = [("list_reply", row) for section in action.get("sections", ()) for row in section["rows"]]
            for kind, choice in (*buttons, *rows):
                if title in choice["title"]:
                    tap = {"type": kind, kind: {"id": choice["id"], "title": choice["title"]}}
                    return self.says(person, interactive=tap, at=at)
        raise AssertionError(f"nothing with {title!r}")

    def status(self, sent: dict[str, Any], state: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        told = {"id": sent["id"], "status": state, "timestamp": str(int(self.now())), "recipient_id": sent["to"]}
        return delivery({"statuses": [{**told, "biz_opaque_callback_data": sent["biz_opaque_callback_data"], **more}]})

    # The API.

    async def _messages(self, request: Request) -> Response:
        try:
            self._authorise(request)
            fault = await self.faults.strike()
            if fault is not None:
                return fault
            given = await request.json()
            need(given.get("messaging_product") == "whatsapp", "messaging_product")
            if given.get("status") == "read":
                self.read.append(given["message_id"])
                return JSONResponse({"success": True})
            message = self._take(given)
        except Refused as refused:
            return _error(refused)
        if self.faults.lost():
            return JSONResponse({}, 502)
        contacts = [{"input": message["to"], "wa_id": message["to"]}]
        body = {"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": message["id"]}]}
        return JSONResponse(body)

    def _authorise(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise Refused(401, 190, "Error validating access token: Session has expired")

    def _take(self, given: dict[str, Any]) -> dict[str, Any]:
        if "to" in given:
            need(re.fullmatch(r"\d{8,15}", given["to"]), "to")
        else:
            need(re.fullmatch(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", given.get("recipient", "")), "recipient")
            given["to"] = given["recipient"]
        need(len(given.get("biz_opaque_callback_data", "")) <= 512, "biz_opaque_callback_data")
        kind = given.get("type")
        checks = {"text": self._text, "interactive": self._interactive, "template": self._template}
        checks.get(str(kind), self._file)(given)
        if given["to"] in self.gone:
            raise Refused(400, 131026, "Message undeliverable")
        if kind != "template" and self.now() - self.windows.get(given["to"], 0) >= _WINDOW_SECONDS:
            raise Refused(400, 131047, "Re-engagement message")
        if self.pace.wait("all", self.now()):
            raise Refused(400, 130429, "Rate limit hit")
        if self.pair_pace.wait(given["to"], self.now()):
            raise Refused(400, 131056, "(Business Account, Consumer Account) pair rate limit hit")
        message = {**given, "id": f"wamid.out.{next(self._ids)}"}
        self.sent.append(message)
        return message

    def _text(self, given: dict[str, Any]) -> None:
        need(1 <= len(given["text"]["body"]) <= 4096, "text.body")

    def _interactive(self, given: dict[str, Any]) -> None:
        interactive = given["interactive"]
        body, action = interactive["body"]["text"], interactive["action"]
        need(interactive["type"] in {"button", "list"}, "interactive.type")
        need(1 <= len(body) <= 1024, "interactive.body.text")
        for part in ("header", "footer"):
            need(len(interactive.get(part, {}).get("text", "")) <= 60, f"interactive.{part}.text")
        if interactive["type"] == "button":
            self._buttons(action["buttons"])
        else:
            self._list(action)

    def _buttons(self, buttons: list[dict[str, Any]]) -> None:
        need(1 <= len(buttons) <= 3, "action.buttons")
        titles = [button["reply"]["title"] for button in buttons]
        need(all(1 <= len(title) <= 20 for title in titles), "button title")
        need(len(set(titles)) == len(titles), "button titles must be unique")
        self._ids_of([button["reply"]["id"] for button in buttons], 256)

    def _list(self, action: dict[str, Any]) -> None:
        need(1 <= len(action["button"]) <= 20, "action.button")
        need(1 <= len(action["sections"]) <= 10, "action.sections")
        titles = [section.get("title", "") for section in action["sections"]]
        need(all(len(title) <= 24 for title in titles), "section title")
        need(all(titles) or len(titles) == 1, "section title: required with more than one section")
        rows = [row for section in action["sections"] for row in section["rows"]]
        need(1 <= len(rows) <= 10, "rows")
        need(all(1 <= len(row["title"]) <= 24 for row in rows), "row title")
        need(all(1 <= len(row.get("description", "x")) <= 72 for row in rows), "row description")
        self._ids_of([row["id"] for row in rows], 200)

    def _ids_of(self, ids: list[str], limit: int) -> None:
        need(all(1 <= len(each) <= limit and each == each.strip() for each in ids), "id")
        need(len(set(ids)) == len(ids), "ids must be unique")

    def _template(self, given: dict[str, Any]) -> None:
        template = given["template"]
        need(re.fullmatch(r"[a-z0-9_]{1,512}", template["name"]), "template.name")
        need(re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2,3})?", template["language"]["code"]), "template.language.code")
        if template["name"] not in self.templates:
            raise Refused(404, 132001, "Template name does not exist in the translation")
        words = [each["text"] for part in template["components"] for each in part["parameters"]]
        need(all(each and not re.search(r"\n|\t| {4}", each) for each in words), "template parameter")
        if len(words) != 1:
            raise Refused(400, 132000, "Number of parameters does not match the expected number of params")
        if sum(map(len, words)) > 1024:
            raise Refused(400, 132005, "Translated text too long")

    def _file(self, given: dict[str, Any]) -> None:
        need(given.get("type") in {"image", "video", "document"}, "type")
        kind = given["type"]
        media_type, content = self.media.get(given[kind]["id"], ("", b""))
        need(content, "media id")
        need(kind == "document" or media_type.startswith(kind), f"{kind}.id is {media_type}")
        need(len(given[kind].get("caption", "")) <= 1024, "caption")

    async def _upload(self, request: Request) -> Response:
        refusal = await self._refusal(request)
        if refusal is not None:
            return refusal
        async with request.form() as form:
            file, media_type = form["file"], str(form["type"])
            content = await file.read()  # type: ignore[union-attr]
        if media_type not in _MEDIA_MAX:
            told = f"(#100) Param file must be a file with one of the following types: ... type {media_type!r}"
            return _error(Refused(400, 100, told))
        if len(content) > _MEDIA_MAX[media_type] * 1024**2:
            return _error(Refused(400, 100, "(#100) Param file has an invalid size"))
        identity = f"media{next(self._ids)}"
        self.media[identity] = (media_type, content)
        return JSONResponse({"id": identity})

    async def _media(self, request: Request) -> Response:
        refusal = await self._refusal(request)
        if refusal is not None:
            return refusal
        media_type, content = self.media[request.path_params["media"]]
        url = f"{request.url.scheme}://{request.url.netloc}/download/{request.path_params['media']}"
        return JSONResponse({"url": url, "mime_type": media_type, "file_size": len(content)})

    async def _download(self, request: Request) -> Response:
        refusal = await self._refusal(request)
        return refusal or Response(self.media[request.path_params["media"]][1])

    async def _refusal(self, request: Request) -> Response | None:
        """What the platform answers to a wrong token, an unknown file, or by an ordered fault."""
        try:
            self._authorise(request)
            need(request.path_params.get("media", "") in {"", *self.media}, "media id")
        except Refused as refused:
            return _error(refused)
        return await self.faults.strike()


def _error(refused: Refused) -> Response:
    error = {"message": refused.message, "type": "OAuthException", "code": refused.code, "fbtrace_id": "A1"}
    return JSONResponse({"error": error}, refused.status)


def delivery(value: dict[str, Any], phone_id: str = PHONE_ID) -> dict[str, Any]:
    metadata = {"display_phone_number": "6281100000000", "phone_number_id": phone_id}
    whole = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": whole}]}],
    }


def signature(body: bytes, secret: str = APP_SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def signed(body: dict[str, Any], secret: str = APP_SECRET) -> tuple[bytes, dict[str, str]]:
    raw = json.dumps(body).encode()
    return raw, {"X-Hub-Signature-256": signature(raw, secret), "Content-Type": "application/json"}
