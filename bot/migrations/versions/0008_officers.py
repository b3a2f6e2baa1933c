"""Officers, their sessions, failed sign-ins and the audit log.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from bot.database import RowId, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _make_officers()
    _make_sessions()
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_sign_in_attempts_key", "sign_in_attempts", ["key", "at"])
    op.create_table(
        "audit_log",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
    )
    for columns in (["at", "id"], ["actor", "id"], ["action", "id"], ["subject", "id"]):
        op.create_index(f"ix_audit_log_{columns[0]}", "audit_log", columns)


def _make_officers() -> None:
    op.create_table(
        "officers",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(64), nullable=False, unique=True),
        sa.Column("display_name", sa.String(100), nullable=False),
        sa.Column("email", sa.String(254), nullable=True, unique=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=True),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("totp_secret", sa.String(64), nullable=True),
        sa.Column("totp_last_step", RowId, nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("disabled_at", UtcDateTime, nullable=True),
        sa.Column("last_sign_in_at", UtcDateTime, nullable=True),
    )
    op.create_table(
        "officer_recovery_codes",
        sa.Column("officer_id", RowId, sa.ForeignKey("officers.id"), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
    )


def _make_sessions() -> None:
    op.create_table(
        "officer_sessions",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("officer_id", RowId, sa.ForeignKey("officers.id"), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
    )
    op.create_index("ix_officer_sessions_officer", "officer_sessions", ["officer_id"])


def downgrade() -> None:
    """Drop them."""
    for table in ("audit_log", "sign_in_attempts", "officer_sessions", "officer_recovery_codes", "officers"):
        op.drop_table(table)
