"""All SQL of incidents: they themselves, their tickets, and the signals in which bursts are noticed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversations.models import AskedQuestion
from bot.conversations.repository import asked_question, asked_questions
from bot.database import RowId, UtcDateTime, metadata
from bot.incidents.models import NOWHERE, Incident, IncidentStatus, Report, Signal
from bot.tickets.repository import tickets

incidents: Final = Table(
    "incidents",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("status", String(10), nullable=False),
    Column("title", String(150), nullable=False),
    Column("text", Text, nullable=False),
    Column("program", String(40), nullable=True),
    Column("articles", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("noticed_at", UtcDateTime, nullable=False),
    Column("opened_at", UtcDateTime, nullable=True),
    Column("opened_by", String(100), nullable=True),
    Column("ended_at", UtcDateTime, nullable=True),
    Column("ended_by", String(100), nullable=True),
    Column("solution", Text, nullable=False),
    Index("ix_incidents_status", "status", "id"),
    sqlite_autoincrement=True,
)

incident_tickets: Final = Table(
    "incident_tickets",
    metadata,
    Column("incident_id", RowId, ForeignKey("incidents.id"), primary_key=True),
    Column("ticket_number", RowId, ForeignKey("tickets.number"), primary_key=True, index=True),
    Column("attached_at", UtcDateTime, nullable=False),
    Column("detached_at", UtcDateTime, nullable=True),
)

# `hour` counts hours since 1970, so that both databases can add up hours of the week alike.
incident_signals: Final = Table(
    "incident_signals",
    metadata,
    Column("kind", String(10), primary_key=True),
    Column("source", RowId, primary_key=True, autoincrement=False),
    Column("article", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("hour", Integer, nullable=False),
    Column("conversation_id", String(32), nullable=True),
    Column("ticket_number", RowId, nullable=True),
    Index("ix_incident_signals_hour", "hour", "article"),
)

_HELD: Final = and_(incident_tickets.c.incident_id == incidents.c.id, incident_tickets.c.detached_at.is_(None))
_LIVE: Final = (IncidentStatus.SUSPECTED.value, IncidentStatus.OPEN.value)


def _upsert(connection: AsyncConnection, table: Table) -> Any:  # noqa: ANN401 - both dialects' inserts have the method
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)


def _incidents() -> Select[Any]:
    held = select(func.count()).where(_HELD).correlate(incidents).scalar_subquery()
    return select(incidents, held.label("tickets"))


async def add(connection: AsyncConnection, incident: Incident) -> int:
    """Store a new incident; its `id` is given here and returned."""
    names = ("title", "text", "program", "began_at", "noticed_at", "opened_at", "opened_by", "solution")
    values = {name: getattr(incident, name) for name in names}
    values |= {
        "articles": list(incident.articles),
        "evidence": dict(incident.evidence),
        "status": incident.status.value,
    }
    number: int = (await connection.execute(insert(incidents).values(values).returning(incidents.c.id))).scalar_one()
    return number


async def change(
    connection: AsyncConnection, number: int, expected: Collection[IncidentStatus], values: dict[str, Any]
) -> bool:
    """Change an incident that stands as expected. Says whether it did."""
    statement = update(incidents).where(incidents.c.id == number, incidents.c.status.in_([e.value for e in expected]))
    return (await connection.execute(statement.values(**values))).rowcount == 1


async def find(connection: AsyncConnection, number: int) -> Incident | None:
    """The incident with this number, or None."""
    row = (await connection.execute(_incidents().where(incidents.c.id == number))).first()
    return _incident(row) if row else None


async def of_status(connection: AsyncConnection, status: IncidentStatus, limit: int = 50) -> list[Incident]:
    """The incidents that stand so, newest first."""
    statement = _incidents().where(incidents.c.status == status.value).order_by(incidents.c.id.desc()).limit(limit)
    return [_incident(row) for row in await connection.execute(statement)]


async def lately(connection: AsyncConnection, since: datetime) -> list[Incident]:
    """The incidents that are not ended, or were ended since a moment."""
    live = incidents.c.status.in_(_LIVE) | (incidents.c.ended_at >= since)
    return [_incident(row) for row in await connection.execute(_incidents().where(live))]


def _incident(row: Row[Any]) -> Incident:
    found = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row by column
    return Incident(**(found | {"status": IncidentStatus(found["status"])}))


async def attach(connection: AsyncConnection, number: int, ticket: int, *, at: datetime, again: bool) -> bool:
    """Attach a ticket. One that was taken off stays off, unless `again`. Says whether anything changed."""
    statement = _upsert(connection, incident_tickets).values(incident_id=number, ticket_number=ticket, attached_at=at)
    keys = ["incident_id", "ticket_number"]
    if again:
        gone = incident_tickets.c.detached_at.is_not(None)
        renewed = {"attached_at": at, "detached_at": None}
        statement = statement.on_conflict_do_update(index_elements=keys, set_=renewed, where=gone)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    return (await connection.execute(statement)).rowcount == 1


async def detach(connection: AsyncConnection, number: int, ticket: int, *, at: datetime) -> bool:
    """Take a ticket off. Says whether it was attached."""
    mine = and_(
        incident_tickets.c.incident_id == number,
        incident_tickets.c.ticket_number == ticket,
        incident_tickets.c.detached_at.is_(None),
    )
    return (await connection.execute(update(incident_tickets).where(mine).values(detached_at=at))).rowcount == 1


async def attached(connection: AsyncConnection, number: int) -> list[int]:
    """The numbers of the attached tickets, oldest first."""
    mine = and_(incident_tickets.c.incident_id == number, incident_tickets.c.detached_at.is_(None))
    statement = select(incident_tickets.c.ticket_number).where(mine).order_by(incident_tickets.c.ticket_number)
    return list((await connection.execute(statement)).scalars())


async def of_ticket(connection: AsyncConnection, ticket: int) -> list[Incident]:
    """The incidents that a ticket is attached to."""
    mine = _incidents().join(incident_tickets, _HELD).where(incident_tickets.c.ticket_number == ticket)
    return [_incident(row) for row in await connection.execute(mine)]


async def questions_since(connection: AsyncConnection, since: datetime, limit: int) -> list[AskedQuestion]:
    """Questions that were ranked from a moment on and are no signals yet, oldest first."""
    known = select(incident_signals.c.source).where(
        incident_signals.c.kind == "question", incident_signals.c.source == asked_questions.c.id
    )
    statement = select(asked_questions).where(asked_questions.c.at >= since, ~known.exists())
    rows = await connection.execute(statement.order_by(asked_questions.c.at, asked_questions.c.id).limit(limit))
    return [asked_question(row) for row in rows]


async def reports_since(connection: AsyncConnection, since: datetime, limit: int) -> list[Report]:
    """Reports that were opened from a moment on and are no signals yet, oldest first, without spam."""
    known = select(incident_signals.c.source).where(
        incident_signals.c.kind == "ticket", incident_signals.c.source == tickets.c.number
    )
    columns = (tickets.c.number, tickets.c.subject, tickets.c.details, tickets.c.created_at, tickets.c.conversation_id)
    statement = select(*columns).where(tickets.c.created_at >= since, tickets.c.spam.is_(False), ~known.exists())
    rows = await connection.execute(statement.order_by(tickets.c.created_at, tickets.c.number).limit(limit))
    return [Report(row.number, f"{row.subject}. {row.details}", row.created_at, row.conversation_id) for row in rows]


async def store_signals(connection: AsyncConnection, signals: Sequence[Signal]) -> None:
    """Keep signals, each once."""
    if not signals:
        return
    rows = [
        {
            "kind": each.kind,
            "source": each.source,
            "article": each.article,
            "at": each.at,
            "hour": _hour(each.at),
            "conversation_id": each.conversation_id,
            "ticket_number": each.ticket,
        }
        for each in signals
    ]
    statement = _upsert(connection, incident_signals).on_conflict_do_nothing(index_elements=["kind", "source"])
    await connection.execute(statement, rows)


async def people_since(connection: AsyncConnection, since: datetime, now: datetime) -> dict[int, int]:
    """How many people asked about each article from a moment on; who is a talk, or the address of a report.

    Counted by the database, so that what is held here grows with the articles and not with the people: it is asked four
    times a minute, and the talks of two busy hours were what the process grew by (docs/benchmarks.md). Article by
    article, because grouping them all would sort all signals of these hours, in memory.
    """
    asked = select(incident_signals.c.article).where(incident_signals.c.at >= since).distinct().subquery()
    who = func.coalesce(incident_signals.c.conversation_id, tickets.c.email, "")
    people = (
        select(func.count(who.distinct()))
        .select_from(incident_signals)
        .outerjoin(tickets, tickets.c.number == incident_signals.c.ticket_number)
        .where(incident_signals.c.hour.in_(range(_hour(since), _hour(now) + 1)))
        .where(incident_signals.c.article == asked.c.article, incident_signals.c.at >= since)
        .correlate(asked)
        .scalar_subquery()
    )
    statement = select(asked.c.article, people).where(asked.c.article != NOWHERE)
    return {row[0]: row[1] for row in await connection.execute(statement)}


def _hour(moment: datetime) -> int:
    return int(moment.timestamp()) // 3600


async def history(
    connection: AsyncConnection, since: datetime, until: datetime
) -> tuple[dict[int, int], dict[int, int], datetime | None]:
    """How many signals there were by article, and by hour since 1970; and when the first was."""
    near = incident_signals.c.article != NOWHERE
    within = and_(incident_signals.c.at >= since, incident_signals.c.at < until, near)
    counts = []
    for column in (incident_signals.c.article, incident_signals.c.hour):
        rows = await connection.execute(select(column, func.count()).where(within).group_by(column))
        counts.append({int(row[0]): int(row[1]) for row in rows})
    first = await connection.execute(select(func.min(incident_signals.c.at, type_=UtcDateTime)).where(within))
    return counts[0], counts[1], first.scalar()


async def candidates(connection: AsyncConnection, incident: Incident, limit: int) -> list[tuple[Signal, str]]:
    """The never attached reports about an incident's articles since it began, newest first, with their programs."""
    known = select(incident_tickets.c.ticket_number).where(
        incident_tickets.c.incident_id == incident.id,
        incident_tickets.c.ticket_number == incident_signals.c.ticket_number,
    )
    like = and_(
        incident_signals.c.kind == "ticket",
        incident_signals.c.at >= incident.began_at,
        incident_signals.c.article.in_(incident.articles),
        ~known.exists(),
    )
    statement = select(incident_signals, tickets.c.program).join(
        tickets, tickets.c.number == incident_signals.c.ticket_number
    )
    rows = await connection.execute(statement.where(like).order_by(incident_signals.c.source.desc()).limit(limit))
    return [(Signal(r.kind, r.source, r.article, r.at, r.conversation_id, r.ticket_number), r.program) for r in rows]


async def forget_signals(connection: AsyncConnection, before: datetime) -> None:
    """Drop what is older than any history that is looked at."""
    await connection.execute(delete(incident_signals).where(incident_signals.c.at < before))
