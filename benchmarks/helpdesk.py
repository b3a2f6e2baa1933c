"""How quick the help desk is, and how it grows: tickets opened, mails received, status look-ups, lists of many tickets.

    PYTHONPATH=. python benchmarks/helpdesk.py [--tickets 1000,200000,1000000] [--postgres postgresql+asyncpg://user@host:5432/database]

Prints one table in Markdown. SQLite is always measured; PostgreSQL where an address is given (a database of its own is
made and dropped). Tickets are opened over HTTP at a uvicorn of its own. Mails are received one after the other, as the
mailbox brings them: half of them new reports, half answers, each fourth with a picture of 30 KB. A look-up and a list
are measured through the whole application, without the network.
"""

import argparse
import asyncio
import contextlib
import logging
import multiprocessing
import os
import random
import socket
import statistics
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import httpx
import structlog
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Insert, Table, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.attachments.service import AttachmentService, Limits
from bot.calendar.service import ClosedDays, Overrides, ServiceHours
from bot.clock import SystemClock
from bot.database import Database, upgrade
from bot.limits import HourlyLimit
from bot.mail.archive import FolderArchive
from bot.mail.models import Outcome
from bot.mail.receiving import Intake, MailReceiver
from bot.mail.signing import TicketMarks
from bot.mail.ticket_desk import BuiltInDesk
from bot.outbox.service import OutboxService
from bot.tickets.desk import TicketDesk
from bot.tickets.inbox import Inbox
from bot.tickets.models import NewTicket
from bot.tickets.officer_web import officer_router
from bot.tickets.officers import OfficerTokens, new_token
from bot.tickets.repository import ticket_events, tickets
from bot.tickets.service import TicketService
from bot.tickets.web import ticket_router

FIRST = 1_000_000
BATCH = 5_000  # rows that are stored at once
BASE = 10_000
CALLS = 100
REPORT = {
    "email": "rina@sdn1.sch.id",
    "program": "ARKAS",
    "subject": "Tidak bisa tutup BKU",
    "details": "Tombol Tutup BKU abu-abu sejak kemarin.",
}
TOKEN, ENTRY = new_token("budi")


def make_app(database: Database, folder: Path) -> FastAPI:
    """The part of the application that is measured, without ranking and talks."""
    clock, app = SystemClock(), FastAPI()
    service = TicketService(database, clock)
    attachments = AttachmentService(folder, clock, Limits(25_000_000, 60_000_000, 10))
    app.include_router(
        ticket_router(service, attachments, HourlyLimit("tickets", 10_000_000), HourlyLimit("lookups", 10_000_000))
    )
    outbox, desk = OutboxService(database, clock), TicketDesk(database, clock)
    app.include_router(officer_router(OfficerTokens.parse(ENTRY), service, desk, Inbox(database, clock), outbox))
    return app


def ticket_row(number: int, now: datetime) -> dict[str, object]:
    """One of many tickets: a tenth is open, as at a desk that keeps up."""
    chance = random.Random(number)  # noqa: S311 - the same desk each time
    at = now - timedelta(minutes=chance.uniform(0, 400_000))
    status = chance.choices(["SOLVED", "QUEUED", "IN_PROGRESS", "WAITING_FOR_REPORTER"], [90, 4, 4, 2])[0]
    ours = at if status in {"QUEUED", "IN_PROGRESS"} else None
    return {
        "number": number, "email": f"sekolah{number % 50_000}@sch.id", "subject": "Tutup BKU",
        "program": "MARKAS" if number % 2_500 == 0 else "ARKAS", "spam": number % 2_500 == 1,
        "details": "Tombol Tutup BKU abu-abu sejak kemarin.", "source": "form", "created_at": at, "updated_at": at,
        "status": status, "assignee": chance.choice([None, "budi", "sari"]), "reporter_waits_since": ours,
        "response_due": at + timedelta(hours=9), "solved_at": at if status == "SOLVED" else None,
    }  # fmt: skip


# As the migrations made them, but for those that a constraint needs.
_INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    " AND tbl_name IN ('tickets', 'ticket_events')",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('tickets', 'ticket_events')"
    " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
}


_TIDY = {"sqlite": "ANALYZE", "postgresql": "VACUUM ANALYZE"}  # what autovacuum does to a database that is lived in


async def fill(database: Database, count: int) -> None:
    """Store `count` tickets with one event each: from BASE on copies of the first, under other numbers.

    Without the indexes, which are made again when all rows stand: row by row in eleven indexes, a million did not end.
    """
    now = datetime.now(UTC)
    rows = [ticket_row(FIRST + number, now) for number in range(min(count, BASE))]
    events = [
        {"ticket_number": row["number"], "kind": "opened", "at": row["created_at"], "actor": "reporter",
         "data": {"source": "form"}, "seq": 1}
        for row in rows
    ]  # fmt: skip
    async with database.write() as connection:
        await connection.execute(insert(tickets), rows)
        await connection.execute(insert(ticket_events), events)
    async with database.write() as connection:
        indexes = (await connection.execute(text(_INDEXES[connection.dialect.name]))).all()
        for name, _ in indexes:
            await connection.execute(text(f"DROP INDEX {name}"))
        for start in range(BASE, count, BASE):
            await connection.execute(_copies(tickets, "number", start, min(BASE, count - start)))
            await connection.execute(_copies(ticket_events, "ticket_number", start, min(BASE, count - start)))
        for _, statement in indexes:
            await connection.execute(text(statement))


def _copies(table: Table, key: str, further: int, count: int) -> Insert:
    names = [column.name for column in table.columns if column.name != "id"]
    values = [table.c[name] + further if name == key else table.c[name] for name in names]
    return insert(table).from_select(names, select(*values).where(table.c[key] < FIRST + count))


async def timed(call: Callable[[], Awaitable[httpx.Response]], calls: int = CALLS) -> tuple[float, float, float]:
    """What a call costs, in milliseconds: computed by this process; by the clock, the median and the 95th percentile.

    On a machine that does other work most of the clock's time is waiting for a core. PostgreSQL's own work is not in
    the first figure.
    """
    for _ in range(5):  # a new connection prepares its statements once
        (await call()).raise_for_status()
    times, computed = [], time.process_time()
    for _ in range(calls):
        began = time.perf_counter()
        (await call()).raise_for_status()
        times.append((time.perf_counter() - began) * 1000)
    computed = (time.process_time() - computed) * 1000 / calls
    return computed, statistics.median(times), statistics.quantiles(times, n=20)[-1]


@contextlib.contextmanager
def served(url: str, folder: Path) -> Iterator[str]:
    """The application in a process of its own, and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(url, folder, port))
    process.start()
    try:
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.join()


def _serve(url: str, folder: Path, port: int) -> None:
    uvicorn.run(make_app(Database(url), folder), port=port, log_level="error")


async def opened_per_second(base: str, total: int = 160, at_once: int = 16) -> float:
    """Tickets opened each second by `at_once` reporters, each stored with its event and its mail."""

    async def one(count: int) -> None:
        for _ in range(count):
            (await client.post("/api/v1/tickets", json=REPORT)).raise_for_status()

    async with httpx.AsyncClient(base_url=base, timeout=600) as client:
        await one(1)
        began = time.perf_counter()
        await asyncio.gather(*(one(total // at_once) for _ in range(at_once)))
        return total / (time.perf_counter() - began)


async def received_per_second(database: Database, folder: Path, total: int = 60) -> float:
    """Mails archived, stored, read, judged and put into tickets each second, one after the other."""
    clock = SystemClock()
    service, marks = TicketService(database, clock), TicketMarks("rahasia", "bantuan.example")
    hours = ServiceHours(ClosedDays(Overrides(), joint_leave=True))
    desk = BuiltInDesk(service, hours, lambda ticket: f"https://bantuan.example/tiket/{ticket.number}")
    files = AttachmentService(folder / "files", clock, Limits(25_000_000, 60_000_000, 10))
    intake = Intake(own="bantuan@bantuan.example", flood=total)
    receiver = MailReceiver(database, clock, desk, FolderArchive(folder / "mail"), files, marks, intake)
    asked = [(await service.open(NewTicket(*REPORT.values()))).number for _ in range(total // 4)]
    tokens = [marks.reply_token(number) for number in asked]
    letters = [_letter(n, f"balas+{tokens[n % len(tokens)]}@bantuan.example") for n in range(total)]
    began = time.perf_counter()
    for letter in letters:
        if (await receiver.receive(letter, source="ukur")).outcome is Outcome.SUSPENDED:
            raise RuntimeError("a mail was suspended: this measures something else")
    return total / (time.perf_counter() - began)


def _letter(number: int, reply_address: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = f"sekolah{number}@sch.id", f"<{uuid.uuid4().hex}@sch.id>"
    mail["To"] = reply_address if number % 2 else "bantuan@bantuan.example"
    mail["Subject"] = "Re: Tutup BKU" if number % 2 else "Tidak bisa tutup BKU"
    quoted = "\n".join(["> Mohon kirim NPSN sekolah."] * 20)
    mail.set_content(
        f"NPSN kami 2030{number:04}.\n\nPada Sen, 24 Nov 2025 pukul 10.03 Tim <a@b.id> menulis:\n{quoted}\n"
    )
    if number % 4 == 0:
        picture = b"\x89PNG\r\n\x1a\n" + random.Random(number).randbytes(30_000)  # noqa: S311 - only bytes
        mail.add_attachment(picture, maintype="image", subtype="png", filename="layar.png")
    return mail.as_bytes()


async def measure(url: str, count: int, folder: Path) -> None:
    """Fill a database and print its line of the table."""
    database = Database(url)
    await fill(database, count)
    await _on_server(url, _TIDY[make_url(url).get_backend_name()])
    transport = httpx.ASGITransport(make_app(database, folder))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://desk", headers=headers) as client:
        numbers = random.Random(7)  # noqa: S311 - the same look-ups each time

        def status() -> Awaitable[httpx.Response]:
            return client.get(f"/api/v1/tickets/{FIRST + numbers.randrange(count)}")

        lists = [lambda v=view: client.get(f"/api/v1/officer/tickets?view={v}") for view in VIEWS]
        figures = [await timed(call) for call in (status, *lists)]
        figures.append(await timed(lambda: client.get("/api/v1/officer/counts"), 20))
    mails = await received_per_second(database, folder)
    with served(url, folder) as base:
        opened = await opened_per_second(base)
    await database.close()
    cells = [" / ".join(f"{figure:.1f}" for figure in each) for each in figures]
    name = make_url(url).get_backend_name()
    load = f"{os.getloadavg()[0]:.0f}"
    print("|", " | ".join([f"{name}, {load}", f"{count:,}", f"{opened:.0f}", f"{mails:.0f}", *cells]), "|", flush=True)


VIEWS = ("all", "mine", "unassigned", "waiting_for_us", "waiting_for_reporter", "due_soon", "solved_today", "spam",
         "all&program=MARKAS", "all&email=sekolah7@sch.id")  # fmt: skip


@contextlib.asynccontextmanager
async def fresh(address: str | None, folder: Path) -> AsyncIterator[str]:
    """A new, migrated database: a SQLite file, or one of its own on the given server."""
    name = f"arkas_bench_{uuid.uuid4().hex[:8]}"
    if address is None:
        url = f"sqlite+aiosqlite:///{folder / name}.db"
    else:
        await _on_server(address, f"CREATE DATABASE {name}")
        url = make_url(address).set(database=name).render_as_string(hide_password=False)
    try:
        await asyncio.to_thread(upgrade, url)
        yield url
    finally:
        if address is not None:
            await _on_server(address, f"DROP DATABASE {name} WITH (FORCE)")


async def _on_server(address: str, statement: str) -> None:
    engine = create_async_engine(address, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


async def run(counts: list[int], addresses: list[str | None]) -> None:
    """Print the table."""
    print(f"{datetime.now(UTC):%d %B %Y}; ms: computed by this process / median / 95th percentile by the clock\n")
    columns = [
        "database, load",
        "tickets",
        "opened/s",
        "mails/s",
        "status",
        *(view.split("&")[-1] for view in VIEWS),
        "counts",
    ]
    print("|", " | ".join(columns), "|")
    print("|", " | ".join(["---"] * len(columns)), "|", flush=True)
    for count in counts:
        for address in addresses:
            with tempfile.TemporaryDirectory() as folder:
                async with fresh(address, Path(folder)) as url:
                    await measure(url, count, Path(folder))


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", default="1000,200000,1000000")
    parser.add_argument("--postgres")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    counts = [int(part.replace("_", "")) for part in given.tickets.split(",")]
    asyncio.run(run(counts, [None, given.postgres] if given.postgres else [None]))


if __name__ == "__main__":
    main()
