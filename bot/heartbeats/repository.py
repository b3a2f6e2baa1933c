"""All SQL of heartbeats."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, String, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import UtcDateTime, metadata

heartbeats: Final = Table(
    "heartbeats",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)


async def beat(connection: AsyncConnection, name: str, *, at: datetime) -> None:
    """Note that `name` was alive at a moment."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(heartbeats).values(name=name, at=at)
    await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": at}))


async def last_beat(connection: AsyncConnection, name: str) -> datetime | None:
    """When `name` was last seen alive; None for never."""
    found = await connection.execute(select(heartbeats.c.at).where(heartbeats.c.name == name))
    moment: datetime | None = found.scalar_one_or_none()
    return moment
