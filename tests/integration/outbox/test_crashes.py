"""Real processes killed between every two steps: nothing is lost, and nothing is done twice.

Every fault point in the normal run; the first ten times that each is passed with ARKAS_TEST_NIGHTLY=1.
"""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.clock import SettableClock
from bot.database import Database
from bot.outbox.models import WorkerPolicy
from bot.tickets.models import Reply, Ticket, TicketEventKind, TicketStatus
from tests.integration.desks import REPORT, Desk
from tests.integration.forking import forked, make_ready
from tests.integration.outbox import crashing

pytestmark = pytest.mark.integration

DEPTH = 10 if os.environ.get("ARKAS_TEST_NIGHTLY") else 1
WRITING = ("ticket.event_stored", "ticket.written", "ticket.committed")
POINTS = ("outbox.taken", *WRITING, "outbox.handled", "outbox.finished")
# Every ticket passes a point once when a reminder is due; several are taken at once.
TICKETS_A_PASS = dict.fromkeys(POINTS, 1) | {"outbox.taken": WorkerPolicy().batch}
MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
Result = TypeVar("Result")


def process(target: Callable[..., None], *arguments: Any) -> int | None:  # noqa: ANN401
    """Run in a process of its own; returns its exit code, -9 when it was killed."""
    make_ready()
    child = forked.Process(target=target, args=arguments)
    child.start()
    child.join(30)
    return child.exitcode


class Crashing:
    """One database, and a post office that outlives all workers."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.post = folder / "post"
        self.now = MONDAY
        self.killed = 0

    def desk(self, work: Callable[[Desk], Any]) -> Any:  # noqa: ANN401
        async def run() -> Any:  # noqa: ANN401
            database = Database(self.url)
            try:
                return await work(Desk(database, SettableClock(self.now)))
            finally:
                await database.close()

        return asyncio.run(run())

    def ticket(self, number: int) -> Ticket:
        found: Ticket = self.desk(lambda desk: desk.ticket(number))
        return found

    def worker_dies_and_another_comes(self, fault: str) -> None:
        """A worker does what is due and dies; when its lease is over, another one does the rest."""
        self.killed += process(crashing.work, self.url, self.now, self.post, fault) == -signal.SIGKILL
        self.now += WorkerPolicy().lease + timedelta(seconds=1)
        assert process(crashing.work, self.url, self.now, self.post, None) == 0

    def mails(self, number: int) -> list[tuple[str, str, int]]:
        """Template, key and attempt of what was mailed about a ticket."""
        lines = [line.split() for line in self.post.read_text().splitlines()]
        return [(template, key, int(attempt)) for of, template, key, attempt in lines if int(of) == number]


@pytest.mark.parametrize("point", POINTS)
def test_worker_may_die_anywhere(database_url: str, tmp_path: Path, point: str) -> None:
    world = Crashing(database_url, tmp_path)
    for times in range(1, DEPTH + 1):
        before = world.killed
        numbers = [world.desk(lambda desk: desk.asked()).number for _ in range(times * TICKETS_A_PASS[point])]
        asked_at = world.now
        for hours in (0, 6, 24, 48):
            world.now = max(world.now, asked_at + timedelta(hours=hours))
            world.worker_dies_and_another_comes(f"{point}:{times}")
        for number in numbers:
            check(world.ticket(number), world)
        assert world.killed > before, f"nobody died when {point} was passed for the {times}. time"


def check(ticket: Ticket, world: Crashing) -> None:
    kinds = Counter(event.kind for event in ticket.events)
    assert (kinds[TicketEventKind.REMINDED], kinds[TicketEventKind.CLOSED_FOR_SILENCE]) == (2, 1)
    assert ticket.status is TicketStatus.SOLVED
    mails = world.mails(ticket.number)
    first = [template for template, _, attempt in mails if attempt == 1]
    assert {template for template, _, _ in mails} == {
        "opened", "information_asked", "reminder_6h", "reminder_24h", "closed_for_silence"
    }  # fmt: skip
    assert len(first) == len(set(first)), "sent twice without having failed"
    assert all(count <= 2 for count in Counter(key for _, key, _ in mails).values()), "sent more than once more"


def test_several_workers_at_once_do_everything_once(database_url: str, tmp_path: Path) -> None:
    make_ready()
    world = Crashing(database_url, tmp_path)
    numbers = [world.desk(lambda desk: desk.asked()).number for _ in range(8)]
    for hours in (0, 6, 24, 48):
        world.now = MONDAY + timedelta(hours=hours)
        work = (world.url, world.now, world.post, None)
        crowd = [forked.Process(target=crashing.work, args=work) for _ in range(3)]
        for worker in crowd:
            worker.start()
        for worker in crowd:
            worker.join(60)
        assert [worker.exitcode for worker in crowd] == [0] * 3
    for number in numbers:
        check(world.ticket(number), world)
        assert len(world.mails(number)) == 5, "a mail went out twice"


@pytest.mark.parametrize("point", WRITING)
def test_form_that_is_sent_again_after_a_crash_is_one_ticket(database_url: str, tmp_path: Path, point: str) -> None:
    world = Crashing(database_url, tmp_path)
    new = replace(REPORT, idempotency_key="form:abcdefgh")
    assert process(crashing.report, world.url, world.now, new, point) == -signal.SIGKILL
    assert process(crashing.report, world.url, world.now, new, None) == 0
    ticket = world.desk(lambda desk: desk.tickets.open(new))
    assert [event.kind for event in ticket.events] == [TicketEventKind.OPENED]
    later = world.desk(lambda desk: desk.open())
    assert later.number > ticket.number
    world.worker_dies_and_another_comes("outbox.finished")
    assert [template for template, _, _ in world.mails(ticket.number)] == ["opened"]


@pytest.mark.parametrize("point", WRITING)
@pytest.mark.parametrize("closed", [False, True])
def test_reply_that_comes_again_after_a_crash_is_one_reply(
    database_url: str, tmp_path: Path, point: str, closed: bool
) -> None:
    world = Crashing(database_url, tmp_path)
    number = world.desk(lambda desk: desk.asked()).number
    if closed:
        world.desk(lambda desk: desk.officers.solve(number, "budi"))
    answer = Reply("Kendala masih terjadi", "rina@sdn1.sch.id", "mail", key="<abc@gmail.com>")
    assert process(crashing.reply, world.url, world.now, number, answer, point) == -signal.SIGKILL
    assert process(crashing.reply, world.url, world.now, number, answer, None) == 0
    outcome = world.desk(lambda desk: desk.tickets.reply(number, answer))
    assert outcome.opened is closed
    held = world.desk(lambda desk: desk.ticket(outcome.number))
    assert sum(event.key == answer.key for event in held.events) == 1
    assert len(world.desk(lambda desk: desk.ticket(number)).events) == 3 + closed
