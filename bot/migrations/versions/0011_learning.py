"""Questions as they were ranked, officers' verdicts on them, replays, and articles that are edited in the console.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from bot.database import RowId, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "asked_questions",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("message_id", RowId, sa.ForeignKey("messages.id"), nullable=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("decision", sa.String(10), nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("ranked", sa.JSON, nullable=False),
    )
    op.create_index("ix_asked_questions_conversation", "asked_questions", ["conversation_id", "id"])
    op.create_index("ix_asked_questions_at", "asked_questions", ["at"])
    _make_reviews()
    _make_articles()


def _make_reviews() -> None:
    op.create_table(
        "question_verdicts",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("question_id", RowId, sa.ForeignKey("asked_questions.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("article", sa.Integer, nullable=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("officer", sa.String(100), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_question_verdicts_question", "question_verdicts", ["question_id", "id"])
    op.create_index("ix_question_verdicts_officer", "question_verdicts", ["officer", "id"])
    op.create_table(
        "review_leases",
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("officer", sa.String(100), nullable=False),
        sa.Column("until", UtcDateTime, nullable=False),
    )
    op.create_table(
        "replays",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("about", sa.String(200), nullable=False),
        sa.Column("report", sa.JSON, nullable=False),
        sa.Column("refused", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )


def _make_articles() -> None:
    op.create_table(
        "article_drafts",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("base", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(100), nullable=False),
        sa.Column("officer", sa.String(100), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "article_versions",
        sa.Column("id", RowId, primary_key=True, autoincrement=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("officer", sa.String(100), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_article_versions_number", "article_versions", ["number", "id"])


def downgrade() -> None:
    """Drop them; what officers decided is lost."""
    for table in ("article_versions", "article_drafts", "replays", "review_leases", "question_verdicts"):
        op.drop_table(table)
    op.drop_table("asked_questions")
