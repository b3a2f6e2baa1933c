"""The queues by themselves: one person's rows in order, each handled once, however many workers there are."""

import asyncio
from collections import defaultdict
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels import repository
from bot.channels.models import Outcome, QueueItem, QueuePolicy
from bot.channels.port import Inbound, InboundKind
from bot.channels.queue_repository import channel_inbox
from bot.channels.worker import Done, QueueWorker, TryAgain
from bot.clock import SettableClock
from bot.database import Database
from tests.integration.channels.conftest import BOTH

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


class Notes:
    """Handles a row by writing it down; can be slow, fail, or hang."""

    def __init__(self) -> None:
        self.handled: dict[str, list[str]] = defaultdict(list)
        self.busy: set[str] = set()
        self.failures: dict[str, int] = {}
        self.given_up: list[str] = []
        self.attempts: list[tuple[datetime, bool]] = []
        self.undone = False
        self.hang = asyncio.Event()
        self.hang.set()

    async def handle(self, item: QueueItem) -> Done:
        assert item.person not in self.busy, "two rows of one person at once"
        self.busy.add(item.person)
        self.attempts.append((item.begun_at, item.unsure))
        try:
            await self.hang.wait()
            await asyncio.sleep(0.001)
            if self.failures.get(item.key, 0):
                self.failures[item.key] -= 1
                raise TryAgain("not yet", undone=self.undone)
        finally:
            self.busy.discard(item.person)

        async def write(_: AsyncConnection) -> None:
            self.handled[item.person].append(item.key)

        return Done(write)

    async def begun(self, person: str) -> None:
        while person not in self.busy:  # noqa: ASYNC110 - set by another task, within milliseconds
            await asyncio.sleep(0.005)

    async def give_up(self, item: QueueItem, error: str) -> Done:
        self.given_up.append(item.key)
        return Done(outcome=Outcome.DEAD, error=error)


@pytest.fixture
def notes() -> Notes:
    return Notes()


def worker(database: Database, clock: SettableClock, notes: Notes, **policy: object) -> QueueWorker:
    return QueueWorker(database, clock, channel_inbox, notes, ["telegram"], QueuePolicy(**policy))  # type: ignore[arg-type]


async def put(database: Database, clock: SettableClock, *rows: tuple[str, int]) -> None:
    events = [Inbound("telegram", str(at), person, InboundKind.MESSAGE, at, text="x") for person, at in rows]
    async with database.write() as connection:
        await repository.store_inbound(connection, events, at=clock.now())


@BOTH
async def test_many_workers_handle_each_row_once_and_each_person_in_order(
    database: Database, clock: SettableClock, notes: Notes
) -> None:
    rows = [(f"orang {number % 7}", number) for number in range(70)]
    await put(database, clock, *reversed(rows))
    workers = [worker(database, clock, notes, concurrency=3) for _ in range(4)]
    for _ in range(3):  # one that finds nothing to do while the others hold every person goes home early
        await asyncio.gather(*(each.drain() for each in workers))
    assert notes.handled == {f"orang {n}": [str(number) for number in range(n, 70, 7)] for n in range(7)}


@BOTH
async def test_row_of_a_dead_worker_is_taken_over_after_its_lease(
    database: Database, clock: SettableClock, notes: Notes
) -> None:
    await put(database, clock, ("rina", 1), ("rina", 2))
    notes.hang.clear()
    dying = asyncio.create_task(worker(database, clock, notes).drain())
    await notes.begun("rina")
    dying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dying
    notes.hang.set()
    other = worker(database, clock, notes)
    assert await other.drain() == 0, "the lease is not over"
    clock.advance(timedelta(seconds=16))
    await other.drain()
    assert notes.handled == {"rina": ["1", "2"]}


@BOTH
async def test_attempt_whose_end_is_not_known_is_told_to_the_next_ones(
    database: Database, clock: SettableClock, notes: Notes
) -> None:
    await put(database, clock, ("rina", 1))
    clock.advance(timedelta(minutes=1))
    begun, notes.failures["1"] = clock.now(), 2
    for _ in range(3):
        await worker(database, clock, notes).drain()
        clock.advance(timedelta(seconds=10))
    assert notes.attempts == [(begun, False), (begun, True), (begun, True)]


@BOTH
async def test_attempt_that_surely_did_nothing_leaves_no_doubt_but_takes_none_away(
    database: Database, clock: SettableClock, notes: Notes
) -> None:
    await put(database, clock, ("rina", 1))
    notes.failures["1"] = 4
    for undone in (True, False, True, True):
        notes.undone = undone
        await worker(database, clock, notes).drain()
        clock.advance(timedelta(seconds=30))
    await worker(database, clock, notes).drain()
    first, second = notes.attempts[0][0], notes.attempts[1][0]
    assert first < second
    assert notes.attempts == [(first, False), (second, False), *[(second, True)] * 3]


async def test_who_lost_the_lease_writes_nothing(database: Database, clock: SettableClock, notes: Notes) -> None:
    await put(database, clock, ("rina", 1))
    notes.hang.clear()
    slow = asyncio.create_task(worker(database, clock, notes).drain())
    await notes.begun("rina")
    clock.advance(timedelta(seconds=16))
    notes.busy.clear()
    quick = asyncio.create_task(worker(database, clock, notes).drain())
    await notes.begun("rina")
    notes.hang.set()
    await asyncio.gather(slow, quick)
    assert notes.handled == {"rina": ["1"]}


async def test_living_worker_takes_nothing_twice_however_late_it_renews(
    database: Database, clock: SettableClock, notes: Notes
) -> None:
    await put(database, clock, ("rina", 1))
    notes.hang.clear()
    one = worker(database, clock, notes)
    slow = asyncio.create_task(one.drain())
    await notes.begun("rina")
    clock.advance(timedelta(seconds=16))
    assert await one.drain() == 0
    notes.hang.set()
    await slow
    assert notes.handled == {"rina": ["1"]}


async def test_failing_row_holds_its_person_but_nobody_else(
    database: Database, clock: SettableClock, notes: Notes
) -> None:
    notes.failures["1"] = 2
    await put(database, clock, ("rina", 1), ("rina", 2), ("budi", 3))
    one = worker(database, clock, notes)
    await one.drain()
    assert notes.handled == {"budi": ["3"]}
    for _ in range(3):
        clock.advance(timedelta(seconds=10))
        await one.drain()
    assert notes.handled["rina"] == ["1", "2"]


async def test_row_that_always_fails_is_given_up_and_lets_the_next_one_through(
    database: Database, clock: SettableClock, notes: Notes
) -> None:
    notes.failures["1"] = 99
    await put(database, clock, ("rina", 1), ("rina", 2))
    one = worker(database, clock, notes, attempts=3)
    for _ in range(4):
        await one.drain()
        clock.advance(timedelta(minutes=10))
    assert (notes.given_up, notes.handled["rina"]) == (["1"], ["2"])
    async with database.read() as connection:
        found = await connection.execute(select(channel_inbox.c.key, channel_inbox.c.outcome))
        assert {row.key: row.outcome for row in found} == {"1": "dead", "2": "done"}


async def test_running_worker_is_woken_and_stops_when_told(
    database: Database, clock: SettableClock, notes: Notes
) -> None:
    one, stop = worker(database, clock, notes, poll=timedelta(seconds=60)), asyncio.Event()
    running = asyncio.create_task(one.run(stop))
    await asyncio.sleep(0.05)
    await put(database, clock, ("rina", 1), ("rina", 2))
    one.wake()
    for _ in range(200):
        if notes.handled.get("rina") == ["1", "2"]:
            break
        await asyncio.sleep(0.01)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert notes.handled == {"rina": ["1", "2"]}


@BOTH
async def test_same_event_is_stored_once_however_simultaneously(
    database: Database, clock: SettableClock, notes: Notes
) -> None:
    await asyncio.gather(*(put(database, clock, ("rina", 1)) for _ in range(10)))
    await worker(database, clock, notes).drain()
    assert notes.handled == {"rina": ["1"]}


async def test_what_is_long_done_is_forgotten(database: Database, clock: SettableClock, notes: Notes) -> None:
    await put(database, clock, ("rina", 1))
    await worker(database, clock, notes).drain()
    await put(database, clock, ("rina", 2))
    clock.advance(timedelta(days=91))
    async with database.write() as connection:
        await repository.purge(connection, before=clock.now() - timedelta(days=90))
        assert (await repository.waiting(connection))["channel_inbox"] == 1
        assert len((await connection.execute(select(channel_inbox))).all()) == 1
