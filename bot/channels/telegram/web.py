"""Telegram's webhook: the secret is compared, the update is stored, and 200 is answered; the work comes later."""

import structlog
from fastapi import APIRouter, Request

from bot.channels.bodies import read_body, read_object, same_secret
from bot.channels.inbox import ChannelInbox
from bot.channels.telegram.adapter import TelegramChannel
from bot.errors import BrokenJson, NotAuthorised

log = structlog.get_logger(__name__)

PATH = "/channels/telegram"
_MAX_BYTES = 1024**2


def telegram_router(channel: TelegramChannel, inbox: ChannelInbox, secret: str) -> APIRouter:
    """Return the webhook's route."""
    router = APIRouter(tags=["channels"])

    @router.post(PATH, include_in_schema=False)
    async def update(request: Request) -> dict[str, bool]:
        """Take one update. 401 for a wrong secret, 413 and 400 for what is none; nothing of these is stored."""
        if not same_secret(request.headers.get("x-telegram-bot-api-secret-token"), secret):
            log.warning("channel_forged", channel=channel.name)
            raise NotAuthorised
        body = read_object(await read_body(request, _MAX_BYTES))
        try:
            await inbox.accept(channel, body)
        except ValueError as error:
            log.warning("channel_foreign_shape", channel=channel.name)
            raise BrokenJson from error
        return {"ok": True}

    return router
