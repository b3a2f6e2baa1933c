"""How quick the figures are: counting a day, the report, the watch for incidents, and /metrics.

    python benchmarks/insight.py [--tickets 200000] [--messages 1000000] [--calls 20] [--no-sqlite]
        [--postgres postgresql+asyncpg://user@host:5432/database]

Two years of talks and tickets are made up. Prints one table, in milliseconds by the clock, median and the worst, and
what counting everything anew took. `--tickets 2000 --messages 10000` is a quick look.
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
from itertools import islice
from pathlib import Path
from typing import Any

from helpdesk import BATCH, FIRST, fresh
from sqlalchemy import ColumnElement, Table, func, insert, literal, select, text

from bot.calendar.service import ServiceHours
from bot.clock import SettableClock
from bot.console.reports import chart_of
from bot.conversations.repository import asked_questions, conversation_events, conversations, messages
from bot.database import Database
from bot.incidents.service import IncidentService
from bot.incidents.watching import IncidentWatch
from bot.insight.keeping import FigureKeeper
from bot.insight.models import Period, Scope
from bot.insight.service import Insight
from bot.metrics.repository import standing
from bot.tickets.repository import ticket_events, tickets

DAYS = 730
ARTICLES = 192
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PER_TALK = 4
COPIES = 50  # what is made is this part of it
Row = dict[str, Any]
Rows = Iterator[tuple[Table, Row]]


def moment(chance: random.Random) -> datetime:
    """Some moment of the two years, in the working hours of most schools."""
    day = NOW - timedelta(days=chance.randrange(DAYS))
    return day.replace(hour=1, minute=0) + timedelta(minutes=chance.uniform(0, 480))


def talk(number: int) -> Rows:
    """A talk of four messages: a question, cards, a choice, and how it ended."""
    chance, name = random.Random(number), f"{number:032x}"  # noqa: S311 - the same talks each time
    at, article = moment(chance), min(int(chance.paretovariate(0.7)), ARTICLES)
    channel = chance.choices(["web", "telegram", "whatsapp"], [7, 2, 1])[0]
    yield conversations, {"id": name, "channel": channel, "token_hash": "x", "created_at": at}
    for n, sender in enumerate(("user", "bot", "user", "bot")):
        yield messages, message(name, sender, at + timedelta(seconds=20 * n))
    said = {"conversation_id": name, "at": at, "question": "tutup bku", "decision": "suggest", "confidence": 0.8}
    yield asked_questions, said | {"ranked": [[article, 0.8], [7, 0.1]]}
    ended = chance.choices(["helped", "rejected", "escalated", None], [4, 2, 1, 3])[0]
    for n, kind in enumerate(filter(None, ("suggested", "chosen", ended))):
        event = {"conversation_id": name, "kind": kind, "at": at + timedelta(seconds=20 * n), "articles": [article]}
        yield conversation_events, event | {"reason": "two_rejections" if kind == "escalated" else None, "ticket": None}


def message(name: str, sender: str, at: datetime) -> Row:
    """One message."""
    return {
        "conversation_id": name, "sender": sender, "text": "min tolong tutup bku ko ga bs ya", "created_at": at,
        "articles": [], "buttons": [], "attachments": [], "ticket": None, "payload": None,
    }  # fmt: skip


def ticket(number: int) -> Rows:
    """A ticket that was answered and, mostly, solved."""
    chance = random.Random(number)  # noqa: S311 - the same tickets each time
    at = moment(chance)
    answered, solved = at + timedelta(hours=chance.expovariate(0.2)), at + timedelta(hours=chance.expovariate(0.03))
    solved = max(solved, answered) + timedelta(minutes=1)
    done = solved < NOW and chance.random() < 0.97
    yield tickets, {
        "number": number, "email": f"sekolah{number % 50_000}@sch.id", "subject": "Tutup BKU", "source": "form",
        "program": chance.choice(["ARKAS", "SIPLah", "BOSP Salur"]), "details": "Tombol Tutup BKU abu-abu.",
        "created_at": at, "status": "SOLVED" if done else "IN_PROGRESS", "first_answered_at": answered,
        "solved_at": solved if done else None, "spam": False,
    }  # fmt: skip
    happened = [("opened", at), ("answered", answered), *([("solved", solved)] if done else [])]
    for seq, (kind, when) in enumerate(happened, 1):
        yield ticket_events, {
            "ticket_number": number, "kind": kind, "at": when, "actor": "officer:budi", "data": {}, "seq": seq,
        }  # fmt: skip


async def store(database: Database, made: Iterator[Rows]) -> None:
    """Store what is made, in batches."""
    while batch := list(islice(made, BATCH)):
        rows: dict[Table, list[Row]] = {}
        for one in batch:
            for table, row in one:
                rows.setdefault(table, []).append(row)
        async with database.write() as connection:
            for table, some in rows.items():
                await connection.execute(insert(table), some)


async def multiply(database: Database, copies: int) -> None:
    """Copy all that is stored under other names and numbers: much quicker than to make it."""
    tables = (conversations, messages, asked_questions, conversation_events, tickets, ticket_events)
    for copy in range(1, copies):
        async with database.write() as connection:
            for table in tables:
                names = [column.name for column in table.columns if column.name != "id" or table is conversations]
                first, chosen = _first(table), [_renamed(table, name, copy) for name in names]
                await connection.execute(insert(table).from_select(names, select(*chosen).where(first)))


def _first(table: Table) -> ColumnElement[bool]:
    if table in (tickets, ticket_events):
        return table.c["number" if table is tickets else "ticket_number"] < FIRST * 2
    return func.substr(table.c["id" if table is conversations else "conversation_id"], 1, 3) == "000"


def _renamed(table: Table, name: str, copy: int) -> ColumnElement[Any]:
    column: ColumnElement[Any] = table.c[name]
    if name in {"number", "ticket_number"}:
        return column + copy * FIRST
    mine = name == "conversation_id" or (name == "id" and table is conversations)
    return literal(f"{copy:03x}") + func.substr(column, 4) if mine and table is not tickets else column


async def timed(call: Callable[[], Awaitable[object]], calls: int) -> str:
    """Median and worst of some calls, in milliseconds."""
    took = []
    for _ in range(calls):
        began = time.perf_counter()
        await call()
        took.append((time.perf_counter() - began) * 1000)
    return f"{statistics.median(took):8.1f} {max(took):8.1f}"


class FarArticles:
    """Ranks nothing: what ranking costs stands in benchmarks/ranking.py."""

    def nearest(self, _text: str) -> int:
        return 124

    def title(self, _article: int) -> str:
        return "Tutup BKU"


async def measure(url: str, given: argparse.Namespace) -> None:
    """Fill a database and ask it."""
    database, clock = Database(url), SettableClock(NOW)
    began = time.perf_counter()
    await store(database, (talk(n) for n in range(given.messages // PER_TALK // COPIES)))
    await store(database, (ticket(FIRST + n) for n in range(given.tickets // COPIES)))
    await multiply(database, COPIES)
    if database.engine.dialect.name != "sqlite":
        async with database.engine.connect() as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE"))
    print(f"{database.engine.dialect.name}: filled in {time.perf_counter() - began:.0f} s", flush=True)
    keeper = FigureKeeper(database, clock, ServiceHours(frozenset()))
    began = time.perf_counter()
    while await keeper.count_due():
        pass
    print(f"  {DAYS} days counted in {time.perf_counter() - began:.0f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    for name, call in questions(database, clock, keeper).items():
        await call()
        print(f"  {name:<32}{await timed(call, given.calls)}   load {os.getloadavg()[0]:.1f}", flush=True)
    await database.close()


def questions(database: Database, clock: SettableClock, keeper: FigureKeeper) -> dict[str, Callable[[], Any]]:
    """What is asked, by name."""
    insight = Insight(database, clock, dict, whatsapp_budget=1000)
    incidents = IncidentService(database, clock)
    watch = IncidentWatch(database, clock, incidents, FarArticles())
    today = insight.today()

    async def report(days: int, scope: Scope | None = None) -> None:
        _, found = await insight.report(Period(today - timedelta(days=days - 1), today), scope)
        for table in found:
            chart_of(table)

    async def metrics() -> None:
        async with database.read() as connection:
            await standing(connection, now=NOW)

    async def look() -> None:
        while await watch.look():
            pass

    return {
        "counting one day": lambda: keeper.count(today - timedelta(days=3)),
        "report of 30 days": lambda: report(30),
        "report of 30 days, one program": lambda: report(30, Scope(program="ARKAS")),
        "report of 90 days": lambda: report(90),
        "report of a year": lambda: report(365),
        "a look for incidents": look,
        "what /metrics reads": metrics,
    }


async def run(given: argparse.Namespace) -> None:
    """Measure on each database."""
    print(f"{given.tickets:,} tickets, {given.messages:,} messages; milliseconds by the clock, median and worst")
    for address in [None] * given.sqlite + [given.postgres] * bool(given.postgres):
        with tempfile.TemporaryDirectory() as folder:
            async with fresh(address, Path(folder)) as url:
                await measure(url, given)


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=200_000)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--sqlite", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--postgres")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
