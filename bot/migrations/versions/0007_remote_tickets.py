"""Requests that stand for our tickets at a desk elsewhere.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from bot.database import RowId, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "remote_tickets",
        sa.Column("ticket_number", RowId, sa.ForeignKey("tickets.number"), primary_key=True, autoincrement=False),
        sa.Column("remote_id", RowId, nullable=True, unique=True),
        sa.Column("request", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("prepared_at", UtcDateTime, nullable=True),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("remote_updated_at", UtcDateTime, nullable=True),
        sa.Column("look_at", UtcDateTime, nullable=True),
    )
    watched = sa.text("look_at IS NOT NULL")
    op.create_index(
        "ix_remote_tickets_look", "remote_tickets", ["look_at"], sqlite_where=watched, postgresql_where=watched
    )


def downgrade() -> None:
    """Drop it; the tickets stay."""
    op.drop_index("ix_remote_tickets_look", "remote_tickets")
    op.drop_table("remote_tickets")
