"""The first tables: talks, tickets, attachments, votes and views.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from bot.database import RowId, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_FIRST_TICKET = 10001  # five digits, as in the official guide's examples; a short number is guessed too easily


def upgrade() -> None:
    """Make the tables."""
    _make_conversations()
    _make_tickets()
    _make_articles()
    _number_tickets_from(_FIRST_TICKET)


def _make_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "messages",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("sender", sa.String(10), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("payload", sa.Text),
        sa.Column("articles", sa.JSON, nullable=False),
        sa.Column("buttons", sa.JSON, nullable=False),
        sa.Column("ticket", sa.JSON),
        sa.Column("attachments", sa.JSON, nullable=False),
        sa.Column("client_id", sa.String(100)),
        sa.Column("reply_to", RowId, sa.ForeignKey("messages.id"), index=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("conversation_id", "client_id"),
        sa.Index("ix_messages_conversation", "conversation_id", "id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "conversation_events",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("articles", sa.JSON, nullable=False),
        sa.Column("reason", sa.String(100)),
        sa.Column("ticket", RowId),
        sa.Index("ix_conversation_events_conversation", "conversation_id", "id"),
    )


def _make_tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("number", RowId, primary_key=True, autoincrement=True),
        sa.Column("email", sa.String(254), nullable=False, index=True),
        sa.Column("program", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(150), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), index=True),
        sa.Column("idempotency_key", sa.String(100), unique=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ticket_events",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("ticket_number", RowId, sa.ForeignKey("tickets.number"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Index("ix_ticket_events_ticket", "ticket_number", "id"),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, index=True),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", RowId, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("ticket_number", RowId, index=True),
    )


def _make_articles() -> None:
    op.create_table(
        "article_votes",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("article_id", sa.Integer, nullable=False, index=True),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "article_views",
        sa.Column("article_id", sa.Integer, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("views", sa.Integer, nullable=False),
    )


def _number_tickets_from(first: int) -> None:
    if op.get_bind().dialect.name == "sqlite":
        sequence = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))
        op.execute(sequence.insert().values(name="tickets", seq=first - 1))
    else:
        op.execute(f"ALTER SEQUENCE tickets_number_seq RESTART WITH {first}")


def downgrade() -> None:
    """Remove the tables."""
    for table in (
        "article_views",
        "article_votes",
        "attachments",
        "ticket_events",
        "tickets",
        "conversation_events",
        "messages",
        "conversations",
    ):
        op.drop_table(table)
