"""People of WhatsApp without a telephone number: longer ids, and the id beside the number.

A business-scoped user id has two letters, a dot and up to 128 characters, "ENT." before them for linked businesses
(Cloud API, "Business-scoped user IDs").

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_LONG = sa.String(140)
_TABLES = ("channel_people", "channel_inbox", "channel_outbox")


def upgrade() -> None:
    """Widen the columns, where the database heeds their length, and add one."""
    if op.get_bind().dialect.name != "sqlite":
        for table in _TABLES:
            op.alter_column(table, "person", type_=_LONG)
    op.add_column("channel_people", sa.Column("alias", _LONG, nullable=True))
    op.create_index("ix_channel_people_alias", "channel_people", ["alias"])


def downgrade() -> None:
    """Drop the column; longer ids stay."""
    op.drop_index("ix_channel_people_alias", "channel_people")
    op.drop_column("channel_people", "alias")
