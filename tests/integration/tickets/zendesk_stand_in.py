"""A Zendesk account on this machine: the documented calls, and the refusals that real ones have."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.clock import Clock

EMAIL, TOKEN, SECRET = "petugas@dinas.go.id", "kunci-api", "rahasia-webhook"
_WELCOME = "Basic " + base64.b64encode(f"{EMAIL}/token:{TOKEN}".encode()).decode()


def _refused(status: int, error: str) -> JSONResponse:
    return JSONResponse({"error": error, "description": error}, status)


@dataclass
class ZendeskStandIn:
    """What the account holds, what it was asked, and the faults that it still has to show."""

    clock: Clock
    tickets: dict[int, dict[str, Any]] = field(default_factory=dict)
    uploads: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    faults: list[Response] = field(default_factory=list)
    honours_keys: bool = True
    lose_answers: int = 0
    _keys: dict[str, tuple[str, int]] = field(default_factory=dict)

    def app(self) -> Starlette:
        routes = [
            Route("/api/v2/uploads.json", self._guarded(self._upload), methods=["POST"]),
            Route("/api/v2/requests.json", self._guarded(self._create), methods=["POST"]),
            Route("/api/v2/search.json", self._guarded(self._search)),
            Route("/api/v2/tickets/show_many.json", self._guarded(self._show)),
            Route("/api/v2/tickets/{id:int}.json", self._guarded(self._update), methods=["PUT"]),
        ]
        return Starlette(routes=routes)

    def _guarded(self, answer: Callable[[Request, bytes], Response]) -> Callable[[Request], Any]:
        async def guarded(request: Request) -> Response:
            body = await request.body()
            self.asked.append(f"{request.method} {request.url.path.removeprefix('/api/v2/')}")
            if request.headers.get("authorization") != _WELCOME:
                return _refused(401, "Couldn't authenticate you")
            return self.faults.pop(0) if self.faults else answer(request, body)

        return guarded

    def _upload(self, request: Request, body: bytes) -> Response:
        name = request.query_params.get("filename")
        if not name or not body or not request.headers.get("content-type"):
            return _refused(422, "AttachmentUnprocessable")
        token = f"t{len(self.uploads) + 1}"
        self.uploads[token] = name, body
        return JSONResponse({"upload": {"token": token, "attachments": [{"file_name": name}]}}, 201)

    def _create(self, request: Request, body: bytes) -> Response:
        key, print_ = request.headers.get("idempotency-key"), hashlib.sha256(body).hexdigest()
        if key and self.honours_keys and key in self._keys:
            known, number = self._keys[key]
            return self._told(number) if known == print_ else _refused(400, "IdempotencyRequestError")
        wanted = json.loads(body).get("request") or {}
        if fault := self._fault(wanted):
            return _refused(422, fault)
        number = len(self.tickets) + 101
        now = self.clock.now().isoformat()
        self.tickets[number] = {
            "id": number, "status": "new", "created_at": now, "updated_at": now, "comments": [wanted["comment"]],
            "subject": wanted["subject"], "requester": wanted["requester"],
        }  # fmt: skip
        if key:
            self._keys[key] = print_, number
        if self.lose_answers:
            self.lose_answers -= 1
            return _refused(504, "the answer was lost")
        return self._told(number)

    def _told(self, number: int) -> Response:
        return JSONResponse({"request": self.tickets[number]}, 201)

    def _fault(self, wanted: dict[str, Any]) -> str:
        requester, comment = wanted.get("requester") or {}, wanted.get("comment") or {}
        if not requester.get("name") or "@" not in requester.get("email", ""):
            return "Requester: is missing"
        if not wanted.get("subject") or len(wanted["subject"]) > 150:
            return "Subject: is missing or too long (maximum is 150 characters)"
        if not comment.get("body") or len(comment["body"].encode()) > 65_535:
            return "Description: cannot be blank or too long"
        return "" if set(comment.get("uploads", [])) <= set(self.uploads) else "Uploads: is invalid"

    def _search(self, request: Request, _body: bytes) -> Response:
        query = request.query_params["query"]
        results = [t for t in self.tickets.values() if t["requester"]["email"] in query and t["subject"][:8] in query]
        return JSONResponse({"results": results, "count": len(results), "next_page": None})

    def _show(self, request: Request, _body: bytes) -> Response:
        ids = [int(each) for each in request.query_params["ids"].split(",")]
        if len(ids) > 100:
            return _refused(400, "TooManyValues")
        return JSONResponse({"tickets": [self.tickets[number] for number in ids if number in self.tickets]})

    def _update(self, request: Request, body: bytes) -> Response:
        ticket, change = self.tickets.get(request.path_params["id"]), json.loads(body)["ticket"]
        if ticket is None:
            return _refused(404, "RecordNotFound")
        if ticket["status"] == "closed" or not set(change["comment"]["uploads"]) <= set(self.uploads):
            return _refused(422, "RecordInvalid")
        ticket["comments"].append(change["comment"])
        if "status" in change:
            self.move(ticket["id"], change["status"])
        return JSONResponse({"ticket": ticket})

    def move(self, number: int, status: str) -> None:
        """An officer there changes the status."""
        self.tickets[number] |= {"status": status, "updated_at": self.clock.now().isoformat()}


def busy(wait: str = "40") -> Response:
    return Response("Too many requests", 429, {"Retry-After": wait})
