"""What officers work with: search, presence, canned replies, saved views.

Revision ID: 0010
Revises: 0009
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.database import RowId, UtcDateTime
from bot.tickets.models import Ticket, TicketEvent, TicketEventKind, TicketStatus
from bot.tickets.search_repository import CREATE, STORE, row_of
from bot.tickets.words import document_of

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and the search's rows for the tickets that are there."""
    connection = op.get_bind()
    table, *indexes = CREATE[connection.dialect.name]
    op.execute(table)
    for ticket in _tickets(connection):
        values = row_of(connection.dialect, ticket.number, document_of(ticket))
        for store in map(sa.text, STORE[connection.dialect.name]):
            connection.execute(store, {name: values[name] for name in store.compile().params})
    for statement in indexes:  # filled first: an index of many rows is made in a fraction of the time
        op.execute(statement)
    op.create_table(
        "ticket_presence",
        sa.Column("ticket_number", RowId, primary_key=True, autoincrement=False),
        sa.Column("officer", sa.String(100), primary_key=True),
        sa.Column("until", UtcDateTime, nullable=False),
    )
    op.create_table(
        "canned_replies",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("owner", sa.String(100), nullable=True, index=True),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("updated_by", sa.String(100), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "saved_views",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("officer", sa.String(100), nullable=False, index=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.String(500), nullable=False),
        sa.UniqueConstraint("officer", "name"),
        sqlite_autoincrement=True,
    )


# Written out: the tables of the code may have grown since.
_REPORTS = sa.text("SELECT number, email, program, subject, details, created_at FROM tickets ORDER BY number").columns(
    created_at=UtcDateTime
)
_EVENTS = sa.text(
    "SELECT ticket_number, id, kind, at, actor, data FROM ticket_events WHERE ticket_number = :number ORDER BY id"
).columns(at=UtcDateTime, data=sa.JSON)


def _tickets(connection: sa.Connection) -> Iterator[Ticket]:
    for row in connection.execute(_REPORTS).all():
        events = tuple(_event(each) for each in connection.execute(_EVENTS, {"number": row.number}))
        if events:
            facts = (row.number, row.email, row.program, row.subject, row.details, "", row.created_at)
            yield Ticket(*facts, TicketStatus.QUEUED, None, events=events)


def _event(row: sa.Row[Any]) -> TicketEvent:
    return TicketEvent(TicketEventKind(row.kind), row.at, row.actor, row.data, id=row.id)


def downgrade() -> None:
    """Drop them; the tickets stay."""
    op.drop_table("saved_views")
    op.drop_table("canned_replies")
    op.drop_table("ticket_presence")
    op.drop_table("ticket_search")
