"""All SQL of articles that are edited: drafts, and every version that was published from the console."""

from typing import Final

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text

from bot.database import RowId, UtcDateTime, metadata

# One row for each number that was ever edited here; rows stay, so that no number is given twice.
article_drafts: Final = Table(
    "article_drafts",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("fields", JSON, nullable=False),
    Column("base", String(64), nullable=False),
    Column("origin", String(100), nullable=False),
    Column("officer", String(100), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

article_versions: Final = Table(
    "article_versions",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("officer", String(100), nullable=False),
    Column("note", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_article_versions_number", "number", "id"),
)
