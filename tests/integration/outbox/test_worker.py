"""The worker on real databases: once, again after a failure, never twice at the same time."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from bot.clock import SettableClock
from bot.database import Database
from bot.errors import UnknownItem
from bot.outbox import repository
from bot.outbox.models import NewItem, NotYet, OutboxHandler, OutboxItem, PermanentFailure, WorkerPolicy
from bot.outbox.service import OutboxService
from bot.outbox.worker import Worker

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

POLICY = WorkerPolicy(attempts=3, first_delay=timedelta(seconds=10), poll=timedelta(milliseconds=10))


@dataclass
class Recording:
    """Notes what it is given; fails with what stands in `failures`, one for each call, before it does."""

    failures: list[Exception] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    async def handle(self, item: OutboxItem) -> None:
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop(0)
        self.keys.append(item.key)


async def put(database: Database, clock: SettableClock, *keys: str, group: str | None = None) -> None:
    items = [NewItem("mail", key, clock.now(), {"n": 1}, group) for key in keys]
    async with database.write() as connection:
        await repository.enqueue(connection, items, at=clock.now())


def worker(database: Database, clock: SettableClock, handler: OutboxHandler) -> Worker:
    return Worker(database, clock, {"mail": handler}, POLICY)


async def test_due_errand_is_done_once(database: Database, clock: SettableClock) -> None:
    handler = Recording()
    await put(database, clock, "a", "b")
    await put(database, clock, "a")
    assert await worker(database, clock, handler).drain() == 2
    await put(database, clock, "a")
    assert await worker(database, clock, handler).drain() == 0
    assert sorted(handler.keys) == ["a", "b"]


async def test_errand_waits_for_its_time(database: Database, clock: SettableClock) -> None:
    handler = Recording()
    await put(database, clock, "a")
    clock.advance(timedelta(seconds=-1))
    assert await worker(database, clock, handler).drain() == 0


async def test_many_workers_share_and_never_double(database: Database, clock: SettableClock) -> None:
    handler = Recording()
    await put(database, clock, *(f"k{n}" for n in range(60)))
    await asyncio.gather(*(worker(database, clock, handler).drain() for _ in range(5)))
    assert sorted(handler.keys) == sorted(f"k{n}" for n in range(60))


async def test_failure_is_tried_again_later(database: Database, clock: SettableClock) -> None:
    handler = Recording([OSError("away")])
    await put(database, clock, "a")
    assert await worker(database, clock, handler).drain() == 1
    clock.advance(timedelta(seconds=7))
    assert await worker(database, clock, handler).drain() == 0
    clock.advance(timedelta(seconds=6))
    assert await worker(database, clock, handler).drain() == 1
    assert handler.keys == ["a"]


@pytest.mark.parametrize(
    "failures", [[PermanentFailure("no such mailbox")], [OSError("away")] * 3], ids=["at once", "exhausted"]
)
async def test_hopeless_errand_is_a_dead_letter_that_can_be_revived(
    database: Database, clock: SettableClock, failures: Sequence[Exception]
) -> None:
    handler, service = Recording(list(failures)), OutboxService(database, clock)
    await put(database, clock, "a")
    for _ in failures:
        await worker(database, clock, handler).drain()
        clock.advance(timedelta(hours=1))
    [letter] = await service.dead_letters()
    assert (letter.key, str(failures[-1]) in (letter.error or "")) == ("a", True)
    assert (await service.health()).dead == 1
    await service.revive(letter.id)
    assert await worker(database, clock, handler).drain() == 1
    assert (handler.keys, await service.dead_letters()) == (["a"], [])
    with pytest.raises(UnknownItem):
        await service.revive(letter.id)


async def test_errand_that_says_not_yet_has_not_failed(database: Database, clock: SettableClock) -> None:
    handler = Recording([NotYet(clock.now() + timedelta(hours=1))] * 1)
    await put(database, clock, "a")
    await worker(database, clock, handler).drain()
    clock.advance(timedelta(minutes=59))
    assert await worker(database, clock, handler).drain() == 0
    clock.advance(timedelta(minutes=1))
    await worker(database, clock, handler).drain()
    assert handler.keys == ["a"]


async def test_errand_of_a_dead_worker_is_taken_after_its_lease(database: Database, clock: SettableClock) -> None:
    handler = Recording()
    await put(database, clock, "a")
    await worker(database, clock, handler)._take()
    assert await worker(database, clock, handler).drain() == 0
    clock.advance(POLICY.lease)
    assert await worker(database, clock, handler).drain() == 1


async def test_errand_that_kills_every_worker_is_given_up(database: Database, clock: SettableClock) -> None:
    handler = Recording()
    await put(database, clock, "a")
    for _ in range(POLICY.attempts):
        assert len(await worker(database, clock, handler)._take()) == 1
        clock.advance(POLICY.lease)
    await worker(database, clock, handler).drain()
    assert handler.keys == []
    assert len(await OutboxService(database, clock).dead_letters()) == 1


async def test_worker_that_lost_its_lease_writes_nothing(database: Database, clock: SettableClock) -> None:
    slow, quick = worker(database, clock, Recording()), worker(database, clock, Recording())
    await put(database, clock, "a")
    [old] = await slow._take()
    clock.advance(POLICY.lease)
    [new] = await quick._take()
    await slow._finish(old)
    assert (await OutboxService(database, clock).health()).waiting == 1
    await quick._finish(new)
    assert (await OutboxService(database, clock).health()).waiting == 0


async def test_cancelled_group_is_never_done(database: Database, clock: SettableClock) -> None:
    handler = Recording()
    await put(database, clock, "a", group="ticket:1:silence")
    await put(database, clock, "b", group="ticket:2:silence")
    async with database.write() as connection:
        await repository.cancel(connection, "ticket:1:silence", at=clock.now())
    await worker(database, clock, handler).drain()
    assert handler.keys == ["b"]


async def test_kind_that_nobody_handles_stays(database: Database, clock: SettableClock) -> None:
    await put(database, clock, "a")
    assert await Worker(database, clock, {"other": Recording()}, POLICY).drain() == 0
    health = await OutboxService(database, clock).health()
    assert (health.waiting, health.overdue, health.oldest_due_at) == (1, 1, clock.now())


async def test_errand_is_stored_with_its_transaction_or_not_at_all(database: Database, clock: SettableClock) -> None:
    async def fail() -> None:
        async with database.write() as connection:
            await repository.enqueue(connection, [NewItem("mail", "a", clock.now())], at=clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert (await OutboxService(database, clock).health()).waiting == 0


async def test_running_worker_ends_when_told_and_forgets_what_is_long_done(
    database: Database, clock: SettableClock
) -> None:
    handler, stop = Recording(), asyncio.Event()
    await put(database, clock, "a")
    running = worker(database, clock, handler)
    task = asyncio.create_task(running.run(stop))
    await _until(lambda: handler.keys == ["a"])
    clock.advance(POLICY.remember + timedelta(hours=2))
    await _until(lambda: running._tidy_at > clock.now())
    stop.set()
    await asyncio.wait_for(task, 30)
    await put(database, clock, "a")
    assert (await OutboxService(database, clock).health()).waiting == 1


async def _until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not happened():  # noqa: ASYNC110 - what the worker does rings no bell
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "trouble",
    [OSError("refused"), NoFreeConnection("pool"), OperationalError("SELECT", {}, Exception("gone")), KeyError("bug")],
)
async def test_worker_outlives_a_database_that_is_away(
    database: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    handler, stop, take, troubles = Recording(), asyncio.Event(), repository.take, [trouble]
    await put(database, clock, "a")
    finish = repository.finish

    async def finish_and_stop(*given: Any, **more: Any) -> None:  # noqa: ANN401 - as `finish` is asked
        await finish(*given, **more)
        stop.set()

    async def away_at_first(*given: Any, **more: Any) -> list[OutboxItem]:  # noqa: ANN401 - as `take` is asked
        if troubles:
            raise troubles.pop()
        return await take(*given, **more)

    monkeypatch.setattr(repository, "take", away_at_first)
    monkeypatch.setattr(repository, "finish", finish_and_stop)
    await asyncio.wait_for(worker(database, clock, handler).run(stop), 30)
    assert (handler.keys, troubles) == (["a"], [])
