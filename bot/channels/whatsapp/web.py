"""WhatsApp's webhook: the signature over the raw bytes is verified, what came is stored, and 200 is answered."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse

from bot.channels.bodies import read_body, read_object, same_secret, signed
from bot.channels.inbox import ChannelInbox
from bot.channels.whatsapp.adapter import WhatsAppChannel
from bot.errors import BrokenJson, NotAuthorised

log = structlog.get_logger(__name__)

PATH = "/channels/whatsapp"


def whatsapp_router(channel: WhatsAppChannel, inbox: ChannelInbox, *, app_secret: str, verify_token: str) -> APIRouter:
    """Return the webhook's two routes."""
    router = APIRouter(tags=["channels"])

    @router.get(PATH, include_in_schema=False)
    async def verify(
        mode: Annotated[str, Query(alias="hub.mode", max_length=20)] = "",
        token: Annotated[str, Query(alias="hub.verify_token", max_length=200)] = "",
        challenge: Annotated[str, Query(alias="hub.challenge", max_length=200)] = "",
    ) -> PlainTextResponse:
        """Repeat the challenge to whoever knows our token; 401 to others."""
        if mode != "subscribe" or not same_secret(token, verify_token):
            log.warning("channel_forged", channel=channel.name)
            raise NotAuthorised
        return PlainTextResponse(challenge)

    @router.post(PATH, include_in_schema=False)
    async def delivery(request: Request) -> dict[str, bool]:
        """Take one delivery; without the right signature 401, 413 and 400 for what is none, and nothing is stored."""
        body = await read_body(request)
        if not signed(request.headers.get("x-hub-signature-256"), body, app_secret):
            log.warning("channel_forged", channel=channel.name)
            raise NotAuthorised
        try:
            await inbox.accept(channel, read_object(body))
        except ValueError as error:
            log.warning("channel_foreign_shape", channel=channel.name)
            raise BrokenJson from error
        return {"ok": True}

    return router
