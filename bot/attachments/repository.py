"""All SQL of attachments."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Column, Row, String, Table, and_, delete, insert, select
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
    Column("event_id", RowId, nullable=True, index=True),
)


async def insert_file(
    connection: AsyncConnection, file: StoredFile, *, ticket_number: int | None = None, event_id: int | None = None
) -> None:
    """Store what is known of a file; with the ticket, and the event of its log, that it came with."""
    values = {name: getattr(file, name) for name in ("id", "name", "sha256", "media_type", "size", "created_at")}
    await connection.execute(insert(attachments).values(**values, ticket_number=ticket_number, event_id=event_id))


async def delete_files(connection: AsyncConnection, file_ids: Sequence[str]) -> list[str]:
    """Forget files that belong to no ticket; returns the digests whose content nobody else has."""
    loose = and_(attachments.c.id.in_(file_ids), attachments.c.ticket_number.is_(None))
    gone = set((await connection.execute(delete(attachments).where(loose).returning(attachments.c.sha256))).scalars())
    left = select(attachments.c.sha256).where(attachments.c.sha256.in_(gone))
    return sorted(gone - set((await connection.execute(left)).scalars()))


async def files_of_ticket(connection: AsyncConnection, number: int) -> list[StoredFile]:
    """The files that came with a ticket, oldest first."""
    statement = (
        select(attachments)
        .where(attachments.c.ticket_number == number)
        .order_by(attachments.c.created_at, attachments.c.id)
    )
    return [_file(row) for row in await connection.execute(statement)]


async def files_of_event(connection: AsyncConnection, event_id: int) -> list[StoredFile]:
    """The files that came with one event of a ticket's log, oldest first."""
    statement = (
        select(attachments)
        .where(attachments.c.event_id == event_id)
        .order_by(attachments.c.created_at, attachments.c.id)
    )
    return [_file(row) for row in await connection.execute(statement)]


async def files_by_event(connection: AsyncConnection, number: int) -> dict[int, list[StoredFile]]:
    """The files that came with each event of a ticket's log, oldest first, by the event's id."""
    of_an_event = and_(attachments.c.ticket_number == number, attachments.c.event_id.is_not(None))
    statement = select(attachments).where(of_an_event).order_by(attachments.c.created_at, attachments.c.id)
    found: dict[int, list[StoredFile]] = {}
    for row in await connection.execute(statement):
        found.setdefault(row.event_id, []).append(_file(row))
    return found


async def find_file(connection: AsyncConnection, file_id: str) -> StoredFile | None:
    """The file with this id, or None."""
    row = (await connection.execute(select(attachments).where(attachments.c.id == file_id))).first()
    return _file(row) if row else None


def _file(row: Row[Any]) -> StoredFile:
    return StoredFile(row.id, row.name, row.sha256, row.media_type, row.size, row.created_at)
