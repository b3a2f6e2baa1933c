"""When the attempt at a row began whose end is not known: what it handed over has a number above all known until then.

Of a row that had waited, the moment at which it was written told too little: too many numbers were given out since.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_MOMENTS = {"channel_inbox": "created_at", "channel_outbox": "done_at"}


def upgrade() -> None:
    """Add the column, and indexes on when numbers became known; what is half done now began when it was written."""
    known = sa.text("sent_id IS NOT NULL")
    for table, moment in _MOMENTS.items():
        op.add_column(table, sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
        op.execute(f"UPDATE {table} SET begun_at = created_at WHERE done_at IS NULL AND attempts > 0")  # noqa: S608
        op.create_index(f"ix_{table}_known", table, ["channel", moment], sqlite_where=known, postgresql_where=known)


def downgrade() -> None:
    """Drop them."""
    for table in _MOMENTS:
        op.drop_index(f"ix_{table}_known", table)
        op.drop_column(table, "begun_at")
