"""What is found, on both databases alike."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.clock import SettableClock
from bot.database import Database
from bot.errors import InvalidInput
from bot.tickets.desk import Sending
from bot.tickets.inbox import Inbox, InboxQuery, Order, View
from bot.tickets.models import Priority, TicketStatus
from bot.tickets.search import TicketSearch
from tests.integration.desks import REPORT, Desk

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

EVERYWHERE = InboxQuery()


@pytest.fixture
def desk(database: Database, clock: SettableClock) -> Desk:
    return Desk(database, clock)


@pytest.fixture
def search(database: Database, clock: SettableClock) -> TicketSearch:
    return TicketSearch(database, clock, Inbox(database, clock))


async def numbers(search: TicketSearch, text: str, query: InboxQuery = EVERYWHERE) -> list[int]:
    return [hit.line.number for hit in (await search.find(text, query)).hits]


async def test_finds_by_all_that_stands_in_a_ticket(desk: Desk, search: TicketSearch) -> None:
    ticket = await desk.open()
    await desk.officers.answer(ticket.number, "budi", "Silakan perbarui ke versi 4.2.1 lalu sinkron.")
    await desk.officers.note(ticket.number, "budi", "Sama dengan keluhan dinas Sleman.")
    await desk.reply(ticket.number, "Muncul pesan galat E-1045, Pak")
    found = (
        str(ticket.number), "tutup bku", "rina@sdn1.sch.id", "abu-abu", "versi 4.2.1", "sleman", "e-1045", "kemar",
        '"tombol tutup"', "RINÁ",
    )  # fmt: skip
    for text in found:
        assert await numbers(search, text) == [ticket.number], text
    for text in ("4.2.9", '"bku tutup"', "tutup markas", "kem", "rin sdn1"):
        assert await numbers(search, text) == ([ticket.number] if text == "kem" else []), text


async def test_whatever_is_written_is_no_error(desk: Desk, search: TicketSearch) -> None:
    ticket = await desk.open()
    nothing = ('"', '"""', "*", "\\", "🙏", "", "!(", "' OR 1=1 --", "NEAR(", "\x00", "a & | b", "bku AND tutup")
    for text in nothing:
        assert await numbers(search, text) == [], text
    for text in ("-bku", "words:bku", "bku)", "(tutup", "bku*", "'bku'", "bku:*"):
        assert await numbers(search, text) == ([] if text == "words:bku" else [ticket.number]), text


async def test_shows_where_it_was_found(desk: Desk, search: TicketSearch) -> None:
    ticket = await desk.open()
    await desk.officers.answer(ticket.number, "budi", "Mohon <b>hapus</b> berkas sementara dahulu.")
    snippet = (await search.find("hapus sementara", EVERYWHERE)).hits[0].snippet
    assert [piece.text for piece in snippet if piece.marked] == ["hapus", "sementara"]
    assert "".join(piece.text for piece in snippet) == "Mohon <b>hapus</b> berkas sementara dahulu."


async def test_narrows_by_how_tickets_stand_now(desk: Desk, search: TicketSearch) -> None:
    first, second = (await desk.open()).number, (await desk.open()).number
    await desk.officers.assign(first, "budi", to="sari")
    await desk.officers.change(first, "budi", program="SIPLah", priority="mendesak")
    await desk.officers.solve(second, "budi", "Sudah.")
    for query, wanted in (
        (InboxQuery(status=TicketStatus.SOLVED), [second]),
        (InboxQuery(assignee="sari"), [first]),
        (InboxQuery(program="SIPLah", priority=Priority.URGENT), [first]),
        (InboxQuery(program="ARKAS", priority=Priority.URGENT), []),
        (InboxQuery(View.MINE, "sari"), [first]),
        (EVERYWHERE, [second, first]),
        (InboxQuery(order=Order.OLDEST), [first, second]),
    ):
        assert await numbers(search, "bku", query) == wanted
    await desk.officers.spam(first, "budi")
    assert await numbers(search, "bku") == [second]
    assert await numbers(search, "bku", InboxQuery(View.SPAM)) == [first]


async def test_narrows_by_the_day_of_the_report(desk: Desk, search: TicketSearch) -> None:
    first = (await desk.open()).number
    desk.clock.advance(timedelta(days=40))
    second = (await desk.open()).number
    for query, wanted in (
        (InboxQuery(since=date(2026, 11, 23), until=date(2026, 11, 23)), [first]),
        (InboxQuery(since=date(2026, 11, 24)), [second]),
        (InboxQuery(until=date(2026, 12, 31)), [first]),
    ):
        assert await numbers(search, "bku", query) == wanted


async def test_pages_by_position(desk: Desk, search: TicketSearch) -> None:
    opened = [(await desk.open()).number for _ in range(5)]
    seen, after = [], None
    while True:
        page = await search.find("bku", InboxQuery(limit=2, after=after))
        seen += [hit.line.number for hit in page.hits]
        if (after := page.after) is None:
            break
    assert seen == opened[::-1]
    with pytest.raises(InvalidInput):
        await search.find("bku", InboxQuery(after="x' OR 1"))


async def test_what_was_taken_back_is_not_found(desk: Desk, search: TicketSearch) -> None:
    ticket = await desk.open()
    sent = await desk.officers.answer(
        ticket.number, "budi", "Silakan hubungi Zubaidah.", sending=Sending(timedelta(seconds=10))
    )
    assert await numbers(search, "zubaidah") == [ticket.number]
    await desk.officers.recall(ticket.number, "budi", event_id=sent.events[-1].id or 0)
    assert await numbers(search, "zubaidah") == []


async def test_a_message_of_any_length_is_taken(desk: Desk, search: TicketSearch) -> None:
    report = replace(REPORT, details="x" * 5000)
    ticket = await desk.tickets.open(report)
    for letter in "𐐨ф":
        await desk.reply(ticket.number, " ".join(f"{letter * 50}{n}" for n in range(1800)))
    assert await numbers(search, "tutup") == [ticket.number]
