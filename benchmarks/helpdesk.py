"""How quick the help desk is, and how it grows: tickets opened over HTTP, status look-ups, lists of many tickets.

    python benchmarks/helpdesk.py [--tickets 1000,200000] [--postgres postgresql+asyncpg://user@host:5432/database]

Prints one table. SQLite is always measured; PostgreSQL where an address is given (a database of its own is made and
dropped). A look-up and a list are measured through the whole application, without the network.
"""

import argparse
import asyncio
import contextlib
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from fastapi import FastAPI
from sqlalchemy import insert, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.attachments.service import AttachmentService, Limits
from bot.clock import SystemClock
from bot.database import Database, upgrade
from bot.limits import HourlyLimit
from bot.outbox.service import OutboxService
from bot.tickets.desk import TicketDesk
from bot.tickets.inbox import Inbox
from bot.tickets.officer_web import officer_router
from bot.tickets.officers import OfficerTokens, new_token
from bot.tickets.repository import ticket_events, tickets
from bot.tickets.service import TicketService
from bot.tickets.web import ticket_router

FIRST = 1_000_000
BATCH = 5_000
CALLS = 200
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
        "number": number, "email": f"sekolah{number % 50_000}@sch.id", "program": "ARKAS", "subject": "Tutup BKU",
        "details": "Tombol Tutup BKU abu-abu sejak kemarin.", "source": "form", "created_at": at, "updated_at": at,
        "status": status, "assignee": chance.choice([None, "budi", "sari"]), "reporter_waits_since": ours,
        "response_due": at + timedelta(hours=9), "solved_at": at if status == "SOLVED" else None,
    }  # fmt: skip


async def fill(database: Database, count: int) -> None:
    """Store `count` tickets with one event each, as bulk."""
    now = datetime.now(UTC)
    for start in range(0, count, BATCH):
        rows = [ticket_row(FIRST + n, now) for n in range(start, min(start + BATCH, count))]
        events = [
            {"ticket_number": row["number"], "kind": "opened", "at": row["created_at"], "actor": "reporter",
             "data": {"source": "form"}, "seq": 1}
            for row in rows
        ]  # fmt: skip
        async with database.write() as connection:
            await connection.execute(insert(tickets), rows)
            await connection.execute(insert(ticket_events), events)
    async with database.write() as connection:
        await connection.execute(text("ANALYZE"))


async def timed(call: Callable[[], Awaitable[httpx.Response]], calls: int = CALLS) -> tuple[float, float]:
    """The median and the 95th percentile of a call, in milliseconds."""
    times = []
    for _ in range(calls):
        began = time.perf_counter()
        (await call()).raise_for_status()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


async def opened_per_second(client: httpx.AsyncClient, total: int = 400, at_once: int = 16) -> float:
    """Tickets opened each second by `at_once` reporters, each stored with its event and its mail."""

    async def one(count: int) -> None:
        for _ in range(count):
            (await client.post("/api/v1/tickets", json=REPORT)).raise_for_status()

    began = time.perf_counter()
    await asyncio.gather(*(one(total // at_once) for _ in range(at_once)))
    return total / (time.perf_counter() - began)


async def measure(url: str, count: int, folder: Path) -> None:
    """Fill a database and print its line of the table."""
    database = Database(url)
    await fill(database, count)
    transport = httpx.ASGITransport(make_app(database, folder))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://desk", headers=headers) as client:
        numbers = random.Random(7)  # noqa: S311 - the same look-ups each time

        def status() -> Awaitable[httpx.Response]:
            return client.get(f"/api/v1/tickets/{FIRST + numbers.randrange(count)}")

        lists = [lambda v=view: client.get(f"/api/v1/officer/tickets?view={v}") for view in VIEWS]
        figures = [await timed(call) for call in (status, *lists)]
        counts = await timed(lambda: client.get("/api/v1/officer/counts"), 20)
        rate = await opened_per_second(client)
    await database.close()
    cells = "".join(f"{median:8.1f}/{p95:6.1f}" for median, p95 in (*figures, counts))
    print(f"{make_url(url).get_backend_name():<11}{count:>10,}{rate:>9.0f}{cells}", flush=True)


VIEWS = ("all", "mine", "waiting_for_us", "due_soon", "solved_today")


@contextlib.asynccontextmanager
async def fresh(address: str | None, folder: Path) -> AsyncIterator[str]:
    """A new, migrated database: a SQLite file, or one of its own on the given server."""
    name = f"arkas_bench_{uuid.uuid4().hex[:8]}"
    if address is None:
        url = f"sqlite+aiosqlite:///{folder / name}.db"
    else:
        await _on_server(address, f"CREATE DATABASE {name}")
        url = make_url(address).set(database=name).render_as_string(hide_password=False)
    await asyncio.to_thread(upgrade, url)
    yield url
    if address is not None:
        await _on_server(address, f"DROP DATABASE {name} WITH (FORCE)")


async def _on_server(address: str, statement: str) -> None:
    engine = create_async_engine(address, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


async def run(counts: list[int], addresses: list[str | None]) -> None:
    """Print the table."""
    columns = "".join(f"{name:>15}" for name in ("status", *VIEWS, "counts"))
    print(f"{'database':<11}{'tickets':>10}{'opened/s':>9}{columns}   (ms, median/p95)")
    for count in counts:
        for address in addresses:
            with tempfile.TemporaryDirectory() as folder:
                async with fresh(address, Path(folder)) as url:
                    await measure(url, count, Path(folder))


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", default="1000,200000")
    parser.add_argument("--postgres")
    given = parser.parse_args()
    counts = [int(part.replace("_", "")) for part in given.tickets.split(",")]
    asyncio.run(run(counts, [None, given.postgres] if given.postgres else [None]))


if __name__ == "__main__":
    main()
