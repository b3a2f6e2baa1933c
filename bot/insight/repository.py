"""All SQL of the figures: what a day is counted from, the daily figures, and what is read of them."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    Select,
    String,
    Table,
    and_,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.articles.repository import article_views
from bot.channels.repository import channel_usage
from bot.database import UtcDateTime, metadata
from bot.insight.models import Counted, Figure, Key, Period, Scope
from bot.insight.rules import bounds
from bot.learning.models import VerdictKind
from bot.learning.repository import question_verdicts

# One row says: on this day, `count` of `figure` about `subject`, on this channel, for this program ('' where a figure
# knows none). The figure stands first, so that one of them over a year is one stretch of the index.
insight_figures: Final = Table(
    "insight_figures",
    metadata,
    Column("figure", String(30), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("subject", String(60), primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("program", String(40), primary_key=True),
    Column("count", Integer, nullable=False),
    Index("ix_insight_figures_day", "day"),
)

insight_days: Final = Table(
    "insight_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("counted_at", UtcDateTime, nullable=False),
)


async def store_day(connection: AsyncConnection, day: date, counts: dict[Key, int], *, at: datetime) -> None:
    """Put a day's figures in the place of those that were counted before."""
    await connection.execute(delete(insight_figures).where(insight_figures.c.day == day))
    rows = [
        {"figure": figure.value, "day": day, "subject": subject, "channel": channel, "program": program, "count": count}
        for (figure, subject, channel, program), count in counts.items()
        if count
    ]
    if rows:
        await connection.execute(insert(insight_figures), rows)
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    noted = dialect.insert(insight_days).values(day=day, counted_at=at)
    await connection.execute(noted.on_conflict_do_update(index_elements=["day"], set_={"counted_at": at}))


async def counted_days(connection: AsyncConnection, *, since: date = date.min) -> dict[date, datetime]:
    """When each day was counted last."""
    rows = await connection.execute(select(insight_days).where(insight_days.c.day >= since))
    return {row.day: row.counted_at for row in rows}


async def totals(
    connection: AsyncConnection, period: Period, scope: Scope, figures: Collection[Figure]
) -> list[Counted]:
    """The figures of a period, added up by subject."""
    columns = (insight_figures.c.figure, insight_figures.c.subject)
    statement = _narrowed(select(*columns, func.sum(insight_figures.c.count).label("n")), period, scope, figures)
    rows = await connection.execute(statement.group_by(*columns))
    return [Counted(Figure(row.figure), row.subject, int(row.n)) for row in rows]


async def by_day(
    connection: AsyncConnection, period: Period, scope: Scope, figures: Collection[Figure]
) -> list[Counted]:
    """The figures of a period, by day and subject."""
    columns = (insight_figures.c.figure, insight_figures.c.subject, insight_figures.c.day)
    statement = _narrowed(select(*columns, func.sum(insight_figures.c.count).label("n")), period, scope, figures)
    rows = await connection.execute(statement.group_by(*columns))
    return [Counted(Figure(row.figure), row.subject, int(row.n), row.day) for row in rows]


Part = tuple[str, Counted]  # the channel or program, and a figure of it


async def split(connection: AsyncConnection, period: Period, figures: Collection[Figure], by: str) -> list[Part]:
    """The figures of a period, added up by `channel` or `program` and subject."""
    columns = (insight_figures.c[by].label("part"), insight_figures.c.figure, insight_figures.c.subject)
    statement = select(*columns, func.sum(insight_figures.c.count).label("n"))
    statement = _narrowed(statement, period, Scope(), figures).group_by(*columns)
    rows = await connection.execute(statement)
    return [(row.part, Counted(Figure(row.figure), row.subject, int(row.n))) for row in rows]


def _narrowed(statement: Select[Any], period: Period, scope: Scope, figures: Collection[Figure]) -> Select[Any]:
    wanted: list[ColumnElement[bool]] = [
        insight_figures.c.figure.in_([figure.value for figure in figures]),
        insight_figures.c.day.between(period.first, period.last),
    ]
    if scope.channel:
        wanted.append(insight_figures.c.channel == scope.channel)
    if scope.program:
        wanted.append(insight_figures.c.program == scope.program)
    return statement.where(and_(*wanted))


async def views(connection: AsyncConnection, period: Period) -> dict[int, int]:
    """How often each article's page was read."""
    statement = select(article_views.c.article_id, func.sum(article_views.c.views).label("n"))
    statement = statement.where(article_views.c.day.between(period.first, period.last))
    rows = await connection.execute(statement.group_by(article_views.c.article_id))
    return {row.article_id: int(row.n) for row in rows}


async def reviews(connection: AsyncConnection, period: Period) -> dict[int, int]:
    """For how many questions officers decided that an article is the right one."""
    lines = question_verdicts
    first, behind = bounds(period.first)[0], bounds(period.last)[1]
    mine = (lines.c.kind == VerdictKind.ARTICLE.value, lines.c.at >= first, lines.c.at < behind)
    statement = select(lines.c.article, func.count(lines.c.question_id.distinct()).label("n")).where(*mine)
    return {row.article: row.n for row in await connection.execute(statement.group_by(lines.c.article))}


async def usage_by_month(connection: AsyncConnection, channel: str, *, limit: int) -> list[tuple[str, int]]:
    """How many messages were counted against the budget of a channel in each of the last months, oldest first."""
    mine = select(channel_usage.c.month, channel_usage.c.sent).where(channel_usage.c.channel == channel)
    rows = await connection.execute(mine.order_by(channel_usage.c.month.desc()).limit(limit))
    return [(row.month, int(row.sent)) for row in rows][::-1]
