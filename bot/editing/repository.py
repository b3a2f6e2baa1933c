"""All SQL of articles that are edited: drafts, and every version that was published from the console."""

from typing import Any, Final

from sqlalchemy import JSON, Column, Index, Integer, Row, String, Table, Text, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import RowId, UtcDateTime, metadata
from bot.editing.models import ArticleVersion, Draft, DraftState

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


async def find_draft(connection: AsyncConnection, number: int) -> Draft | None:
    """What was saved last of an article, or None."""
    row = (await connection.execute(select(article_drafts).where(article_drafts.c.number == number))).first()
    return _draft(row) if row else None


async def drafts_in(connection: AsyncConnection, state: DraftState) -> list[Draft]:
    """All drafts in a state, newest first."""
    drafts = article_drafts
    rows = await connection.execute(select(drafts).where(drafts.c.state == state.value).order_by(drafts.c.at.desc()))
    return [_draft(row) for row in rows]


async def save_draft(connection: AsyncConnection, draft: Draft) -> bool:
    """Store a draft as one version more than it has; False when another was stored meanwhile."""
    values = {
        "state": draft.state.value, "fields": dict(draft.fields), "base": draft.base, "origin": draft.origin,
        "officer": draft.officer, "at": draft.at, "version": draft.version + 1,
    }  # fmt: skip
    drafts = article_drafts
    if draft.version:
        same = (drafts.c.number == draft.number, drafts.c.version == draft.version)
        return bool((await connection.execute(update(drafts).where(*same).values(**values))).rowcount)
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(drafts).values(number=draft.number, **values).on_conflict_do_nothing()
    return bool((await connection.execute(statement)).rowcount)


async def highest_number(connection: AsyncConnection) -> int:
    """The highest number that was ever edited here; 0 for none."""
    drafts, versions = article_drafts, article_versions
    found = [(await connection.execute(select(func.max(t.c.number)))).scalar() for t in (drafts, versions)]
    return max(number or 0 for number in found)


async def insert_version(connection: AsyncConnection, **values: Any) -> None:  # noqa: ANN401 - columns of the table
    """Keep a text that was published."""
    await connection.execute(insert(article_versions).values(**values))


async def versions_of(connection: AsyncConnection, number: int) -> list[ArticleVersion]:
    """All kept texts of an article, newest first."""
    versions = article_versions
    rows = await connection.execute(select(versions).where(versions.c.number == number).order_by(versions.c.id.desc()))
    return [ArticleVersion(row.id, row.number, row.text, row.officer, row.note, row.at) for row in rows]


def _draft(row: Row[Any]) -> Draft:
    state = DraftState(row.state)
    return Draft(row.number, row.version, state, row.fields, row.base, row.origin, row.officer, row.at)
