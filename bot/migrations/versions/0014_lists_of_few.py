"""Lists that hold few of many tickets: spam, and one program or priority. They were looked for among all tickets.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_SPAM = {"sqlite": "spam = 1", "postgresql": "spam"}


def upgrade() -> None:
    """Add the indexes in the order in which the lists are read."""
    condition = {f"{dialect}_where": sa.text(where) for dialect, where in _SPAM.items()}
    op.create_index("ix_tickets_spam", "tickets", ["updated_at", "number"], **condition)
    op.create_index("ix_tickets_program", "tickets", ["program", "updated_at", "number"])
    op.create_index("ix_tickets_priority", "tickets", ["priority", "updated_at", "number"])


def downgrade() -> None:
    """Drop them."""
    for name in ("spam", "program", "priority"):
        op.drop_index(f"ix_tickets_{name}", "tickets")
