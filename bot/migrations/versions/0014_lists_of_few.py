"""Lists that hold few of many tickets: spam, and one program or priority. They were looked for among all tickets.

The index on first answers loses the tickets that have none: SQLite, which keeps no statistics by itself, took it for
what waits for its first answer, and sorted all of that.

Revision ID: 0014
Revises: 0013
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_SPAM = {"sqlite": "spam = 1", "postgresql": "spam"}
_ANSWERED = dict.fromkeys(("sqlite", "postgresql"), "first_answered_at IS NOT NULL")
_FIRST = "ix_tickets_first_answered_at"


def upgrade() -> None:
    """Add the indexes in the order in which the lists are read."""
    op.create_index("ix_tickets_spam", "tickets", ["updated_at", "number"], **_where(_SPAM))
    op.create_index("ix_tickets_program", "tickets", ["program", "updated_at", "number"])
    op.create_index("ix_tickets_priority", "tickets", ["priority", "updated_at", "number"])
    op.drop_index(_FIRST, "tickets")
    op.create_index(_FIRST, "tickets", ["first_answered_at"], **_where(_ANSWERED))


def _where(conditions: dict[str, str]) -> dict[str, Any]:
    return {f"{dialect}_where": sa.text(condition) for dialect, condition in conditions.items()}


def downgrade() -> None:
    """Drop them, and index all again."""
    op.drop_index(_FIRST, "tickets")
    op.create_index(_FIRST, "tickets", ["first_answered_at"])
    for name in ("spam", "program", "priority"):
        op.drop_index(f"ix_tickets_{name}", "tickets")
