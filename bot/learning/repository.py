"""All SQL of learning."""

from typing import Final

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from bot.database import RowId, UtcDateTime, metadata

# Lines are added; what an officer decided last about a question counts.
question_verdicts: Final = Table(
    "question_verdicts",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("question_id", RowId, ForeignKey("asked_questions.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("article", Integer, nullable=True),
    Column("text", Text, nullable=False),
    Column("officer", String(100), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_question_verdicts_question", "question_id", "id"),
    Index("ix_question_verdicts_officer", "officer", "id"),
)

review_leases: Final = Table(
    "review_leases",
    metadata,
    Column("conversation_id", String(32), ForeignKey("conversations.id"), primary_key=True),
    Column("officer", String(100), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

replays: Final = Table(
    "replays",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("about", String(200), nullable=False),
    Column("report", JSON, nullable=False),
    Column("refused", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
)
