"""All SQL of attachments."""

from typing import Final

from sqlalchemy import Column, String, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.attachments.models import StoredFile
from bot.database import RowId, UtcDateTime, metadata

attachments: Final = Table(
    "attachments",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("media_type", String(100), nullable=False),
    Column("size", RowId, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ticket_number", RowId, nullable=True, index=True),
)


async def insert_file(connection: AsyncConnection, file: StoredFile, *, ticket_number: int | None = None) -> None:
    """Store what is known of a file."""
    values = {name: getattr(file, name) for name in ("id", "name", "sha256", "media_type", "size", "created_at")}
    await connection.execute(insert(attachments).values(**values, ticket_number=ticket_number))


async def files_of_ticket(connection: AsyncConnection, number: int) -> list[StoredFile]:
    """The files that came with a ticket, oldest first."""
    statement = (
        select(attachments)
        .where(attachments.c.ticket_number == number)
        .order_by(attachments.c.created_at, attachments.c.id)
    )
    return [
        StoredFile(row.id, row.name, row.sha256, row.media_type, row.size, row.created_at)
        for row in await connection.execute(statement)
    ]
