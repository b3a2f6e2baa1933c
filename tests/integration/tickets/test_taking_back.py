"""What an officer wrote can be taken back until it leaves, and leaves by itself otherwise."""

from datetime import timedelta

import pytest

from bot.clock import SettableClock
from bot.database import Database
from bot.errors import TooLateToRecall
from bot.outbox import repository as outbox
from bot.outbox.worker import Worker
from bot.tickets.desk import Sending
from bot.tickets.models import Step, Ticket, TicketStatus
from bot.tickets.thread import thread_of
from tests.integration.desks import Desk

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

WINDOW = Sending(timedelta(seconds=10))


@pytest.fixture
def desk(database: Database, clock: SettableClock) -> Desk:
    return Desk(database, clock)


async def answered(desk: Desk, number: int) -> int:
    ticket = await desk.officers.answer(number, "budi", "Silakan coba lagi.", sending=WINDOW)
    return ticket.events[-1].id or 0


def texts(desk: Desk, ticket: Ticket) -> list[str]:
    return [entry.text for entry in thread_of(ticket, {}, desk.clock.now())]


async def test_an_answer_leaves_when_its_time_is_over(desk: Desk) -> None:
    ticket = await desk.open()
    await desk.worker.drain()
    await answered(desk, ticket.number)
    await desk.after(seconds=9)
    assert desk.mails.of(ticket.number) == ["opened"]
    assert "Silakan coba lagi." not in texts(desk, await desk.ticket(ticket.number))
    await desk.after(seconds=1)
    assert desk.mails.of(ticket.number) == ["opened", "answered"]
    assert "Silakan coba lagi." in texts(desk, await desk.ticket(ticket.number))


async def test_taken_back_it_is_as_if_never_written(desk: Desk) -> None:
    ticket = await desk.open()
    before = await desk.state(ticket.number)
    event = await answered(desk, ticket.number)
    await desk.officers.recall(ticket.number, "budi", event_id=event)
    await desk.officers.recall(ticket.number, "budi", event_id=event)  # pressed twice
    after = await desk.state(ticket.number)
    assert (after.status, after.last_reply_at, after.first_answered_at) == (TicketStatus.QUEUED, None, None)
    assert after.reporter_waits_since == before.reporter_waits_since
    await desk.after(minutes=5)
    assert desk.mails.of(ticket.number) == ["opened"]
    assert "Silakan coba lagi." not in texts(desk, await desk.ticket(ticket.number))


async def test_a_solution_taken_back_opens_the_ticket_again(desk: Desk) -> None:
    ticket = await desk.open()
    solved = await desk.officers.solve(ticket.number, "budi", "Selesai.", sending=WINDOW)
    await desk.officers.recall(ticket.number, "budi", event_id=solved.events[-1].id or 0)
    assert (await desk.officers.answer(ticket.number, "budi", "Belum.")).status is TicketStatus.IN_PROGRESS


async def test_a_request_taken_back_reminds_nobody(desk: Desk) -> None:
    ticket = await desk.open()
    asked = await desk.officers.ask_information(ticket.number, "budi", "NPSN?", sending=WINDOW)
    await desk.officers.recall(ticket.number, "budi", event_id=asked.events[-1].id or 0)
    await desk.after(hours=72)
    assert desk.mails.of(ticket.number) == ["opened"]


async def test_the_clock_of_an_earlier_request_goes_on(desk: Desk) -> None:
    ticket = await desk.asked()
    closes_at = (await desk.state(ticket.number)).closes_at
    event = await answered(desk, ticket.number)
    assert (await desk.state(ticket.number)).closes_at is None
    await desk.officers.recall(ticket.number, "budi", event_id=event)
    assert (await desk.state(ticket.number)).closes_at == closes_at
    await desk.after(hours=6.1)
    assert list((await desk.state(ticket.number)).reminded) == [Step.REMINDER_6H]
    await desk.after(hours=18)
    await desk.after(hours=24)
    assert desk.mails.of(ticket.number)[-3:] == ["reminder_6h", "reminder_24h", "closed_for_silence"]


async def test_too_late_once_its_time_is_over(desk: Desk) -> None:
    event = await answered(desk, (ticket := await desk.open()).number)
    desk.clock.advance(WINDOW.undo)
    with pytest.raises(TooLateToRecall):
        await desk.officers.recall(ticket.number, "budi", event_id=event)


async def test_too_late_once_a_worker_has_begun(desk: Desk, database: Database) -> None:
    """A worker on another machine may be ahead of our clock: what it has taken is not ours to take back."""
    event = await answered(desk, (ticket := await desk.open()).number)
    now = desk.clock.now()
    async with database.write() as connection:
        ahead = now + timedelta(minutes=1)
        assert await outbox.take(connection, ["mail"], worker="w", now=ahead, until=ahead + WINDOW.undo, limit=9)
    with pytest.raises(TooLateToRecall):
        await desk.officers.recall(ticket.number, "budi", event_id=event)
    assert (await desk.state(ticket.number)).recalled == frozenset()


async def test_too_late_once_something_happened(desk: Desk) -> None:
    event = await answered(desk, (ticket := await desk.open()).number)
    await desk.reply(ticket.number, "Sudah saya coba.")
    with pytest.raises(TooLateToRecall):
        await desk.officers.recall(ticket.number, "budi", event_id=event)


async def test_only_its_author_takes_it_back(desk: Desk) -> None:
    event = await answered(desk, (ticket := await desk.open()).number)
    with pytest.raises(TooLateToRecall):
        await desk.officers.recall(ticket.number, "sari", event_id=event)


async def test_another_process_sends_it_when_ours_died(desk: Desk, database: Database, clock: SettableClock) -> None:
    ticket = await desk.open()
    await answered(desk, ticket.number)
    clock.advance(WINDOW.undo)
    await Worker(database, clock, {"mail": desk.mails}).drain()
    assert desk.mails.of(ticket.number) == ["opened", "answered"]
