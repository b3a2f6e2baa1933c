"""All SQL of tickets."""

from datetime import datetime
from typing import Final

from sqlalchemy import JSON, Column, ForeignKey, Index, RowMapping, String, Table, Text, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import RowId, UtcDateTime, metadata
from bot.tickets.models import NewTicket, Ticket, TicketEvent, TicketEventKind
from bot.tickets.rules import last_reply_at, status_of

# AUTOINCREMENT: SQLite would otherwise give the number of a deleted last row again.
tickets: Final = Table(
    "tickets",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("email", String(254), nullable=False, index=True),
    Column("program", String(40), nullable=False),
    Column("subject", String(150), nullable=False),
    Column("details", Text, nullable=False),
    Column("source", String(20), nullable=False),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=True, index=True),
    Column("idempotency_key", String(100), nullable=True, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

ticket_events: Final = Table(
    "ticket_events",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("ticket_number", RowId, ForeignKey("tickets.number"), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("data", JSON, nullable=False),
    Index("ix_ticket_events_ticket", "ticket_number", "id"),
)


async def insert_ticket(connection: AsyncConnection, new: NewTicket, *, at: datetime) -> int:
    """Store a report and return its number. Raises IntegrityError when the idempotency key was used before."""
    values = {
        name: getattr(new, name) for name in ("email", "program", "subject", "details", "conversation_id", "source")
    }
    statement = insert(tickets).values(**values, idempotency_key=new.idempotency_key, created_at=at)
    number: int = (await connection.execute(statement.returning(tickets.c.number))).scalar_one()
    return number


async def append_event(connection: AsyncConnection, number: int, event: TicketEvent) -> None:
    """Add one line to a ticket's log."""
    row = {"kind": event.kind.value, "at": event.at, "actor": event.actor, "data": dict(event.data)}
    await connection.execute(insert(ticket_events).values(ticket_number=number, **row))


async def find_ticket(connection: AsyncConnection, number: int) -> Ticket | None:
    """The ticket with its log, or None."""
    row = (await connection.execute(select(tickets).where(tickets.c.number == number))).mappings().first()
    return await _with_events(connection, row) if row else None


async def find_by_key(connection: AsyncConnection, key: str) -> Ticket | None:
    """The ticket that was opened with this idempotency key, or None."""
    row = (await connection.execute(select(tickets).where(tickets.c.idempotency_key == key))).mappings().first()
    return await _with_events(connection, row) if row else None


async def _with_events(connection: AsyncConnection, row: RowMapping) -> Ticket:
    statement = select(ticket_events).where(ticket_events.c.ticket_number == row["number"]).order_by(ticket_events.c.id)
    events = [
        TicketEvent(TicketEventKind(found.kind), found.at, found.actor, found.data)
        for found in await connection.execute(statement)
    ]
    fields = ("number", "email", "program", "subject", "details", "source", "created_at", "conversation_id")
    return Ticket(
        **{name: row[name] for name in fields},
        status=status_of(events),
        last_reply_at=last_reply_at(events),
        events=tuple(events),
    )
