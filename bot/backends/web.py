"""Zendesk's webhook: the signature over timestamp and raw body is verified before the body is looked into."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import structlog
from fastapi import APIRouter, Request

from bot.backends.following import Watch
from bot.backends.rules import is_signed
from bot.channels.bodies import read_body, read_object
from bot.clock import Clock
from bot.errors import BrokenJson, NotAuthorised

log = structlog.get_logger(__name__)

PATH: Final = "/api/v1/zendesk/webhook"
_LARGEST_BODY: Final = 256 * 1024
_LARGEST_ID: Final = 2**63 - 1


def zendesk_router(watch: Watch, clock: Clock, *, secret: str) -> APIRouter:
    """Return the webhook's route; without a secret it is closed."""
    router = APIRouter(tags=["zendesk"])

    @router.post(PATH, include_in_schema=False)
    async def delivery(request: Request) -> dict[str, bool]:
        """Take one delivery: 401 when it is forged, unsigned or old, 400 when it names no ticket."""
        body = await read_body(request, _LARGEST_BODY)
        given = request.headers.get("x-zendesk-webhook-signature", "")
        timestamp = request.headers.get("x-zendesk-webhook-signature-timestamp", "")
        if not is_signed(given, timestamp, body, secret=secret, now=clock.now()):
            log.warning("zendesk_forged")
            raise NotAuthorised
        key = hashlib.sha256(timestamp.encode() + body).hexdigest()[:40]
        return {"ok": True, "known": await watch.changed(_ticket_id(read_object(body)), key)}

    return router


def _ticket_id(delivery: Mapping[str, Any]) -> int:
    """The ticket of an event ("detail": {"id": "35436"}) or of a trigger's own body ({"ticket_id": "35436"})."""
    detail = delivery.get("detail")
    value = detail.get("id") if isinstance(detail, dict) else delivery.get("ticket_id")
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdecimal()) or len(text) > 19 or int(text) > _LARGEST_ID:
        raise BrokenJson
    return int(text)
