"""The inbox: what a verified delivery holds is written down before it is answered with 200, and once for ever."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from bot.channels import repository
from bot.channels.port import Channel, Inbound, Receipt
from bot.clock import Clock
from bot.database import Database

log = structlog.get_logger(__name__)

# Telegram keeps an undelivered update for 24 hours, WhatsApp repeats for 7 days (both references, "webhooks"): what is
# older was recorded by somebody and is played again. Ids are kept far longer (wiring.py), so nothing slips between.
_OLDEST: Final = {"telegram": timedelta(hours=25), "whatsapp": timedelta(days=8)}


class ChannelInbox:
    """Takes deliveries in."""

    def __init__(self, database: Database, clock: Clock, wake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake

    async def accept(self, channel: Channel, delivery: Mapping[str, Any]) -> int:
        """Store the events of a delivery that are new; returns how many. Raises ValueError for an unknown shape."""
        received = channel.receive(delivery)
        now = self._clock.now()
        fresh = [event for event in received.inbound if _is_fresh(event, now)]
        if len(fresh) < len(received.inbound):
            log.warning("channel_replay_refused", channel=channel.name, count=len(received.inbound) - len(fresh))
        if not fresh and not received.receipts:
            return 0
        async with self._database.write() as connection:
            stored = await repository.store_inbound(connection, fresh, at=now)
            for receipt in received.receipts:
                await repository.apply_receipt(connection, channel.name, receipt)
        _log_failures(channel.name, received.receipts)
        if stored:
            self._wake()
        return stored


def _is_fresh(event: Inbound, now: datetime) -> bool:
    return event.sent_at is None or now - event.sent_at < _OLDEST.get(event.channel, timedelta(days=8))


def _log_failures(channel: str, receipts: tuple[Receipt, ...]) -> None:
    for receipt in receipts:
        if receipt.error:
            log.error("channel_not_delivered", channel=channel, error=receipt.error[:200])
