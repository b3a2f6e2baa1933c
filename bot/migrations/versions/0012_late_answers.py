"""Which messages that a killed process left open were taken up, so that each is answered once.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from bot.database import RowId, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "late_answers",
        sa.Column("message_id", RowId, sa.ForeignKey("messages.id"), primary_key=True, autoincrement=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("late_answers")
