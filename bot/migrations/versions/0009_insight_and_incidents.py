"""Daily figures, heartbeats, ratings of solved tickets, known incidents; and the days of what is counted by day.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from bot.database import RowId, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BY_TIME = (
    ("messages", "created_at"),
    ("conversation_events", "at"),
    ("tickets", "created_at"),
    ("tickets", "first_answered_at"),
    ("article_votes", "at"),
)


def upgrade() -> None:
    """Make the tables and indexes."""
    _count()
    _rate()
    _know_incidents()
    for table, column in _BY_TIME:
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index("ix_ticket_events_kind", "ticket_events", ["kind", "at"])


def _count() -> None:
    op.create_table(
        "heartbeats", sa.Column("name", sa.String(60), primary_key=True), sa.Column("at", UtcDateTime, nullable=False)
    )
    op.create_table(
        "insight_days",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("counted_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "insight_figures",
        sa.Column("figure", sa.String(30), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("subject", sa.String(60), primary_key=True),
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("program", sa.String(40), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_index("ix_insight_figures_day", "insight_figures", ["day"])


def _rate() -> None:
    op.create_table(
        "ticket_ratings",
        sa.Column("ticket_number", RowId, sa.ForeignKey("tickets.number"), primary_key=True, autoincrement=False),
        sa.Column("good", sa.Boolean, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_ticket_ratings_at", "ticket_ratings", ["at"])


def _know_incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("title", sa.String(150), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("program", sa.String(40), nullable=True),
        sa.Column("articles", sa.JSON, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.Column("began_at", UtcDateTime, nullable=False),
        sa.Column("noticed_at", UtcDateTime, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=True),
        sa.Column("opened_by", sa.String(100), nullable=True),
        sa.Column("ended_at", UtcDateTime, nullable=True),
        sa.Column("ended_by", sa.String(100), nullable=True),
        sa.Column("solution", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incidents_status", "incidents", ["status", "id"])
    op.create_table(
        "incident_tickets",
        sa.Column("incident_id", RowId, sa.ForeignKey("incidents.id"), primary_key=True),
        sa.Column("ticket_number", RowId, sa.ForeignKey("tickets.number"), primary_key=True),
        sa.Column("attached_at", UtcDateTime, nullable=False),
        sa.Column("detached_at", UtcDateTime, nullable=True),
    )
    op.create_index("ix_incident_tickets_ticket_number", "incident_tickets", ["ticket_number"])
    op.create_table(
        "incident_signals",
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("source", RowId, primary_key=True, autoincrement=False),
        sa.Column("article", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("hour", sa.Integer, nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=True),
        sa.Column("ticket_number", RowId, nullable=True),
    )
    op.create_index("ix_incident_signals_at", "incident_signals", ["at"])
    op.create_index("ix_incident_signals_hour", "incident_signals", ["hour", "article"])


def downgrade() -> None:
    """Drop them; talks and tickets stay."""
    op.drop_index("ix_ticket_events_kind", "ticket_events")
    for table, column in _BY_TIME:
        op.drop_index(f"ix_{table}_{column}", table)
    for table in (
        "incident_signals", "incident_tickets", "incidents", "ticket_ratings", "insight_figures", "insight_days",
        "heartbeats",
    ):  # fmt: skip
        op.drop_table(table)
