"""The worker: takes due errands, has them handled, and writes down how it went."""

import asyncio
import contextlib
import os
import random
import socket
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import structlog

from bot.clock import Clock
from bot.database import Database
from bot.faults import fault_point
from bot.outbox import repository, rules
from bot.outbox.models import NotYet, OutboxHandler, OutboxItem, PermanentFailure, WorkerPolicy

log = structlog.get_logger(__name__)

_TIDY_EVERY: Final = timedelta(hours=1)


class Worker:
    """Works the outbox. Any number of them may run, in one process or on many machines.

    Errands of a kind without a handler stay where they are, so that a worker of an older version loses nothing.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        handlers: Mapping[str, OutboxHandler],
        policy: WorkerPolicy | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._handlers = dict(handlers)
        self._policy = policy or WorkerPolicy()
        self._tidy_at = clock.now() + _TIDY_EVERY
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"[-100:]

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; what has begun is finished. A database that is away is waited for, and
        no other trouble ends it: nobody would remind or mail from then on.
        """
        while not stop.is_set():
            try:
                worked = await self.run_once()
                await self._tidy()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next round must come
                log.warning("outbox_round_failed", error=f"{type(error).__name__}: {error}"[:300])
                worked = 0
            if not worked:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), self._policy.poll.total_seconds())

    async def run_once(self) -> int:
        """Take one batch and handle it. Returns how many errands that were."""
        items = await self._take()
        fault_point("outbox.taken")
        outcomes = await asyncio.gather(*(self._work(item) for item in items), return_exceptions=True)
        for outcome in outcomes:  # all have ended; what could not even be written down is for run() to tell
            if isinstance(outcome, BaseException):
                raise outcome
        return len(items)

    async def drain(self) -> int:
        """Work until nothing is due. Returns how many errands that were; for tests, demonstrations and commands."""
        total = 0
        while worked := await self.run_once():
            total += worked
        return total

    async def _tidy(self) -> None:
        """Once an hour forget what is long done, so that the table stays as small as what is alive."""
        now = self._clock.now()
        if now < self._tidy_at:
            return
        self._tidy_at = now + _TIDY_EVERY
        async with self._database.write() as connection:
            await repository.purge(connection, before=now - self._policy.remember)

    async def _take(self) -> list[OutboxItem]:
        now = self._clock.now()
        async with self._database.write() as connection:
            return await repository.take(
                connection,
                list(self._handlers),
                worker=self.name,
                now=now,
                until=now + self._policy.lease,
                limit=self._policy.batch,
            )

    async def _work(self, item: OutboxItem) -> None:
        if item.attempts > self._policy.attempts:
            await self._bury(item, PermanentFailure("every attempt ended with the death of its process"))
            return
        try:
            async with asyncio.timeout(self._policy.time_limit.total_seconds()):
                await self._handlers[item.kind].handle(item)
        except NotYet as later:
            await self._postpone(item, later)
        except PermanentFailure as failure:
            await self._bury(item, failure)
        except Exception as failure:  # noqa: BLE001 - one errand's failure, of whatever kind, must not stop the others
            await self._retry(item, failure)
        else:
            fault_point("outbox.handled")
            await self._finish(item)
            fault_point("outbox.finished")

    async def _finish(self, item: OutboxItem) -> None:
        async with self._database.write() as connection:
            await repository.finish(connection, item, at=self._clock.now())

    async def _postpone(self, item: OutboxItem, later: NotYet) -> None:
        async with self._database.write() as connection:
            await repository.postpone(connection, item, due_at=later.due_at, attempts=item.attempts - 1)

    async def _retry(self, item: OutboxItem, failure: Exception) -> None:
        if rules.is_exhausted(item.attempts, self._policy):
            await self._bury(item, failure)
            return
        delay = rules.retry_delay(item.attempts, self._policy, random.random())  # noqa: S311 - spreads load, no secret
        error = _described(failure)
        log.warning("outbox_retry", kind=item.kind, key=item.key, attempts=item.attempts, error=error)
        due_at = self._clock.now() + delay
        async with self._database.write() as connection:
            await repository.postpone(connection, item, due_at=due_at, error=error, attempts=item.attempts)

    async def _bury(self, item: OutboxItem, failure: Exception) -> None:
        error = _described(failure)
        log.error("outbox_dead_letter", kind=item.kind, key=item.key, attempts=item.attempts, error=error)
        async with self._database.write() as connection:
            await repository.bury(connection, item, at=self._clock.now(), error=error)


def _described(failure: Exception) -> str:
    return f"{type(failure).__name__}: {failure}"[:1000]
