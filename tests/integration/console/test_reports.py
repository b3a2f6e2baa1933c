"""The report page and its spreadsheets."""

import csv
import html
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest

from bot.conversations import repository as talks
from bot.conversations.models import Conversation, ConversationEvent, EventKind
from bot.insight.keeping import FigureKeeper
from bot.officers.models import Role
from bot.tickets.models import NewTicket
from tests.integration.consoles import House

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

REPORT = NewTicket("rina@sdn1.sch.id", "ARKAS", "Tidak bisa tutup BKU", "Tombol Tutup BKU abu-abu sejak kemarin.")


async def played(house: House) -> None:
    """A talk that was solved, with a reason that somebody would like to be a formula, and a ticket that was solved."""
    now = house.clock.now()
    async with house.services.database.write() as connection:
        await talks.insert_conversation(connection, Conversation("a", "web", "x", now))
        await talks.insert_message(connection, conversation_id="a", sender="user", text="bku", created_at=now)
        for kind, reason in ((EventKind.SUGGESTED, None), (EventKind.CHOSEN, None), (EventKind.ESCALATED, "=1+1")):
            await talks.insert_event(connection, "a", ConversationEvent(kind, now, (124,), reason))
    ticket = await house.services.tickets.open(REPORT)
    house.clock.advance(timedelta(minutes=20))
    await house.services.desk.solve(ticket.number, "budi", "Sudah.")
    await house.services.satisfaction.rate(ticket.number, good=True, comment="Bagus", source="mail")
    await FigureKeeper(house.services.database, house.clock, house.services.hours).count_due()


def charts(page: str) -> list[dict[str, Any]]:
    return [json.loads(html.unescape(found)) for found in re.findall(r'data-chart="([^"]*)"', page)]


async def test_numbers_tables_and_charts(house: House) -> None:
    await played(house)
    page = (await house.browser(Role.SUPERVISOR).get("/petugas/laporan")).text
    assert re.search(r"<dt>Percakapan</dt><dd><strong>1</strong>", page)
    assert re.search(r"<dt>Selesai \(tengah\)</dt><dd><strong>20 mnt</strong>", page)
    assert re.search(r"<dt>Pelapor puas</dt><dd><strong>100,0 %</strong>", page)
    course = charts(page)[0]
    assert course["form"] == "line"
    assert [each["values"][-1] for each in course["series"]] == [1, 0, 1, 1]
    assert "rina@" not in page


async def test_a_table_for_a_spreadsheet_holds_no_formula(house: House) -> None:
    await played(house)
    answer = await house.browser(Role.SUPERVISOR).get("/petugas/laporan/eskalasi.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert 'attachment; filename="eskalasi-' in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert ["'=1+1", "1", "0"] in rows


async def test_every_table_is_also_a_spreadsheet(house: House) -> None:
    browser = house.browser(Role.SUPERVISOR)
    page = (await browser.get("/petugas/laporan")).text
    slugs = re.findall(r"/petugas/laporan/([a-z-]+)\.csv", page)
    assert len(slugs) == 13
    assert {(await browser.get(f"/petugas/laporan/{slug}.csv")).status_code for slug in slugs} == {200}
    assert (await browser.get("/petugas/laporan/rahasia.csv")).status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("dari=2026-11-01&sampai=2026-11-30&kanal=web&program=ARKAS", 200),
        ("dari=2026-01-01&sampai=2026-12-31", 200),
        ("dari=2026-12-01&sampai=2026-11-30", 422),
        ("dari=kemarin", 422),
        ("dari=0001-01-01", 422),
        ("kanal=surat-kaleng", 422),
        ("program=%27", 422),
    ],
)
async def test_periods_and_filters(house: House, query: str, status: int) -> None:
    assert (await house.browser(Role.SUPERVISOR).get(f"/petugas/laporan?{query}")).status_code == status
