"""The inbox: what a verified delivery holds is written down before it is answered with 200, and once for ever."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels import repository
from bot.channels.missing import note_missed, reach_of, told
from bot.channels.port import Channel, Inbound, Receipt, ReceiptState
from bot.clock import Clock
from bot.database import Database

log = structlog.get_logger(__name__)

# Telegram keeps an undelivered update for 24 hours, WhatsApp repeats for 7 days (both references, "webhooks"): what is
# older was recorded by somebody and is played again. Ids are kept far longer (wiring.py), so nothing slips between.
_OLDEST: Final = {"telegram": timedelta(hours=25), "whatsapp": timedelta(days=8)}


@dataclass
class _Arrival:
    """A delivery that waits to be stored, and what is told of it."""

    channel: str
    fresh: Sequence[Inbound]
    receipts: Sequence[Receipt]
    stored: asyncio.Future[int]


class ChannelInbox:
    """Takes deliveries in. What arrives while others are being stored is stored together, in one transaction."""

    def __init__(self, database: Database, clock: Clock, wake: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake
        self._waiting: list[_Arrival] = []
        self._storing: asyncio.Task[None] | None = None

    async def accept(self, channel: Channel, delivery: Mapping[str, Any]) -> int:
        """Store the events of a delivery that are new; returns how many. Raises ValueError for an unknown shape."""
        received = channel.receive(delivery)
        if received.unread:
            log.warning("channel_foreign_shape", channel=channel.name, count=received.unread)
        now = self._clock.now()
        fresh = [event for event in received.inbound if _is_fresh(event, now)]
        if len(fresh) < len(received.inbound):
            log.warning("channel_replay_refused", channel=channel.name, count=len(received.inbound) - len(fresh))
        if not fresh and not received.receipts:
            return 0
        told: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Arrival(channel.name, fresh, received.receipts, told))
        if self._storing is None or self._storing.done():
            # A task of its own: whoever hung up meanwhile must not take the others' deliveries along.
            self._storing = asyncio.create_task(self._store_waiting(), name="channel inbox")
        stored = await told
        _log_failures(channel.name, received.receipts)
        return stored

    async def _store_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await self._store(batch)
            except Exception:  # noqa: BLE001 - one that the database refuses must not keep the others out
                for arrival in batch:
                    await self._store_alone(arrival)

    async def _store_alone(self, arrival: _Arrival) -> None:
        try:
            await self._store([arrival])
        except Exception as error:  # noqa: BLE001 - whoever delivered is told, and delivers again
            _tell(arrival, error)

    async def _store(self, batch: Sequence[_Arrival]) -> None:
        now, stored = self._clock.now(), []
        async with self._database.write() as connection:
            for arrival in batch:
                stored.append(await repository.store_inbound(connection, arrival.fresh, at=now))
                for receipt in arrival.receipts:
                    await _apply(connection, arrival.channel, receipt, now)
        for arrival, count in zip(batch, stored, strict=True):
            _tell(arrival, count)
        if any(stored):
            self._wake()


async def _apply(connection: AsyncConnection, channel: str, receipt: Receipt, now: datetime) -> None:
    key = await repository.apply_receipt(connection, channel, receipt)
    if key and receipt.state is ReceiptState.FAILED:
        error = receipt.error or ""
        await note_missed(connection, channel, key, told(channel, reach_of(error), error), at=now)


def _tell(arrival: _Arrival, what: int | Exception) -> None:
    if arrival.stored.done():  # cancelled: nobody waits for it any more
        return
    if isinstance(what, Exception):
        arrival.stored.set_exception(what)
    else:
        arrival.stored.set_result(what)


def _is_fresh(event: Inbound, now: datetime) -> bool:
    return event.sent_at is None or now - event.sent_at < _OLDEST.get(event.channel, timedelta(days=8))


def _log_failures(channel: str, receipts: Sequence[Receipt]) -> None:
    for receipt in receipts:
        if receipt.error:
            log.error("channel_not_delivered", channel=channel, error=receipt.error[:200])
