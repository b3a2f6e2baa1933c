"""Visitors: whom an embedding site knows and has signed for.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "visitors",
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("user_id", sa.String(100), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
    )


def downgrade() -> None:
    """Drop it; the talks stay."""
    op.drop_table("visitors")
