"""How quick the officers' console is: lists, search and a ticket's page, rendered by the whole application.

    python benchmarks/console.py [--tickets 200000] [--messages 5] [--copies 20] [--calls 100] [--no-sqlite]
        [--postgres postgresql+asyncpg://user@host:5432/database]

Prints one table, in milliseconds: by the clock, and how much of it this process computed (on a busy machine the rest is
waiting for a core; PostgreSQL's own work is not in it). SQLite is measured unless told otherwise, PostgreSQL where an
address is given (a database of its own is made and dropped). Needs the article index (`./arkas index`). The aim: a 95th
percentile of at most 100 ms at 200,000 tickets and 1,000,000 messages. `--tickets 2000` is a quick look.
"""

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from helpdesk import BATCH, FIRST, fresh, ticket_row
from sqlalchemy import insert, text
from sqlalchemy.engine import make_url

from bot import heap
from bot.articles.serving import ServedArticles
from bot.clock import SystemClock
from bot.console.web import mount_console
from bot.database import Database
from bot.dialogue.port import Dialogue
from bot.officers.models import Browser, Role
from bot.officers.repository import insert_officer
from bot.services import Services, make_services
from bot.settings import Settings
from bot.tickets.repository import ticket_events, tickets
from bot.tickets.search_repository import CREATE, STORE, row_of
from bot.tickets.words import Document, mark, month_of, words_of

ADDRESS = "budi@arkas.example"
HOME = "/petugas/tiket"


class Desk:
    """Seeds one of many tickets: a report and messages made of what schools ask, with a school's name of its own."""

    def __init__(self, questions: list[str], messages: int) -> None:
        self.questions = questions
        self.messages = messages
        self.now = datetime.now(UTC)

    def ticket(self, number: int) -> tuple[dict[str, Any], list[dict[str, Any]], Document]:
        """The rows of a ticket and of its events, and by what it is found."""
        chance = random.Random(number)  # noqa: S311 - the same desk each time
        row = ticket_row(number, self.now)
        said = [" ".join(chance.choices(self.questions, k=chance.randint(1, 3))) for _ in range(self.messages)]
        row |= {"subject": chance.choice(self.questions)[:150], "details": f"SDN Sukamaju {number}. {said[0]}",
                "priority": chance.choice(["normal", "normal", "normal", "tinggi"]), "spam": False}  # fmt: skip
        return row, list(self._events(row, said[1:])), self._document(row, said)

    def _events(self, row: dict[str, Any], said: list[str]) -> Iterator[dict[str, Any]]:
        at = row["created_at"]
        yield self._event(row, 1, "opened", at, "reporter", {"source": "form"})
        for place, words in enumerate(said, 2):
            officer = place % 2 == 0
            kind, actor = ("answered", "officer:budi") if officer else ("reporter_replied", "reporter")
            data = {"text": words} | ({} if officer else {"source": "mail", "sender": row["email"]})
            yield self._event(row, place, kind, at + timedelta(minutes=place), actor, data)

    def _event(self, row: dict[str, Any], seq: int, kind: str, at: datetime, actor: str, data: Any) -> dict[str, Any]:  # noqa: ANN401
        return {"ticket_number": row["number"], "kind": kind, "at": at, "actor": actor, "data": data, "seq": seq}

    def _document(self, row: dict[str, Any], said: list[str]) -> Document:
        texts = [str(row["number"]), row["subject"], row["email"], row["details"], *said[1:]]
        values = {
            "status": row["status"], "program": row["program"], "priority": row["priority"], "spam": "no",
            "assignee": row["assignee"] or "", "month": month_of(row["created_at"]),
        }  # fmt: skip
        words = tuple(word for each in texts for word in words_of(each))
        return Document(words, tuple(mark(*each) for each in values.items()))


async def fill(database: Database, desk: Desk, count: int, copies: int) -> None:
    """Store the tickets as bulk, each `copies` times under another number, and let the database take its statistics."""
    dialect = database.engine.dialect
    index = CREATE[dialect.name][1:2]  # PostgreSQL's; made at the end in a fraction of the time
    for statement in ("DROP INDEX ix_ticket_search_words",) * len(index):
        await database_does(database, statement)
    for start in range(0, count, BATCH):
        made = [desk.ticket(FIRST + number) for number in range(start, min(start + BATCH, count))]
        found = [row_of(dialect, row["number"], document) for row, _, document in made]
        async with database.write() as connection:
            await connection.execute(insert(tickets), [row for row, _, _ in made])
            await connection.execute(insert(ticket_events), [event for _, events, _ in made for event in events])
            await connection.execute(text(STORE[dialect.name][-1]), found)
    again = [each for copy in range(1, copies) for each in copied(dialect.name, count, copy * count)]
    for statement in (*again, *index, "ANALYZE"):
        await database_does(database, statement)
    if dialect.name == "postgresql":  # as its autovacuum does within minutes: without it no index is read by itself
        cleaning = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        async with cleaning.connect() as connection:
            await connection.execute(text("VACUUM ANALYZE"))


def copied(dialect: str, count: int, shift: int) -> Iterator[str]:
    """The statements that store the first `count` tickets once more, their numbers `shift` higher."""
    found = ("rowid", "words, marks") if dialect == "sqlite" else ("ticket_number", "words")
    tables = {
        "tickets": ("number", ", ".join(column.name for column in tickets.columns if column.name != "number")),
        "ticket_events": ("ticket_number", "kind, at, actor, data, seq"),
        "ticket_search": found,
    }
    order = {"ticket_events": "id"}  # the log is read by it
    for table, (number, rest) in tables.items():
        source = f"FROM {table} WHERE {number} < {FIRST + count}"
        first = f"SELECT {number} + {shift}, {rest} {source} ORDER BY {order.get(table, number)}"
        yield f"INSERT INTO {table} ({number}, {rest}) {first}"


async def database_does(database: Database, statement: str) -> None:
    """Run one statement in a transaction of its own."""
    async with database.write() as connection:
        await connection.execute(text(statement))


async def officer(services: Services) -> dict[str, str]:
    """An officer who is signed in: the headers of a browser."""
    async with services.database.write() as connection:
        await insert_officer(
            connection, name="budi", display_name="Pak Budi", email=ADDRESS, role=Role.SUPERVISOR.value,
            password_hash=None, must_change=False, created_at=services.clock.now(),
        )  # fmt: skip
    opened = await services.sign_in.with_identity(ADDRESS, Browser("127.0.0.1", "benchmark"))
    return {"Cookie": f"petugas={opened.token}", "X-CSRF-Token": services.sign_in.csrf(opened.token)}


def pages(client: httpx.AsyncClient, count: int) -> dict[str, Callable[[], Awaitable[httpx.Response]]]:
    """What is asked for, by name; each call of some pages asks for another ticket."""
    chance = random.Random(7)  # noqa: S311 - the same tickets each time
    since = datetime.now(UTC).isoformat()

    def some() -> int:
        return FIRST + chance.randrange(count)

    def get(**query: str) -> Callable[[], Awaitable[httpx.Response]]:
        return lambda: client.get(HOME, params=query)

    lists = {f"list {view}": get(tampilan=view) for view in ("waiting_for_us", "mine", "unassigned", "due_soon", "all")}
    return {
        **lists,
        "list filtered": get(tampilan="all", program="ARKAS", prioritas="tinggi", status="QUEUED"),
        "list by number": get(tampilan="all", urut="terlama"),
        "news of an open list": lambda: client.get(f"{HOME}/kabar", params={"sejak": since}),
        "search common word": get(q="bku"),
        "search two words": get(q="tutup bku"),
        "search half a word": get(q="pengem"),
        "search row of words": get(q='"tutup bku"'),
        "search rare word": lambda: client.get(HOME, params={"q": str(some())}),
        "search address": lambda: client.get(HOME, params={"q": f"sekolah{some() % 50_000}@sch.id"}),
        "search narrowed": get(q="bku", status="QUEUED", petugas="budi", prioritas="tinggi"),
        "search no hit": get(q="bku markasarkas"),
        "search in months": get(q="bku", dari="2026-06-01", sampai="2026-06-30"),
        "search oldest first": get(q="bku", urut="terlama"),
        "ticket page": lambda: client.get(f"{HOME}/{some()}"),
        "articles of a ticket": lambda: client.get(f"{HOME}/{some()}/artikel"),
        "presence": lambda: client.post(f"{HOME}/{some()}/hadir", data={"versi": "1"}),
    }


class Silent(Dialogue):
    """Nobody talks here."""


async def timed(call: Callable[[], Awaitable[httpx.Response]], calls: int) -> tuple[list[float], list[float]]:
    """What each call took, by the clock and of this process's computing."""
    clock, computed = [], []
    for _ in range(calls):
        began, before = time.perf_counter(), time.process_time()
        (await call()).raise_for_status()
        clock.append((time.perf_counter() - began) * 1000)
        computed.append((time.process_time() - before) * 1000)
    return clock, computed


def told(times: list[float]) -> str:
    """The median and the 95th percentile."""
    return f"{statistics.median(times):>8.1f} /{statistics.quantiles(times, n=20)[-1]:>7.1f}"


async def measure(url: str, given: argparse.Namespace) -> None:
    """Fill a database and print its part of the table."""
    count = given.tickets
    served = ServedArticles.open(Settings().index_dir)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=url, var_dir=Path(folder), worker=False)
        services = make_services(settings, SystemClock(), Silent(), served)
        questions = [each for article in served.now().collection.articles.values() for each in article.questions]
        began = time.perf_counter()
        await fill(services.database, Desk(questions, given.messages), count // given.copies, given.copies)
        backend = make_url(url).get_backend_name()
        took = time.perf_counter() - began
        print(f"{backend}: {count:,} tickets, {count * given.messages:,} messages, made in {took:.0f} s", flush=True)
        app = FastAPI()
        mount_console(app, services)
        heap.settle()  # as the web process does when it has started
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url=settings.public_url,
            headers=await officer(services),
            timeout=60,
        )
        for name, call in pages(client, count).items():
            (await call()).raise_for_status()  # the first one pays for templates and caches
            clock, computed = await timed(call, given.calls)
            print(f"  {name:<24}{told(clock)}{told(computed)}   load {os.getloadavg()[0]:.1f}", flush=True)
        await client.aclose()
        await services.database.close()


async def run(given: argparse.Namespace) -> None:
    """Measure on each database."""
    print("milliseconds, median / 95th percentile: by the clock, and computed by this process")
    for address in [None] * given.sqlite + [given.postgres] * bool(given.postgres):
        with tempfile.TemporaryDirectory() as folder:
            async with fresh(address, Path(folder)) as url:
                await measure(url, given)


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=200_000)
    parser.add_argument("--messages", type=int, default=5)
    parser.add_argument("--copies", type=int, default=20, help="how often the database copies what is made")
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--sqlite", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--postgres")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
