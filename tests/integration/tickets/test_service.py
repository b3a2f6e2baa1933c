import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.clock import SettableClock
from bot.database import Database
from bot.errors import InvalidEmail
from bot.tickets.desk import TicketDesk
from bot.tickets.inbox import Inbox, InboxQuery, View
from bot.tickets.models import NewTicket, Priority, TicketEventKind, TicketStatus
from bot.tickets.rules import public_view
from bot.tickets.service import TicketService

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

REPORT = NewTicket("rina@sdn1.sch.id", "ARKAS", "Tidak bisa tutup BKU", "Tombol Tutup BKU abu-abu sejak kemarin.")


@pytest.fixture
def service(database: Database, clock: SettableClock) -> TicketService:
    return TicketService(database, clock)


async def test_opened_ticket_waits_in_the_queue(service: TicketService, clock: SettableClock) -> None:
    ticket = await service.open(REPORT)
    assert ticket.number >= 10001
    assert (ticket.status, ticket.created_at) == (TicketStatus.QUEUED, clock.now())
    assert [event.kind for event in ticket.events] == [TicketEventKind.OPENED]
    assert await service.find(ticket.number) == ticket


async def test_numbers_rise_and_are_never_shared(service: TicketService) -> None:
    opened = await asyncio.gather(*(service.open(REPORT) for _ in range(20)))
    numbers = [ticket.number for ticket in opened]
    assert len(set(numbers)) == 20
    assert (await service.open(REPORT)).number > max(numbers)


async def test_same_key_is_the_same_ticket_even_at_the_same_moment(service: TicketService) -> None:
    report = replace(REPORT, idempotency_key="talk-1-form-1")
    opened = await asyncio.gather(*(service.open(report) for _ in range(8)))
    assert len({ticket.number for ticket in opened}) == 1


async def test_many_reporters_at_once_are_all_heard(service: TicketService) -> None:
    opened = await asyncio.gather(*(service.open(REPORT) for _ in range(150)))
    assert len({ticket.number for ticket in opened}) == 150


async def test_wrong_report_stores_nothing(service: TicketService) -> None:
    before = await service.open(REPORT)
    with pytest.raises(InvalidEmail):
        await service.open(replace(REPORT, email="bukan email"))
    assert await service.find(before.number + 1) is None


async def test_absent_number_is_no_ticket(service: TicketService) -> None:
    assert await service.find(999_999_999) is None


async def test_absent_number_is_asked_for_as_a_present_one_is(service: TicketService, database: Database) -> None:
    """Who measures answers learns nothing: the database is asked the same, whether there is a ticket or not."""
    number = (await service.open(REPORT)).number
    asked: list[str] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    seen = await service.look_up(number)
    present, asked[:] = list(asked), []
    assert await service.look_up(number + 1) is None
    assert present == asked
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 1
    found = await service.find(number)
    assert found is not None
    assert seen == public_view(found)


async def test_public_view_follows_the_log(service: TicketService, database: Database, clock: SettableClock) -> None:
    desk, number = TicketDesk(database, clock), (await service.open(REPORT)).number
    for change in (desk.assign(number, "budi", to="budi"), desk.ask_information(number, "budi", "NPSN?"),
                   service.still_needs_help(number), desk.solve(number, "budi")):  # fmt: skip
        clock.advance(timedelta(hours=1))
        await change
        found = await service.find(number)
        assert found is not None
        assert await service.look_up(number) == public_view(found)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (InboxQuery(View.SPAM), "ix_tickets_spam"),
        (InboxQuery(program="MARKAS"), "ix_tickets_program"),
        (InboxQuery(priority=Priority.URGENT), "ix_tickets_priority"),
        (InboxQuery(View.WAITING_FOR_US), "ix_tickets_ours"),
        (InboxQuery(View.DUE_SOON), "ix_tickets_response_due"),
    ],
)
async def test_list_of_few_is_not_looked_for_among_all(
    database: Database, clock: SettableClock, query: InboxQuery, index: str
) -> None:
    """Each is read from an index of its own, in its order: nothing is sorted, nothing else is looked at."""
    asked: list[tuple[str, Any]] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
    await Inbox(database, clock).list(query)
    [(statement, values)] = [each for each in asked if each[0].startswith("SELECT")]
    async with database.write() as connection:  # SET LOCAL counts within a transaction
        explain = "EXPLAIN QUERY PLAN "
        if connection.dialect.name == "postgresql":  # which takes no index for no rows, unless nothing else is left
            explain = "EXPLAIN "
            for way in ("seqscan", "sort", "bitmapscan"):
                await connection.execute(text(f"SET LOCAL enable_{way} = off"))
        plan = [str(row) for row in await connection.exec_driver_sql(explain + statement, values)]
    assert any(index in line for line in plan), plan
    assert not any("Sort" in line or "TEMP B-TREE" in line for line in plan), plan
