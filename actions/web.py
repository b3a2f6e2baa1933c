"""The route on which Rasa calls the actions: rasa-sdk's protocol, behind a shared token, never public."""

import hmac
import json
import zlib
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import structlog
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionMissingDomainException, ActionNotFoundException
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

log = structlog.get_logger(__name__)

PATH: Final = "/internal/actions/webhook"
_BODY_MAX: Final = 4 * 1024**2  # a tracker is a few KB here; more is no tracker of ours


def action_executor(actions: Iterable[Action]) -> ActionExecutor:
    """An executor that knows these actions."""
    executor = ActionExecutor()
    for action in actions:
        executor.register_action(action)
    return executor


class ActionDoor:
    """Serves the actions' route before anything else looks at the request.

    Each turn passes here once, and what stands around the pages (routes to compare, headers, compression, a log line)
    serves nobody on this route.
    """

    def __init__(self, app: ASGIApp, *, executor: ActionExecutor, token: str) -> None:
        self._app = app
        self._actions = Starlette(
            routes=[Route(PATH, _webhook(executor, token), methods=["POST"])],
            exception_handlers={Exception: _unexpected},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        here = scope["type"] == "http" and scope["path"] == PATH
        await (self._actions if here else self._app)(scope, receive, send)


def _webhook(executor: ActionExecutor, token: str) -> Callable[[Request], Awaitable[Response]]:
    expected = f"Bearer {token}".encode()

    async def webhook(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected):
            raise HTTPException(401, "unauthorised")
        call = _call(await _body(request))
        try:
            result = await executor.run(call)
        except ActionExecutionRejection as rejection:
            return _problem(400, rejection.message, rejection.action_name)
        except ActionNotFoundException as unknown:
            return _problem(404, unknown.message, unknown.action_name)
        except ActionMissingDomainException as missing:
            return _problem(449, missing.message, missing.action_name)
        answer = {"events": result.events, "responses": result.responses} if result else {}
        return Response(json.dumps(answer, ensure_ascii=False), media_type="application/json")

    return webhook


async def _unexpected(_request: Request, error: Exception) -> Response:
    log.error("action_failed", exc_info=error)
    return JSONResponse({"error": "action failed"}, 500)


async def _body(request: Request) -> bytes:
    body = await request.body()
    if request.headers.get("content-encoding") != "deflate":
        return body
    inflater = zlib.decompressobj()
    try:
        inflated = inflater.decompress(body, _BODY_MAX)
    except zlib.error as error:
        raise HTTPException(400, "broken deflate body") from error
    if inflater.unconsumed_tail:
        raise HTTPException(413, "body too large")
    return inflated


def _call(body: bytes) -> dict[str, Any]:
    try:
        call = json.loads(body)
    except ValueError as error:
        raise HTTPException(400, "broken JSON") from error
    if not isinstance(call, dict) or not {"next_action", "tracker"} <= call.keys():
        raise HTTPException(400, "no action call")
    if "domain_digest" not in call:
        # Rasa 3.6 leaves the domain out where it is not wanted (enable_selective_domain) and knows no digests: an
        # empty one says "not needed". A newer Rasa with a stale digest still gets its 449 and sends the domain.
        call.setdefault("domain", {})
    return call


def _problem(status: int, message: str, action: str) -> JSONResponse:
    return JSONResponse({"error": message, "action_name": action}, status)
