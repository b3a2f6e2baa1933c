"""The worker of a queue: people side by side, each person's rows one after the other."""

import asyncio
import contextlib
import os
import random
import socket
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels import queue_repository
from bot.channels.models import Outcome, QueueItem, QueuePolicy
from bot.clock import Clock
from bot.database import Database
from bot.metrics.measures import CHANNEL_ROWS

log = structlog.get_logger(__name__)


class LeaseLost(Exception):
    """Another worker took the row over: what was about to be written is rolled back."""


class TryAgain(Exception):
    """Later: after `after`, or after the usual delay and not before `least`. `counts` whether it uses up an attempt,
    `undone` whether this one surely did nothing."""

    def __init__(
        self,
        reason: str,
        *,
        after: timedelta | None = None,
        least: timedelta = timedelta(),
        counts: bool = True,
        undone: bool = False,
    ) -> None:
        self.after = after
        self.least = least
        self.counts = counts
        self.undone = undone
        super().__init__(reason)


@dataclass(frozen=True)
class Done:
    """A handled row. `write` is committed together with the note that the row is done, and `values` of its columns."""

    write: Callable[[AsyncConnection], Awaitable[None]] | None = None
    outcome: Outcome = Outcome.DONE
    error: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)


class QueueHandler(Protocol):
    """Does what a row says. It may be called again for a row that it did already, so repeating must be harmless."""

    async def handle(self, item: QueueItem) -> Done:
        """Do it. Raises TryAgain; any other error is tried again too."""
        ...

    async def give_up(self, item: QueueItem, error: str) -> Done:
        """What remains to be done for a row whose attempts are used up."""
        ...


class QueueWorker:
    """Works one queue for some channels. Any number may run, in one process or on many machines."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        queue: Table,
        handler: QueueHandler,
        channels: Collection[str],
        policy: QueuePolicy,
        *,
        done: Callable[[], None] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._queue = queue
        self._handler = handler
        self._channels = tuple(channels)
        self._policy = policy
        self._done = done or (lambda: None)
        self._wake = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._in_hand: set[int] = set()
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"[-100:]

    def wake(self) -> None:
        """Look at the queue now rather than at the next poll."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; what has begun is finished. A database that is away is waited for."""
        keeper = asyncio.create_task(self._keep())
        try:
            while not stop.is_set():
                woken = self._wake.is_set()
                self._wake.clear()
                await self._start_due(surely=woken)
                await self._pause(stop)
        finally:
            keeper.cancel()
            await asyncio.gather(*self._running, keeper, return_exceptions=True)

    async def _start_due(self, *, surely: bool) -> None:
        try:
            items = await self._take(self._policy.concurrency - len(self._running), surely=surely)
        except (DBAPIError, OSError) as error:
            log.warning("channel_database_away", queue=self._queue.name, error=type(error).__name__)
            return
        for item in items:
            task = asyncio.create_task(self._work(item))
            self._running.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("channel_row_left", queue=self._queue.name, error=type(error).__name__)

    async def _pause(self, stop: asyncio.Event) -> None:
        waits = [asyncio.create_task(stop.wait()), asyncio.create_task(self._wake.wait())]
        await asyncio.wait(waits, timeout=self._policy.poll.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._policy.lease.total_seconds() / 3)
            if self._running:
                with contextlib.suppress(DBAPIError, OSError):
                    async with self._database.write() as connection:
                        until = self._clock.now() + self._policy.lease
                        await queue_repository.renew(connection, self._queue, worker=self.name, until=until)

    async def drain(self) -> int:
        """Work until nothing is due. Returns how many rows that were; for tests, demonstrations and commands."""
        total = 0
        while items := await self._take(self._policy.concurrency, surely=False):
            await asyncio.gather(*(self._work(item) for item in items))
            total += len(items)
        return total

    async def _take(self, limit: int, *, surely: bool) -> list[QueueItem]:
        """Lock at most `limit` rows. Unless something is `surely` due, ask first: that takes no write lock."""
        if limit <= 0:
            return []
        now = self._clock.now()
        until = now + self._policy.lease
        if not surely and not await self._has_due(now):
            return []
        async with self._database.write() as connection:
            # On a busy machine a lease may run out though its holder lives: what is in hand here is not taken twice.
            items = await queue_repository.take(
                connection, self._queue, self._channels, worker=self.name, now=now, until=until, limit=limit,
                besides=self._in_hand,
            )  # fmt: skip
        self._in_hand |= {item.id for item in items}
        return items

    async def _has_due(self, now: datetime) -> bool:
        async with self._database.read() as connection:
            return await queue_repository.has_due(connection, self._queue, self._channels, now=now)

    async def _work(self, item: QueueItem) -> None:
        try:
            await self._attempt(item)
        finally:
            self._in_hand.discard(item.id)

    async def _attempt(self, item: QueueItem) -> None:
        if item.attempts > self._policy.attempts:  # each of them ended with the death of its process
            await self._finish(item, await self._handler.give_up(item, "every attempt killed its process"))
            return
        try:
            async with asyncio.timeout(self._policy.time_limit.total_seconds()):
                done = await self._handler.handle(item)
        except TryAgain as later:
            pause = max(self._delay(item.attempts), later.least) if later.after is None else later.after
            await self._retry(item, str(later), pause, counts=later.counts, undone=later.undone)
        except Exception as error:  # noqa: BLE001 - one person's trouble, of whatever kind, must not stop the others
            log.warning("channel_row_failed", queue=self._queue.name, row=item.id, error=type(error).__name__)
            await self._retry(item, f"{type(error).__name__}: {error}", self._delay(item.attempts), counts=True)
        else:
            await self._finish(item, done)

    async def _finish(self, item: QueueItem, done: Done) -> None:
        with contextlib.suppress(LeaseLost):
            async with self._database.write() as connection:
                values = {"outcome": done.outcome.value, "error": done.error, **done.values}
                if not await queue_repository.finish(connection, self._queue, item, values, at=self._clock.now()):
                    raise LeaseLost
                if done.write is not None:
                    await done.write(connection)
            CHANNEL_ROWS.labels(self._queue.name, item.channel, done.outcome.value).inc()
            self._done()

    async def _retry(
        self, item: QueueItem, error: str, pause: timedelta, *, counts: bool, undone: bool = False
    ) -> None:
        if counts and item.attempts >= self._policy.attempts:
            log.error("channel_dead_letter", queue=self._queue.name, row=item.id, attempts=item.attempts)
            await self._finish(item, await self._handler.give_up(item, error[:500]))
            return
        due_at = self._clock.now() + pause
        attempts = item.attempts if counts else item.attempts - 1
        begun_at = None if undone and not item.unsure else item.begun_at
        async with self._database.write() as connection:
            await queue_repository.postpone(
                connection, self._queue, item, due_at=due_at, error=error[:500], attempts=attempts, begun_at=begun_at
            )

    def _delay(self, attempts: int) -> timedelta:
        doubled = self._policy.first_delay * 2 ** min(attempts - 1, 30)
        delay: timedelta = min(doubled, self._policy.longest_delay)
        return delay * (0.75 + random.random() / 2)  # noqa: S311 - spreads load
