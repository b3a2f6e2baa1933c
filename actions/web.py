"""The route on which Rasa calls the actions: rasa-sdk's protocol, behind a shared token, never public."""

import hmac
import json
import zlib
from collections.abc import Iterable
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionMissingDomainException, ActionNotFoundException

PATH: Final = "/internal/actions/webhook"
_BODY_MAX: Final = 4 * 1024**2  # a tracker is a few KB here; more is no tracker of ours


def action_executor(actions: Iterable[Action]) -> ActionExecutor:
    """An executor that knows these actions."""
    executor = ActionExecutor()
    for action in actions:
        executor.register_action(action)
    return executor


def action_router(executor: ActionExecutor, token: str) -> APIRouter:
    """The route, not listed in the OpenAPI page."""
    router = APIRouter()

    async def webhook(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode()):
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

    # A plain route: each turn passes here, and FastAPI's reading of parameters costs as much as a transaction.
    router.add_route(PATH, webhook, methods=["POST"])
    return router


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
