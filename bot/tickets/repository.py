"""All SQL of tickets and their logs."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    RowMapping,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import RowId, UtcDateTime, metadata
from bot.people.rules import mask_email
from bot.tickets.models import NewTicket, PublicTicket, Ticket, TicketEvent, TicketEventKind, TicketState, TicketStatus
from bot.tickets.state import folded

# AUTOINCREMENT: SQLite would otherwise give the number of a deleted last row again.
# From `status` on, the columns repeat what the log means, so that lists of many tickets need not read many logs. They
# are written with every event (append_event) and never trusted where the log is at hand.
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
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("status", String(30), nullable=False, server_default="QUEUED"),
    Column("priority", String(10), nullable=False, server_default="normal"),
    Column("assignee", String(100), nullable=True),
    Column("spam", Boolean, nullable=False, server_default=false()),
    Column("updated_at", UtcDateTime, nullable=True),
    Column("last_reply_at", UtcDateTime, nullable=True),
    Column("first_answered_at", UtcDateTime, nullable=True),
    Column("response_due", UtcDateTime, nullable=True),
    Column("reporter_waits_since", UtcDateTime, nullable=True),
    Column("waiting_since", UtcDateTime, nullable=True),
    Column("solved_at", UtcDateTime, nullable=True),
    Column("followed_up_by", RowId, nullable=True),
    Column("merged_into", RowId, nullable=True),
    sqlite_autoincrement=True,
)
_OPEN: Final = tickets.c.status != "SOLVED"
_UNANSWERED: Final = and_(_OPEN, tickets.c.first_answered_at.is_(None))
_OURS: Final = and_(_OPEN, tickets.c.reporter_waits_since.is_not(None))
Index("ix_tickets_updated", tickets.c.updated_at, tickets.c.number)
Index("ix_tickets_status", tickets.c.status, tickets.c.updated_at, tickets.c.number)
Index(
    "ix_tickets_assignee",
    tickets.c.assignee,
    tickets.c.updated_at,
    tickets.c.number,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index("ix_tickets_ours", tickets.c.reporter_waits_since, tickets.c.number, sqlite_where=_OURS, postgresql_where=_OURS)
Index(
    "ix_tickets_response_due",
    tickets.c.response_due,
    tickets.c.number,
    sqlite_where=_UNANSWERED,
    postgresql_where=_UNANSWERED,
)
Index("ix_tickets_solved", tickets.c.solved_at, tickets.c.number)
# Without those that have none: SQLite, which keeps no statistics by itself, would take it for what waits for one.
_ANSWERED: Final = tickets.c.first_answered_at.is_not(None)
Index(
    "ix_tickets_first_answered_at",
    tickets.c.first_answered_at,
    sqlite_where=_ANSWERED,
    postgresql_where=_ANSWERED,
)
_SPAM: Final = tickets.c.spam
Index("ix_tickets_spam", tickets.c.updated_at, tickets.c.number, sqlite_where=_SPAM, postgresql_where=_SPAM)
Index("ix_tickets_program", tickets.c.program, tickets.c.updated_at, tickets.c.number)
Index("ix_tickets_priority", tickets.c.priority, tickets.c.updated_at, tickets.c.number)

# `seq` counts a ticket's events from 1 and is unique: two writers can never both add what each took for the next event.
ticket_events: Final = Table(
    "ticket_events",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("ticket_number", RowId, ForeignKey("tickets.number"), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("data", JSON, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("key", String(300), nullable=True, unique=True),
    Index("ix_ticket_events_ticket", "ticket_number", "id"),
    Index("ix_ticket_events_kind", "kind", "at"),
    UniqueConstraint("ticket_number", "seq"),
)


_SHOWN: Final = (
    tickets.c.number, tickets.c.email, tickets.c.subject, tickets.c.created_at, tickets.c.last_reply_at,
    tickets.c.status,
)  # fmt: skip


async def insert_ticket(
    connection: AsyncConnection, new: NewTicket, *, at: datetime, response_due: datetime | None = None
) -> int:
    """Store a report and return its number. Raises IntegrityError when the idempotency key was used before."""
    fields = ("email", "program", "subject", "details", "conversation_id", "source", "idempotency_key")
    values = {name: getattr(new, name) for name in fields}
    statement = insert(tickets).values(**values, created_at=at, response_due=response_due)
    number: int = (await connection.execute(statement.returning(tickets.c.number))).scalar_one()
    return number


async def append_event(connection: AsyncConnection, number: int, event: TicketEvent, state: TicketState) -> TicketEvent:
    """Add one line to a ticket's log, with what the log means from then on; the event comes back with its id.

    Raises IntegrityError when somebody else added an event in this place, or one with this key.
    """
    row = {"kind": event.kind.value, "at": event.at, "actor": event.actor, "data": dict(event.data)}
    statement = insert(ticket_events).values(ticket_number=number, seq=state.length, key=event.key, **row)
    stored = (await connection.execute(statement.returning(ticket_events))).one()
    meaning = _meaning(state) | {"updated_at": event.at}
    await connection.execute(update(tickets).where(tickets.c.number == number).values(**meaning))
    return _event(stored)


def _meaning(state: TicketState) -> dict[str, Any]:
    fields = (
        "assignee", "spam", "last_reply_at", "first_answered_at", "reporter_waits_since", "waiting_since", "solved_at",
        "followed_up_by", "merged_into",
    )  # fmt: skip
    told = {name: getattr(state, name) for name in fields}
    program = {"program": state.program} if state.program else {}
    return {**told, **program, "status": state.status.name, "priority": state.priority.value}


async def find_ticket(connection: AsyncConnection, number: int) -> Ticket | None:
    """The ticket with its log, or None."""
    row = (await connection.execute(select(tickets).where(tickets.c.number == number))).mappings().first()
    return await _with_events(connection, row) if row else None


async def find_public(connection: AsyncConnection, number: int) -> PublicTicket | None:
    """What the public status page shows, or None. One question either way, so an absent number answers no sooner."""
    row = (await connection.execute(select(*_SHOWN).where(tickets.c.number == number))).first()
    if row is None:
        return None
    status = TicketStatus[row.status]
    return PublicTicket(
        row.number, mask_email(row.email), row.subject, row.created_at, row.last_reply_at, status.value,
        status.explanation,
    )  # fmt: skip


async def lock_ticket(connection: AsyncConnection, number: int) -> Ticket | None:
    """The ticket with its log, held until the transaction ends: nobody else changes it meanwhile. None when absent.

    PostgreSQL locks the row; on SQLite the write transaction excludes others already.
    """
    statement = select(tickets).where(tickets.c.number == number).with_for_update()
    row = (await connection.execute(statement)).mappings().first()
    return await _with_events(connection, row) if row else None


async def find_by_key(connection: AsyncConnection, key: str) -> Ticket | None:
    """The ticket that was opened with this idempotency key, or None."""
    row = (await connection.execute(select(tickets).where(tickets.c.idempotency_key == key))).mappings().first()
    return await _with_events(connection, row) if row else None


async def find_event(connection: AsyncConnection, key: str) -> tuple[int, TicketEvent] | None:
    """The event that was stored with this key and its ticket's number, or None."""
    row = (await connection.execute(select(ticket_events).where(ticket_events.c.key == key))).first()
    return (row.ticket_number, _event(row)) if row else None


async def successor(connection: AsyncConnection, number: int, *, follow_ups: bool) -> int | None:
    """Where a ticket goes on: the one it was merged into, or (asked for) its follow-up. None when it ends here."""
    row = (await connection.execute(select(tickets).where(tickets.c.number == number))).first()
    if row is None:
        return None
    after: int | None = row.merged_into or (row.followed_up_by if follow_ups and row.status == "SOLVED" else None)
    return after


async def _with_events(connection: AsyncConnection, row: RowMapping) -> Ticket:
    statement = select(ticket_events).where(ticket_events.c.ticket_number == row["number"]).order_by(ticket_events.c.id)
    events = tuple(_event(found) for found in await connection.execute(statement))
    return _ticket(row, events)


def _ticket(row: RowMapping, events: tuple[TicketEvent, ...]) -> Ticket:
    fields = ("number", "email", "program", "subject", "details", "source", "created_at", "conversation_id")
    state = folded(events)
    return Ticket(
        **{name: row[name] for name in fields}, status=state.status, last_reply_at=state.last_reply_at, events=events
    )


def _event(row: Row[Any]) -> TicketEvent:
    return TicketEvent(TicketEventKind(row.kind), row.at, row.actor, row.data, row.key, row.id, row.seq)
