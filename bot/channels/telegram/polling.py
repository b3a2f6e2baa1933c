"""Long polling, for a laptop that nobody can reach: updates are fetched and stored as the webhook would store them."""

import asyncio
from typing import Final

import structlog

from bot.channels.inbox import ChannelInbox
from bot.channels.port import ChannelError, ComeBack, TokenRefused
from bot.channels.telegram.adapter import TelegramChannel
from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.reading import UPDATES

log = structlog.get_logger(__name__)

_WAIT_SECONDS: Final = 25
_PAUSE_SECONDS: Final = 3.0


class Poller:
    """Fetches updates. One at a time for a bot: Telegram answers a second one with 409."""

    def __init__(self, client: TelegramClient, channel: TelegramChannel, inbox: ChannelInbox) -> None:
        self._client = client
        self._channel = channel
        self._inbox = inbox
        self._offset = 0

    async def run(self, stop: asyncio.Event, *, wait: int = _WAIT_SECONDS) -> None:
        """Fetch until `stop` is set. Raises TokenRefused; other failures are waited out."""
        while not stop.is_set():
            try:
                await self.fetch(wait=wait)
            except TokenRefused:
                raise
            except ChannelError as error:
                log.warning("telegram_poll_failed", error=str(error)[:200])
                pause = error.after.total_seconds() if isinstance(error, ComeBack) else _PAUSE_SECONDS
                await asyncio.sleep(pause)

    async def fetch(self, *, wait: int = 0) -> int:
        """Fetch once; returns how many updates came. The next call's offset confirms them, so they are stored first."""
        updates = await self._client.call(
            "getUpdates", patience=wait + 10, timeout=wait, offset=self._offset, allowed_updates=UPDATES
        )
        for update in updates:
            await self._accept(update)
            self._offset = update["update_id"] + 1
        return len(updates)

    async def _accept(self, update: dict[str, object]) -> None:
        try:
            await self._inbox.accept(self._channel, update)
        except ValueError:
            log.warning("channel_foreign_shape", channel=self._channel.name)
