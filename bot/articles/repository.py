"""All SQL of articles: votes and views. The articles themselves are files."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import Boolean, Column, Date, Integer, String, Table, Text, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import RowId, UtcDateTime, metadata

article_votes: Final = Table(
    "article_votes",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("article_id", Integer, nullable=False, index=True),
    Column("helpful", Boolean, nullable=False),
    Column("reason", Text, nullable=True),
    Column("visitor", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

article_views: Final = Table(
    "article_views",
    metadata,
    Column("article_id", Integer, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("views", Integer, nullable=False),
)


async def save_vote(
    connection: AsyncConnection, article_id: int, *, helpful: bool, reason: str | None, visitor: str, at: datetime
) -> None:
    """Store a visitor's vote; a second one by the same visitor replaces the first."""
    values = {"helpful": helpful, "reason": reason, "at": at}
    same = (article_votes.c.article_id == article_id) & (article_votes.c.visitor == visitor)
    changed = await connection.execute(update(article_votes).where(same).values(**values))
    if changed.rowcount == 0:
        await connection.execute(insert(article_votes).values(article_id=article_id, visitor=visitor, **values))


async def votes_by_article(connection: AsyncConnection) -> dict[int, tuple[int, int]]:
    """How many found each article helpful, and how many not."""
    votes = article_votes
    statement = select(votes.c.article_id, votes.c.helpful, func.count().label("given"))
    rows = await connection.execute(statement.group_by(votes.c.article_id, votes.c.helpful))
    found: dict[int, tuple[int, int]] = {}
    for row in rows:
        helpful, unhelpful = found.get(row.article_id, (0, 0))
        found[row.article_id] = (row.given, unhelpful) if row.helpful else (helpful, row.given)
    return found


async def add_view(connection: AsyncConnection, article_id: int, day: date) -> None:
    """Count one more reading of an article on `day`."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(article_views).values(article_id=article_id, day=day, views=1)
    keys = [article_views.c.article_id, article_views.c.day]
    await connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_={"views": article_views.c.views + 1})
    )


async def most_read(connection: AsyncConnection, *, since: date, limit: int) -> list[int]:
    """The ids of the articles that were read most since a day, most read first."""
    statement = (
        select(article_views.c.article_id)
        .where(article_views.c.day >= since)
        .group_by(article_views.c.article_id)
        .order_by(func.sum(article_views.c.views).desc(), article_views.c.article_id)
        .limit(limit)
    )
    return list((await connection.execute(statement)).scalars())
