"""Tickets driven by chance over months, on the real service, worker and SQLite, against what the guide promises.

A few hundred lives in the normal run, 10,000 with ARKAS_TEST_NIGHTLY=1.
"""

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete

from bot.clock import WIB, SettableClock
from bot.database import Database, upgrade
from bot.errors import Conflict
from bot.outbox.repository import outbox
from bot.tickets.desk import Sending
from bot.tickets.log import DeskPolicy
from bot.tickets.models import ReplyKind, Step, Ticket, TicketEventKind, TicketStatus
from bot.tickets.repository import tickets as table
from bot.tickets.rules import status_of
from bot.tickets.state import SilencePolicy, folded
from tests.integration.desks import Desk

pytestmark = pytest.mark.integration

NIGHTLY = bool(os.environ.get("ARKAS_TEST_NIGHTLY"))
LIVES = 10_000 if NIGHTLY else 200
Result = TypeVar("Result")
K = TicketEventKind
HELD = Sending(timedelta(seconds=10))
_HEARD = {K.REPORTER_REPLIED, K.KEPT_OPEN, K.ABSORBED}


class Weekends:
    """Days on which the clock of silence stands still, when a setting says so."""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day.weekday() >= 5


NEVER, WEEKENDS = SilencePolicy(), SilencePolicy(paused=Weekends())


class World:
    """One database for all lives; each life opens tickets of its own."""

    def __init__(self, folder: Path) -> None:
        self.loop = asyncio.new_event_loop()
        url = f"sqlite+aiosqlite:///{folder / 'model.db'}"
        upgrade(url)
        self.database = Database(url)
        self.clock = SettableClock(datetime(2026, 1, 1, tzinfo=UTC))

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(work)

    def close(self) -> None:
        self.run(self.database.close())
        self.loop.close()


class Lives(RuleBasedStateMachine):
    """What can happen to tickets, and what must hold after each of it."""

    world: ClassVar[World]
    tickets = Bundle("tickets")

    def __init__(self) -> None:
        super().__init__()
        self.policy = NEVER
        self.desk = Desk(self.world.database, self.world.clock)
        self.numbers: list[int] = []
        self.said: dict[str, int] = {}  # what reporters wrote, and the ticket that we were told holds it
        self.words = 0

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.world.run(work)

    def tried(self, work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever the operation gives
        """An officer's operation; being refused because of how things stand is an answer too."""
        try:
            return self.run(work)
        except Conflict:
            return None

    def note(self, number: int) -> Any:  # noqa: ANN401 - hypothesis types its bundles so
        if number in self.numbers:
            return multiple()
        self.numbers.append(number)
        return number

    @initialize(target=tickets, paused=st.booleans())
    def begin(self, paused: bool) -> Any:  # noqa: ANN401
        self._wait_for_monday()
        self.policy = WEEKENDS if paused else NEVER
        self.desk = Desk(self.world.database, self.world.clock, DeskPolicy(silence=self.policy))
        return self.open()

    def _wait_for_monday(self) -> None:
        """Where weekends stand still, a life that began on another day could not be lived again."""
        now = self.world.clock.now()
        monday = datetime.combine(now.date() + timedelta(days=7 - now.weekday()), time(3), UTC)  # 10.00 WIB
        self.world.clock.advance(monday - now)

    @precondition(lambda self: len(self.numbers) < 3)  # few tickets, so that much happens to each
    @rule(target=tickets)
    def open(self) -> Any:  # noqa: ANN401
        return self.note(self.run(self.desk.open()).number)

    @rule(target=tickets, number=tickets, thanks=st.booleans())
    def reply(self, number: int, thanks: bool) -> Any:  # noqa: ANN401
        self.words += 1
        text = "terima kasih" if thanks else f"Masih sama, percobaan {self.words}"
        key = f"<{id(self)}-{self.words}-{self.numbers[0]}>"
        landed = self.run(self.desk.reply(number, text, key=key))
        assert self.run(self.desk.reply(number, text, key=key)) == landed
        self.said[key] = landed
        return self.note(landed)

    @rule(target=tickets, number=tickets, thanks=st.booleans(), in_time=st.booleans())
    def reply_in_the_moment_of_the_next_step(self, number: int, thanks: bool, in_time: bool) -> Any:  # noqa: ANN401
        """The reply and the reminder or the closing come in the same second, the one or the other first.

        Not left to chance which: a life must end as it did before when it is lived again.
        """
        state = self.run(self.desk.state(number))
        if state.closes_at is None:
            return multiple()
        due = min(moment for moment in (state.closes_at, *dict(state.reminders).values()))
        self.world.clock.advance(max(due - self.world.clock.now(), timedelta()))
        self.words += 1
        key = f"<{id(self)}-{self.words}-{self.numbers[0]}>"
        text = "oke pak" if thanks else "Kendala masih terjadi"
        if not in_time:
            self.run(self._two_workers())
        self.said[key] = self.run(self.desk.reply(number, text, key=key))
        self.run(self._two_workers())
        return self.note(self.said[key])

    @rule(number=tickets, what=st.sampled_from(["ask_information", "answer", "solve"]), ticks=st.integers(0, 12))
    def officer_takes_back(self, number: int, what: str, ticks: int) -> None:
        """Taken back in time, a ticket stands as before it; too late, it stays written."""
        before = self.run(self.desk.state(number))
        written = self.tried(getattr(self.desk.officers, what)(number, "budi", "NPSN?", sending=HELD))
        if written is None:
            return
        self.world.clock.advance(timedelta(seconds=ticks))
        self.run(self.desk.worker.drain())
        taken_back = self.tried(self.desk.officers.recall(number, "budi", event_id=written.events[-1].id))
        assert (taken_back is not None) == (ticks < 10)
        if taken_back is not None:
            after = self.run(self.desk.state(number))
            assert (after.status, after.asked_seq, after.reporter_waits_since, after.reminded) == (
                before.status, before.asked_seq, before.reporter_waits_since, before.reminded,
            )  # fmt: skip

    @rule(target=tickets, number=tickets)
    def split(self, number: int) -> Any:  # noqa: ANN401
        event = self.run(self.desk.ticket(number)).events[0].id or 0
        part = self.tried(
            self.desk.officers.split(
                number, "budi", subject="Bagian lain", text="Ini kendala yang lain.", event_id=event
            )
        )
        return self.note(part.number) if part else multiple()

    @rule(number=tickets, kind=st.sampled_from([ReplyKind.AUTO_REPLY, ReplyKind.BOUNCE]))
    def machine_replies(self, number: int, kind: ReplyKind) -> None:
        before = self.run(self.desk.ticket(number)).status
        landed = self.run(self.desk.reply(number, "Saya sedang cuti", kind))
        assert landed in self.numbers
        assert self.run(self.desk.ticket(number)).status is before

    @rule(target=tickets, number=tickets)
    def still_needs_help(self, number: int) -> Any:  # noqa: ANN401
        return self.note(self.run(self.desk.tickets.still_needs_help(number)).number)

    @rule(number=tickets, what=st.sampled_from(["ask_information", "ask_information", "answer", "note"]))
    def officer_writes(self, number: int, what: str) -> None:
        self.tried(getattr(self.desk.officers, what)(number, "budi", "NPSN?"))

    # One rule for all endings: with one for each, hardly a ticket would live to be asked anything.
    @rule(number=tickets, other=tickets, how=st.sampled_from(["solve", "done", "spam", "no_spam", "merge", "assign"]))
    def somebody_decides(self, number: int, other: int, how: str) -> None:
        officers = self.desk.officers
        decide: dict[str, Callable[[], Coroutine[Any, Any, Any]]] = {
            "solve": lambda: officers.solve(number, "budi"),
            "done": lambda: self.desk.tickets.done(number),
            "spam": lambda: officers.spam(number, "budi"),
            "no_spam": lambda: officers.spam(number, "budi", is_spam=False),
            "merge": lambda: officers.merge(number, "budi", into=other),
            "assign": lambda: officers.assign(number, "budi", to="sari"),
        }
        self.tried(decide[how]())

    @rule(target=tickets, number=tickets)
    def reopen(self, number: int) -> Any:  # noqa: ANN401
        follow_up = self.tried(self.desk.officers.reopen(number, "budi"))
        return self.note(follow_up.number) if follow_up else multiple()

    @rule(
        hours=st.one_of(st.sampled_from([6, 18, 24, 48]), st.floats(0.1, 72), st.integers(100, 2000)),
        awake=st.booleans(),
    )
    def time_passes(self, hours: float, awake: bool) -> None:
        """Time passes, with the worker awake or away; away, it catches up when it is awake again."""
        self.world.clock.advance(timedelta(hours=hours))
        if awake:
            self.run(self._two_workers())

    @rule(quarters=st.integers(1, 10))
    def worker_works_on(self, quarters: int) -> None:
        """Up to two and a half days go by while the worker does its work in time."""
        for _ in range(quarters):
            self.world.clock.advance(timedelta(hours=6))
            self.run(self.desk.worker.drain())

    async def _two_workers(self) -> None:
        await asyncio.gather(self.desk.worker.drain(), self.desk.another_worker().drain())

    async def _listed(self, number: int) -> str:
        async with self.world.database.read() as connection:
            statement = table.select().with_only_columns(table.c.status).where(table.c.number == number)
            return str((await connection.execute(statement)).scalar_one())

    def teardown(self) -> None:
        """The logs only grow, so at the end they tell of every moment of this life."""
        self.run(self._silence_to_the_end())
        self.check_all()
        mailed = Counter((item.payload["ticket"], item.payload["event"]) for item in self.desk.mails.items)
        assert all(count == 1 for count in mailed.values())

    def check_all(self) -> None:
        held: dict[str, int] = {}
        for number in self.numbers:
            ticket = self.run(self.desk.ticket(number))
            check_log(ticket, self.policy)
            assert ticket.status is not TicketStatus.WAITING_FOR_REPORTER, "silent for days and never closed"
            assert self.run(self._listed(number)) == ticket.status.name
            held |= {event.key: number for event in ticket.events if event.key}
        assert held == self.said, "a reply is lost, or lies elsewhere than we were told"
        assert len(set(self.numbers)) == len(self.numbers)

    async def _silence_to_the_end(self) -> None:
        """Everybody falls silent until nothing is left to come, least of all into the next life."""
        for _ in range(8 if self.policy is WEEKENDS else 4):
            self.world.clock.advance(timedelta(hours=24))
            await self._two_workers()
        async with self.world.database.write() as connection:
            await connection.execute(delete(outbox))


def running(start: datetime, end: datetime, policy: SilencePolicy) -> timedelta:
    """How long the clock of silence ran between two moments, counted day by day in WIB."""
    begin, finish = start.astimezone(WIB), end.astimezone(WIB)
    total, day = timedelta(), begin.date()
    while day <= finish.date():
        midnight = datetime.combine(day, time(0), WIB)
        if day not in policy.paused:
            total += max(min(finish, midnight + timedelta(days=1)) - max(begin, midnight), timedelta())
        day += timedelta(days=1)
    return total


def check_log(ticket: Ticket, policy: SilencePolicy) -> None:
    """What the guide promises, read from the log alone and told apart from how the code derives it."""
    for length in range(1, ticket.length + 1):
        assert status_of(ticket.events[:length]) in TicketStatus
    assert [event.seq for event in ticket.events] == list(range(1, ticket.length + 1))
    recalled = folded(ticket.events).recalled
    asked_at: datetime | None = None
    reminded: dict[Step, datetime] = {}
    for event in ticket.events:
        if event.id in recalled:
            continue
        if event.kind is K.INFORMATION_ASKED:
            asked_at, reminded = event.at, {}
        elif event.kind is K.REMINDED:
            step = Step(str(event.data["step"]))
            assert asked_at is not None, "reminded although nothing was asked or a reply came"
            assert step not in reminded, "two reminders of one kind"
            hours = timedelta(hours=6 if step is Step.REMINDER_6H else 24)
            assert running(asked_at, event.at, policy) >= hours
            reminded[step] = event.at
        elif event.kind is K.CLOSED_FOR_SILENCE:
            assert asked_at is not None, "closed while a reply waits"
            assert running(asked_at, event.at, policy) >= timedelta(hours=48)
            assert event.at - reminded[Step.REMINDER_24H] >= timedelta(hours=23), "closed without a last warning"
            asked_at = None
        elif event.kind in _HEARD or event.kind in {K.ANSWERED, K.SOLVED, K.MERGED, K.MARKED_SPAM}:
            asked_at = None


def test_tickets_keep_the_guides_promises_whatever_happens() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Lives.world = World(Path(folder))
        try:
            run_state_machine_as_test(
                Lives,
                settings=settings(
                    max_examples=LIVES,
                    stateful_step_count=16,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            Lives.world.close()


if NIGHTLY:
    test_tickets_keep_the_guides_promises_whatever_happens = pytest.mark.timeout(6 * 3600)(
        test_tickets_keep_the_guides_promises_whatever_happens
    )
