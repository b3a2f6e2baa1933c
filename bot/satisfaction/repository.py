"""All SQL of ratings."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, Text, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import RowId, UtcDateTime, metadata
from bot.satisfaction.models import Rating

ticket_ratings: Final = Table(
    "ticket_ratings",
    metadata,
    Column("ticket_number", RowId, ForeignKey("tickets.number"), primary_key=True, autoincrement=False),
    Column("good", Boolean, nullable=False),
    Column("comment", Text, nullable=False),
    Column("source", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)


async def save(
    connection: AsyncConnection, number: int, *, good: bool, comment: str | None, source: str, at: datetime
) -> None:
    """Store a ticket's rating, in the place of an earlier one. Without a comment, the earlier comment stays."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    values = {"good": good, "source": source, "at": at}
    changes = values | ({} if comment is None else {"comment": comment})
    statement = dialect.insert(ticket_ratings).values(ticket_number=number, comment=comment or "", **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["ticket_number"], set_=changes))


async def find(connection: AsyncConnection, number: int) -> Rating | None:
    """A ticket's rating, or None."""
    row = (await connection.execute(select(ticket_ratings).where(ticket_ratings.c.ticket_number == number))).first()
    return Rating(row.ticket_number, row.good, row.comment, row.source, row.at) if row else None
