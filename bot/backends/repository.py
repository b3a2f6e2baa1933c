"""All SQL of the requests that stand for our tickets at a desk elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, Column, ForeignKey, Index, Row, String, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.backends.port import NewRequest, RemoteStatus, RemoteTicket
from bot.database import RowId, UtcDateTime, metadata

remote_tickets: Final = Table(
    "remote_tickets",
    metadata,
    Column("ticket_number", RowId, ForeignKey("tickets.number"), primary_key=True, autoincrement=False),
    Column("remote_id", RowId, nullable=True, unique=True),
    Column("request", JSON(none_as_null=True), nullable=True),  # what may be on its way; forgotten with the answer
    Column("prepared_at", UtcDateTime, nullable=True),
    Column("status", String(10), nullable=False),
    Column("remote_updated_at", UtcDateTime, nullable=True),
    Column("look_at", UtcDateTime, nullable=True),
)
_WATCHED: Final = remote_tickets.c.look_at.is_not(None)
Index("ix_remote_tickets_look", remote_tickets.c.look_at, sqlite_where=_WATCHED, postgresql_where=_WATCHED)


@dataclass(frozen=True)
class Remote:
    """What we know of a request elsewhere."""

    number: int
    remote_id: int | None
    status: RemoteStatus
    request: NewRequest | None = None
    prepared_at: datetime | None = None
    updated_at: datetime | None = None


async def find(connection: AsyncConnection, number: int) -> Remote | None:
    """What stands for this ticket, or None."""
    statement = select(remote_tickets).where(remote_tickets.c.ticket_number == number)
    row = (await connection.execute(statement)).first()
    return _remote(row) if row else None


async def prepare(connection: AsyncConnection, number: int, request: NewRequest, *, at: datetime) -> None:
    """Keep what is about to be sent."""
    values = {"request": request.as_json(), "prepared_at": at}
    if await find(connection, number) is None:
        row = {"ticket_number": number, "status": RemoteStatus.NEW.value, **values}
        await connection.execute(insert(remote_tickets).values(**row))
    else:
        await connection.execute(_of(number).values(**values))


async def note_created(connection: AsyncConnection, number: int, remote_id: int, *, look_at: datetime) -> None:
    """Note the answer; what was sent is forgotten."""
    await connection.execute(_of(number).values(remote_id=remote_id, request=None, look_at=look_at))


async def due(connection: AsyncConnection, *, now: datetime, limit: int) -> list[Remote]:
    """The requests that are to be looked at, those that wait longest first."""
    watched = select(remote_tickets).where(_WATCHED, remote_tickets.c.look_at <= now)
    statement = watched.order_by(remote_tickets.c.look_at, remote_tickets.c.ticket_number).limit(limit)
    return [_remote(row) for row in await connection.execute(statement)]


async def note_status(connection: AsyncConnection, number: int, seen: RemoteTicket, look_at: datetime | None) -> None:
    """Note how a request stands, and when to look again."""
    values = {"status": seen.status.value, "remote_updated_at": seen.updated_at, "look_at": look_at}
    await connection.execute(_of(number).values(**values))


async def look_later(connection: AsyncConnection, numbers: Sequence[int], *, at: datetime) -> None:
    """Look at these at another time."""
    which = remote_tickets.c.ticket_number.in_(numbers)
    await connection.execute(update(remote_tickets).where(which).values(look_at=at))


async def look_now(connection: AsyncConnection, remote_id: int, *, at: datetime) -> bool:
    """Somebody says that this request changed. Says whether it is one of ours."""
    which = remote_tickets.c.remote_id == remote_id
    return (await connection.execute(update(remote_tickets).where(which).values(look_at=at))).rowcount == 1


def _of(number: int) -> Any:  # noqa: ANN401 - SQLAlchemy's Update is generic in nothing that is known here
    return update(remote_tickets).where(remote_tickets.c.ticket_number == number)


def _remote(row: Row[Any]) -> Remote:
    request = NewRequest.from_json(row.request) if row.request else None
    status = RemoteStatus(row.status)
    return Remote(row.ticket_number, row.remote_id, status, request, row.prepared_at, row.remote_updated_at)
