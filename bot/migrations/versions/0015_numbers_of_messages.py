"""The platform's number of what came in, so that a gap among them tells of a message whose sending has no known end.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("channel_inbox", sa.Column("sent_id", sa.String(40), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("channel_inbox", "sent_id")
