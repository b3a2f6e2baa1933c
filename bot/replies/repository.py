"""All SQL of canned replies."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Row, String, Table, Text, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import RowId, UtcDateTime, metadata
from bot.replies.models import CannedReply

canned_replies: Final = Table(
    "canned_replies",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("owner", String(100), nullable=True, index=True),
    Column("title", String(80), nullable=False),
    Column("text", Text, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("updated_by", String(100), nullable=False),
    sqlite_autoincrement=True,
)


async def replies_for(connection: AsyncConnection, officer: str) -> list[CannedReply]:
    """What an officer may use: everybody's and their own, by title."""
    usable = or_(canned_replies.c.owner.is_(None), canned_replies.c.owner == officer)
    statement = select(canned_replies).where(usable).order_by(canned_replies.c.title, canned_replies.c.id)
    return [_reply(row) for row in await connection.execute(statement)]


async def find_reply(connection: AsyncConnection, reply_id: int) -> CannedReply | None:
    """One canned reply, or None."""
    row = (await connection.execute(select(canned_replies).where(canned_replies.c.id == reply_id))).first()
    return _reply(row) if row else None


async def insert_reply(
    connection: AsyncConnection, *, owner: str | None, title: str, text: str, by: str, at: datetime
) -> int:
    """Store a new one; returns its id."""
    values = {"owner": owner, "title": title, "text": text, "updated_by": by, "updated_at": at}
    statement = insert(canned_replies).values(**values).returning(canned_replies.c.id)
    return int((await connection.execute(statement)).scalar_one())


async def update_reply(
    connection: AsyncConnection, reply_id: int, *, title: str, text: str, by: str, at: datetime
) -> None:
    """Change one."""
    values = {"title": title, "text": text, "updated_by": by, "updated_at": at}
    await connection.execute(update(canned_replies).where(canned_replies.c.id == reply_id).values(**values))


async def delete_reply(connection: AsyncConnection, reply_id: int) -> None:
    """Remove one."""
    await connection.execute(delete(canned_replies).where(canned_replies.c.id == reply_id))


def _reply(row: Row[Any]) -> CannedReply:
    return CannedReply(row.id, row.owner, row.title, row.text, row.updated_at, row.updated_by)
