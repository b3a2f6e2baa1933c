"""All SQL of the search for tickets: FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL.

The table is no part of the metadata, because the two databases share no shape of it. It repeats what the logs mean
(bot/tickets/words.py) and is written in the transaction that adds to a log.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import TextClause, bindparam, select, text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import UtcDateTime
from bot.tickets.repository import ticket_events, tickets
from bot.tickets.words import Document, Marks, Term, fts5_match, tsquery, tsvector

# What makes the table, for the migration; `marks` is a column of its own so that no word of a text can be one.
CREATE: Final = {
    "sqlite": (
        "CREATE VIRTUAL TABLE ticket_search USING fts5(words, marks, tokenize='unicode61 remove_diacritics 0')",
    ),
    "postgresql": (
        "CREATE TABLE ticket_search (ticket_number BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
        # fastupdate would be quicker to write to, and now and then make one reader wait for a whole list of writes
        "CREATE INDEX ix_ticket_search_words ON ticket_search USING gin (words) WITH (fastupdate = off)",
        # How often each word stands there decides whether the index or the newest tickets are read first.
        "ALTER TABLE ticket_search ALTER COLUMN words SET STATISTICS 1000",
    ),
}
STORE: Final = {
    "sqlite": (
        "DELETE FROM ticket_search WHERE rowid = :number",
        "INSERT INTO ticket_search (rowid, words, marks) VALUES (:number, :words, :marks)",
    ),
    "postgresql": (
        (
            "INSERT INTO ticket_search (ticket_number, words) VALUES (:number, CAST(CAST(:words AS text) AS tsvector)) "
            "ON CONFLICT (ticket_number) DO UPDATE SET words = excluded.words"
        ),
    ),
}
_FIND: Final = {
    "sqlite": (
        "SELECT s.rowid AS number FROM ticket_search AS s{joined} "
        "WHERE ticket_search MATCH :query{narrowed} ORDER BY s.rowid {direction} LIMIT :limit"
    ),
    "postgresql": (
        "SELECT s.ticket_number AS number FROM ticket_search AS s{joined} "
        "WHERE s.words @@ CAST(CAST(:query AS text) AS tsquery){narrowed} ORDER BY s.ticket_number {direction} "
        "LIMIT :limit"
    ),
}


@dataclass(frozen=True)
class Wanted:
    """What to look for: terms and marks, created from `since` to before `until`, beyond the ticket `after`."""

    terms: Sequence[Term]
    marks: Marks
    since: datetime | None = None
    until: datetime | None = None
    after: int | None = None
    oldest_first: bool = False
    limit: int = 50


@dataclass(frozen=True)
class _Narrowed:
    """Conditions and their values."""

    sql: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)


async def store_document(connection: AsyncConnection, number: int, document: Document) -> None:
    """Write down by what a ticket is found from now on."""
    values = row_of(connection.dialect, number, document)
    for statement in STORE[connection.dialect.name]:
        bound = text(statement)
        await connection.execute(bound, {name: values[name] for name in bound.compile().params})


def row_of(dialect: Dialect, number: int, document: Document) -> dict[str, object]:
    """The values of a document's row."""
    words = tsvector(document) if dialect.name == "postgresql" else " ".join(document.words)
    return {"number": number, "words": words, "marks": " ".join(document.marks)}


async def find_numbers(connection: AsyncConnection, wanted: Wanted) -> list[int]:
    """The numbers of the tickets that are wanted, newest first unless told otherwise."""
    dialect = connection.dialect.name
    say = fts5_match if dialect == "sqlite" else tsquery
    number = "s.rowid" if dialect == "sqlite" else "s.ticket_number"
    narrowed = _narrowed(wanted, number)
    # Where no moment is asked for, tickets would be joined for nothing: PostgreSQL read twenty thousand for fifty hits.
    dated = wanted.since is not None or wanted.until is not None
    joined = f" JOIN tickets AS t ON t.number = {number}" if dated else ""
    direction = "ASC" if wanted.oldest_first else "DESC"
    conditions = "".join(f" AND {each}" for each in narrowed.sql)
    sql = _FIND[dialect].format(joined=joined, narrowed=conditions, direction=direction)
    values = narrowed.values | {"query": say(wanted.terms, wanted.marks), "limit": wanted.limit}
    return [int(row.number) for row in await connection.execute(_typed(sql, narrowed.values), values)]


def _narrowed(wanted: Wanted, number: str) -> _Narrowed:
    narrowed = _Narrowed()
    conditions = {
        "since": ("t.created_at >= :since", wanted.since),
        "until": ("t.created_at < :until", wanted.until),
        "after": (f"{number} {'>' if wanted.oldest_first else '<'} :after", wanted.after),
    }
    for name, (sql, value) in conditions.items():
        if value is not None:
            narrowed.sql.append(sql)
            narrowed.values[name] = value
    return narrowed


def _typed(sql: str, values: dict[str, Any]) -> TextClause:
    moments = [bindparam(name, type_=UtcDateTime()) for name in ("since", "until") if name in values]
    return text(sql).bindparams(*moments)


async def texts_of(connection: AsyncConnection, numbers: Sequence[int]) -> dict[int, list[str]]:
    """What stands in some tickets, the report first, then what was said, newest first."""
    found: dict[int, list[str]] = {}
    reports = select(tickets.c.number, tickets.c.subject, tickets.c.details, tickets.c.email)
    for report in await connection.execute(reports.where(tickets.c.number.in_(numbers))):
        found[report.number] = [f"{report.subject}. {report.details}", report.email]
    said = select(ticket_events.c.ticket_number, ticket_events.c.data)
    mine = said.where(ticket_events.c.ticket_number.in_(numbers)).order_by(ticket_events.c.id.desc())
    for event in await connection.execute(mine):
        found[event.ticket_number].append(str(event.data.get("text", "")))
    return found
