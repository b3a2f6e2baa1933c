"""All SQL of presence. In the database, because two officers may be served by two processes."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, String, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import RowId, UtcDateTime, metadata

ticket_presence: Final = Table(
    "ticket_presence",
    metadata,
    Column("ticket_number", RowId, primary_key=True, autoincrement=False),
    Column("officer", String(100), primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)


async def announce(connection: AsyncConnection, number: int, officer: str, *, until: datetime) -> None:
    """Write down that an officer has a ticket open."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(ticket_presence).values(ticket_number=number, officer=officer, until=until)
    keys = ["ticket_number", "officer"]
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={"until": until}))


async def present(connection: AsyncConnection, number: int, *, now: datetime) -> list[str]:
    """Who has a ticket open, by name."""
    here = (ticket_presence.c.ticket_number == number, ticket_presence.c.until > now)
    statement = select(ticket_presence.c.officer).where(*here).order_by(ticket_presence.c.officer)
    return list((await connection.execute(statement)).scalars())


async def forget(connection: AsyncConnection, *, before: datetime) -> None:
    """Remove what ran out."""
    await connection.execute(delete(ticket_presence).where(ticket_presence.c.until <= before))
