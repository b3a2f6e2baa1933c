"""What leaves: rows are handed to the platform, in order per person, until it has taken or refused them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels import repository
from bot.channels.missing import note_missed, told
from bot.channels.models import Outcome, QueueItem, Reach
from bot.channels.port import (
    BUBBLE_JSON,
    Channel,
    ChannelAway,
    ComeBack,
    MessageRefused,
    NotReached,
    Outbound,
    PersonGone,
    TokenRefused,
    WindowClosed,
)
from bot.channels.worker import Done, TryAgain
from bot.clock import WIB, Clock
from bot.database import Database
from bot.faults import fault_point

log = structlog.get_logger(__name__)

FAREWELL: Final = "bye:"  # the last words to somebody who was erased: the row goes too
_TOKEN_PAUSE: Final = timedelta(minutes=1)  # an operator has to act; a revoked token must cost no message meanwhile
_ALERT_AT: Final = 0.8
# A row whose earlier attempt has no known end may have been taken. WhatsApp tells by a receipt with our key within
# seconds, Telegram is asked (Channel.find); where neither knows, a message twice is better than none.
_UNSURE_PAUSE: Final = timedelta(seconds=5)


class OutboxHandler:
    """Sends rows. Raises TryAgain where the platform may take the message later."""

    def __init__(
        self, database: Database, clock: Clock, channels: Mapping[str, Channel], budgets: Mapping[str, int]
    ) -> None:
        self._database = database
        self._clock = clock
        self._channels = channels
        self._budgets = budgets

    async def handle(self, item: QueueItem) -> Done:
        """Send one row, unless an earlier attempt turns out to have been taken."""
        try:
            return self._sent(item, await self._handed_over(item))
        except (ComeBack, TokenRefused, ChannelAway) as error:
            raise _later(item, error) from error
        except PersonGone as gone:
            return self._gone(item, str(gone))
        except (MessageRefused, WindowClosed) as refused:
            log.error("channel_message_refused", channel=item.channel, row=item.id, error=str(refused)[:200])
            reach = Reach.CLOSED if isinstance(refused, WindowClosed) else None
            return self._lost(item, reach, f"{type(refused).__name__}: {refused}"[:500])

    async def _handed_over(self, item: QueueItem) -> str:
        bubble = BUBBLE_JSON.validate_python(item.body)
        outbound = Outbound(item.id, item.channel, item.person, bubble, free=await self._is_free(item))
        taken = await self._taken(item, outbound) if item.unsure else None
        if taken is not None:
            return taken
        fault_point("channel.sending")
        sent_id = await self._channels[item.channel].send(outbound)
        fault_point("channel.sent")
        return sent_id

    async def _taken(self, item: QueueItem, outbound: Outbound) -> str | None:
        async with self._database.read() as connection:
            told = await repository.already_taken(connection, item.id)
            trail = await repository.trail(connection, item.channel, item.begun_at)
        return told if told is not None else await self._channels[item.channel].find(outbound, trail)

    async def _is_free(self, item: QueueItem) -> bool:
        window = self._channels[item.channel].capabilities.window
        if window is None:
            return True
        async with self._database.read() as connection:
            person = await repository.find_person(connection, item.channel, item.person)
        if person is None:  # just erased at their own word: this is the farewell
            return True
        return person.last_inbound_at is not None and self._clock.now() < person.last_inbound_at + window

    async def give_up(self, item: QueueItem, error: str) -> Done:
        """Let the person's next messages through."""
        return self._lost(item, None, error)

    def _lost(self, item: QueueItem, reach: Reach | None, error: str) -> Done:
        async def write(connection: AsyncConnection) -> None:
            text = told(item.channel, reach, error)
            await note_missed(connection, item.channel, item.key, text, at=self._clock.now())

        return Done(write, outcome=Outcome.DEAD, error=error)

    def _sent(self, item: QueueItem, sent_id: str) -> Done:
        async def write(connection: AsyncConnection) -> None:
            if item.key.startswith(FAREWELL):
                await repository.drop_outbound(connection, item.id)
            if item.channel in self._budgets:
                await self._count(connection, item.channel)

        return Done(write, values={"sent_id": sent_id})

    async def _count(self, connection: AsyncConnection, channel: str) -> None:
        month = f"{self._clock.now().astimezone(WIB):%Y-%m}"
        used, budget = await repository.count_sent(connection, channel, month), self._budgets[channel]
        if used in {round(budget * _ALERT_AT), budget}:
            log.error("channel_budget", channel=channel, month=month, used=used, budget=budget)

    def _gone(self, item: QueueItem, error: str) -> Done:
        async def write(connection: AsyncConnection) -> None:
            now = self._clock.now()
            await repository.person_left(connection, item.channel, item.person, at=now)
            await repository.cancel_outbound(connection, item.channel, item.person, at=now, error="person gone")
            await note_missed(connection, item.channel, item.key, told(item.channel, Reach.LEFT), at=now)

        return Done(write, outcome=Outcome.DEAD, error=error[:500])


def _later(item: QueueItem, error: ComeBack | TokenRefused | ChannelAway) -> TryAgain:
    if isinstance(error, ComeBack):
        return TryAgain(str(error), after=error.after, counts=False, undone=True)
    if isinstance(error, TokenRefused):
        log.error("channel_token_refused", channel=item.channel, error=str(error)[:200])
        return TryAgain("token refused", after=_TOKEN_PAUSE, counts=False, undone=True)
    least = _UNSURE_PAUSE if item.channel == "whatsapp" else timedelta()
    # To look for each row after an outage, where nothing was handed over, would hold all up.
    return TryAgain(f"away: {error}", least=least, undone=isinstance(error, NotReached))
