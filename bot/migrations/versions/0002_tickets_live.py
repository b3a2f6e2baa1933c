"""Tickets live: places and keys of events, what the logs mean as columns, the outbox, files of events.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from bot.database import RowId, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OPEN_ITEM = sa.text("done_at IS NULL AND cancelled_at IS NULL AND dead_at IS NULL")
_DEAD_ITEM = sa.text("dead_at IS NOT NULL")
_OPEN = sa.text("status != 'SOLVED'")
_OURS = sa.text("status != 'SOLVED' AND reporter_waits_since IS NOT NULL")
_UNANSWERED = sa.text("status != 'SOLVED' AND first_answered_at IS NULL")


def upgrade() -> None:
    """Make the outbox, and teach tickets their new columns."""
    _make_outbox()
    _number_events()
    _add_meaning()
    _index_tickets()
    op.add_column("attachments", sa.Column("event_id", RowId, nullable=True))
    op.create_index("ix_attachments_event_id", "attachments", ["event_id"])


def _make_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(200), nullable=False, unique=True),
        sa.Column("group", sa.String(100)),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("locked_until", UtcDateTime),
        sa.Column("locked_by", sa.String(100)),
        sa.Column("error", sa.Text),
        sa.Column("done_at", UtcDateTime),
        sa.Column("cancelled_at", UtcDateTime),
        sa.Column("dead_at", UtcDateTime),
        sqlite_autoincrement=True,
    )
    _partial("ix_outbox_open", "outbox", ["due_at", "id"], _OPEN_ITEM)
    _partial("ix_outbox_open_group", "outbox", ["group"], _OPEN_ITEM)
    _partial("ix_outbox_dead", "outbox", ["dead_at"], _DEAD_ITEM)


def _number_events() -> None:
    op.add_column("ticket_events", sa.Column("seq", sa.Integer, nullable=True))
    op.add_column("ticket_events", sa.Column("key", sa.String(300), nullable=True))
    op.execute(
        "UPDATE ticket_events SET seq = (SELECT count(*) FROM ticket_events AS earlier "
        "WHERE earlier.ticket_number = ticket_events.ticket_number AND earlier.id <= ticket_events.id)"
    )
    with op.batch_alter_table("ticket_events") as table:
        table.alter_column("seq", existing_type=sa.Integer, nullable=False)
        table.create_unique_constraint("uq_ticket_events_ticket_number", ["ticket_number", "seq"])
        table.create_unique_constraint("uq_ticket_events_key", ["key"])


def _add_meaning() -> None:
    op.add_column("tickets", sa.Column("status", sa.String(30), nullable=False, server_default="QUEUED"))
    op.add_column("tickets", sa.Column("priority", sa.String(10), nullable=False, server_default="normal"))
    op.add_column("tickets", sa.Column("assignee", sa.String(100)))
    op.add_column("tickets", sa.Column("spam", sa.Boolean, nullable=False, server_default=sa.false()))
    for name in _MOMENTS:
        op.add_column("tickets", sa.Column(name, UtcDateTime))
    for name in ("followed_up_by", "merged_into"):
        op.add_column("tickets", sa.Column(name, RowId))
    # Before this version nothing but being opened could happen to a ticket.
    op.execute("UPDATE tickets SET updated_at = created_at, reporter_waits_since = created_at")


_MOMENTS = (
    "updated_at", "last_reply_at", "first_answered_at", "response_due", "reporter_waits_since", "waiting_since",
    "solved_at",
)  # fmt: skip


def _index_tickets() -> None:
    op.create_index("ix_tickets_updated", "tickets", ["updated_at", "number"])
    op.create_index("ix_tickets_status", "tickets", ["status", "updated_at", "number"])
    op.create_index("ix_tickets_solved", "tickets", ["solved_at", "number"])
    _partial("ix_tickets_assignee", "tickets", ["assignee", "updated_at", "number"], _OPEN)
    _partial("ix_tickets_ours", "tickets", ["reporter_waits_since", "number"], _OURS)
    _partial("ix_tickets_response_due", "tickets", ["response_due", "number"], _UNANSWERED)


def _partial(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Forget the outbox and the columns; the logs stay."""
    op.drop_index("ix_attachments_event_id", "attachments")
    op.drop_column("attachments", "event_id")
    for index in ("updated", "status", "solved", "assignee", "ours", "response_due"):
        op.drop_index(f"ix_tickets_{index}", "tickets")
    for name in (*_MOMENTS, "followed_up_by", "merged_into", "status", "priority", "assignee", "spam"):
        op.drop_column("tickets", name)
    with op.batch_alter_table("ticket_events") as table:
        table.drop_constraint("uq_ticket_events_ticket_number", type_="unique")
        table.drop_constraint("uq_ticket_events_key", type_="unique")
        table.drop_column("seq")
        table.drop_column("key")
    op.drop_table("outbox")
