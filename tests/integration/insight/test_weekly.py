"""The weekly report: on Monday morning, once for each recipient, however many workers there are."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest

from bot.clock import WIB, SettableClock
from bot.database import Database
from bot.insight.service import Insight
from bot.insight.weekly import MAIL, WEEKLY, WeeklyMail, WeeklyReport
from bot.mail.composing import Addresses
from bot.mail.models import Envelope, MailRefused
from bot.outbox.models import OutboxHandler
from bot.outbox.recurring import Recurring
from bot.outbox.repository import enqueue_for_ever
from bot.outbox.service import OutboxService
from bot.outbox.worker import Worker

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=WIB)
TO = "kepala@dinas.go.id, Admin@dinas.go.id"


class Postman:
    """Keeps what is handed over."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.refuses = False

    async def send(self, envelope: Envelope, *, before_content: Callable[[], Awaitable[None]]) -> None:
        if self.refuses:
            raise MailRefused("550 no such user")
        await before_content()
        self.taken.append(envelope)

    async def close(self) -> None:
        """Nothing is open."""


class Office:
    """Two workers with one database and one postman."""

    def __init__(self, database: Database, at: datetime, recipients: str = TO) -> None:
        self.database, self.clock, self.postman = database, SettableClock(at), Postman()
        insight = Insight(database, self.clock, dict, whatsapp_budget=1000)
        addresses = Addresses("Tim Helpdesk ARKAS <bantuan@contoh.go.id>")
        letters = WeeklyMail(insight, self.clock, addresses, self.postman, home="https://bantuan.contoh.go.id/")
        report = WeeklyReport(database, self.clock, recipients)
        handlers: dict[str, OutboxHandler] = {WEEKLY: Recurring(self.clock, report.round), MAIL: letters}
        self.workers = [Worker(database, self.clock, handlers) for _ in range(2)]

    async def work(self) -> None:
        async with self.database.write() as connection:
            await enqueue_for_ever(connection, [WEEKLY], at=self.clock.now())
        for _ in range(2):
            await asyncio.gather(*(worker.drain() for worker in self.workers))
            self.clock.advance(timedelta(minutes=10))


async def test_each_recipient_gets_one_mail(database: Database) -> None:
    office = Office(database, MONDAY)
    await office.work()
    await office.work()
    assert sorted(each.recipient for each in office.postman.taken) == ["Admin@dinas.go.id", "kepala@dinas.go.id"]


@pytest.mark.parametrize(
    ("late", "mails"),
    [(timedelta(minutes=-30), 0), (timedelta(hours=30), 2), (timedelta(days=3), 0)],
)
async def test_it_goes_on_monday_morning_and_not_days_later(database: Database, late: timedelta, mails: int) -> None:
    office = Office(database, MONDAY + late)
    await office.work()
    assert len(office.postman.taken) == mails


async def test_nobody_is_written_to_without_a_recipient(database: Database) -> None:
    office = Office(database, MONDAY, recipients=" , ")
    await office.work()
    assert office.postman.taken == []


async def test_what_it_says(database: Database) -> None:
    office = Office(database, MONDAY)
    await office.work()
    letter = message_from_bytes(office.postman.taken[0].content, policy=policy.default)
    assert letter["Subject"] == "Laporan mingguan ARKAS Bot, 16 November 2026 - 22 November 2026"
    assert (letter["Auto-Submitted"], str(letter["Message-ID"])[:32]) == (
        "auto-generated",
        "<insight_weekly_mail.2026-11-16.",
    )
    text, html = (letter.get_body([kind]) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    link = "https://bantuan.contoh.go.id/petugas/laporan?dari=2026-11-16&sampai=2026-11-22"
    assert link in text.get_content()
    assert "Tiket dibuka" in text.get_content()
    assert '<th scope="row"' in html.get_content()
    assert link.replace("&", "&amp;") in html.get_content()


async def test_a_refused_mail_is_a_dead_letter(database: Database) -> None:
    office = Office(database, MONDAY, recipients="salah@dinas.go.id")
    office.postman.refuses = True
    await office.work()
    assert [item.kind for item in await OutboxService(database, office.clock).dead_letters()] == [MAIL]
