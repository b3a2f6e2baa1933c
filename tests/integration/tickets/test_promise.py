"""When a report will be looked at is told in the same words in the talk, on the form and in the mail."""

import re
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.attachments.service import AttachmentService, Limits
from bot.calendar.service import ClosedDays, Overrides, ServiceHours
from bot.clock import WIB, SettableClock
from bot.conversations.service import ConversationService
from bot.database import Database
from bot.dialogue.draft import Draft
from bot.dialogue.reports import Reports
from bot.dialogue.talk import Talk
from bot.mail.reading import read_mail
from bot.mail.ticket_desk import BuiltInDesk
from bot.settings import Settings
from bot.site.contact import contact_router
from bot.tickets.service import TicketService
from tests.integration.desks import REPORT
from tests.integration.dialogues import EchoDialogue, HonestFallback
from tests.integration.mail_desk import MailWorld

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

FORM = {"email": REPORT.email, "program": "ARKAS", "subject": REPORT.subject, "details": REPORT.details, "tetap": "1"}


@pytest.fixture
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    """SQLite alone: sentences do not depend on the database."""
    return f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'arkas.db')}"


class Desk:
    """One desk, asked by three doors."""

    def __init__(self, database: Database, now: datetime, folder: Path, hours: ServiceHours) -> None:
        self.clock = SettableClock(now)
        self.hours = hours
        self.tickets = TicketService(database, self.clock)
        self.attachments = AttachmentService(folder, self.clock, Limits(1000, 1000, 1))
        self.talks = ConversationService(database, self.clock, EchoDialogue(), HonestFallback(), max_characters=1000)
        self.settings = Settings(_env_file=None, var_dir=folder)
        self.mail = MailWorld(database, self.clock, folder)
        self.mail.desk = BuiltInDesk(self.tickets, hours, lambda ticket: f"https://bot.test/tiket/{ticket.number}")

    async def talk(self) -> str:
        draft = Draft(email=REPORT.email, program="ARKAS", subject=REPORT.subject, details=REPORT.details)
        talk, _, _ = await self.talks.start("web")
        outcome = await Reports(self.tickets, self.hours, self.clock).send(talk.id, Talk(), draft)
        return str(outcome.says[0].values["attention"])

    async def form(self) -> str:
        app, site = FastAPI(), SimpleNamespace(**vars(self))
        services: Any = site
        app.include_router(contact_router(services))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://bot.test", follow_redirects=True) as http:
            stamp = re.search(r'name="mulai" value="([^"]+)"', (await http.get("/hubungi-kami")).text)
            assert stamp
            self.clock.advance(timedelta(seconds=5))
            return (await http.post("/hubungi-kami", data=FORM | {"mulai": stamp[1]})).text

    async def letter(self) -> str:
        await self.mail.ticket()
        await self.mail.worker(None).drain()
        [kept, *_] = await self.mail.service.sent()
        return " ".join(read_mail(kept.raw).quoted.split())


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


TODAY = "akan ditindaklanjuti hari ini pada jam layanan"


@pytest.mark.parametrize(
    ("now", "promise"),
    [
        ("2025-11-21 16:30", TODAY),  # Friday afternoon
        ("2025-11-21 17:00", "akan ditindaklanjuti Senin, 24 November 2025 mulai 08.00 WIB"),  # Friday evening
        ("2025-12-31 23:59", "akan ditindaklanjuti Jumat, 2 Januari 2026 mulai 08.00 WIB"),  # the year's last minute
    ],
)
async def test_promise_is_the_same_everywhere(database: Database, tmp_path: Path, now: str, promise: str) -> None:
    desk = Desk(database, wib(now), tmp_path, ServiceHours(ClosedDays(Overrides(), joint_leave=True)))
    for told in (await desk.letter(), await desk.talk(), await desk.form()):
        assert promise in told


@pytest.mark.parametrize(
    ("now", "joint_leave", "closed", "opened", "day"),
    [
        ("2025-12-24 17:30", True, [], [], "Senin, 29 Desember 2025"),  # 26 December is cuti bersama
        ("2025-12-24 17:30", False, [], [], "Jumat, 26 Desember 2025"),
        ("2025-12-24 17:30", True, [], ["2025-12-26"], "Jumat, 26 Desember 2025"),
        ("2025-11-21 17:30", True, ["2025-11-24"], [], "Selasa, 25 November 2025"),
        ("2026-08-16 12:00", True, [], [], "Selasa, 18 Agustus 2026"),  # Independence Day is a Monday
        ("2026-08-16 12:00", True, [], ["2026-08-17"], "Senin, 17 Agustus 2026"),
        ("2026-12-31 20:00", True, [], [], "Senin, 4 Januari 2027"),  # New Year's Day is a Friday
    ],
)
async def test_promise_knows_holidays_joint_leave_and_overrides(
    database: Database, tmp_path: Path, now: str, joint_leave: bool, closed: list[str], opened: list[str], day: str
) -> None:
    days = [frozenset(map(date.fromisoformat, listed)) for listed in (closed, opened)]
    hours = ServiceHours(ClosedDays(Overrides(closed=days[0], open=days[1]), joint_leave=joint_leave))
    desk = Desk(database, wib(now), tmp_path, hours)
    assert await desk.talk() == f"akan ditindaklanjuti {day} mulai 08.00 WIB."
