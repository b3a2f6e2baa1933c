"""Channels and people: inbox and outbox of the messengers, their people, proved identities, codes.

Revision ID: 0005
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from bot.database import RowId, UtcDateTime

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

_OPEN = sa.text("done_at IS NULL")


def upgrade() -> None:
    """Make the tables."""
    _make_queue("channel_inbox")
    _make_queue(
        "channel_outbox",
        sa.Column("sent_id", sa.String(200)),
        sa.Column("receipt", sa.String(20)),
        sa.Column("tapped_choice", sa.Integer),
        sa.Column("tapped_at", UtcDateTime),
    )
    op.create_index("ix_channel_outbox_sent", "channel_outbox", ["channel", "sent_id"])
    _make_channel_people()
    _make_people()
    _make_codes()


def _make_queue(name: str, *more: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("position", RowId, nullable=False),
        sa.Column("body", sa.JSON),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("locked_by", sa.String(100)),
        sa.Column("locked_until", UtcDateTime),
        sa.Column("done_at", UtcDateTime),
        sa.Column("outcome", sa.String(20)),
        sa.Column("error", sa.Text),
        *more,
        sa.UniqueConstraint("channel", "key", name=f"uq_{name}_key"),
        sqlite_autoincrement=True,
    )
    order = ["channel", "person", "position", "id"]
    op.create_index(f"ix_{name}_open", name, order, sqlite_where=_OPEN, postgresql_where=_OPEN)


def _make_channel_people() -> None:
    op.create_table(
        "channel_people",
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("person", sa.String(64), primary_key=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False, index=True),
        sa.Column("last_inbound_at", UtcDateTime),
        sa.Column("left_at", UtcDateTime),
    )
    op.create_table(
        "channel_usage",
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("sent", sa.Integer, nullable=False),
    )


def _make_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "identities",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("value", sa.String(254), nullable=False),
        sa.Column("confirmed_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("kind", "value"),
    )


def _make_codes() -> None:
    op.create_table(
        "person_codes",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, index=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime),
        sa.Column("failures", sa.Integer, nullable=False),
    )
    op.create_index("ix_person_codes_conversation", "person_codes", ["conversation_id", "purpose"])
    op.create_index("ix_person_codes_email", "person_codes", ["email"])


def downgrade() -> None:
    """Remove the tables."""
    for table in (
        "person_codes",
        "identities",
        "people",
        "channel_usage",
        "channel_people",
        "channel_outbox",
        "channel_inbox",
    ):
        op.drop_table(table)
