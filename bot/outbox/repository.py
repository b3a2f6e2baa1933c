"""All SQL of the outbox."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import RowId, UtcDateTime, metadata
from bot.outbox.models import NewItem, OutboxHealth, OutboxItem

outbox: Final = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("kind", String(40), nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    Column("group", String(100), nullable=True),
    Column("payload", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("locked_until", UtcDateTime, nullable=True),
    Column("locked_by", String(100), nullable=True),
    Column("error", Text, nullable=True),
    Column("done_at", UtcDateTime, nullable=True),
    Column("cancelled_at", UtcDateTime, nullable=True),
    Column("dead_at", UtcDateTime, nullable=True),
    sqlite_autoincrement=True,
)
_OPEN: Final = and_(outbox.c.done_at.is_(None), outbox.c.cancelled_at.is_(None), outbox.c.dead_at.is_(None))
_DEAD: Final = outbox.c.dead_at.is_not(None)
# Partial indexes: what is done stays in the table for a while, but costs the worker's question nothing.
Index("ix_outbox_open", outbox.c.due_at, outbox.c.id, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_outbox_open_group", outbox.c.group, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_outbox_dead", outbox.c.dead_at, sqlite_where=_DEAD, postgresql_where=_DEAD)


async def enqueue(connection: AsyncConnection, items: Sequence[NewItem], *, at: datetime) -> None:
    """Write errands down; one whose key was ever written before is left as it is."""
    if not items:
        return
    rows = [
        {"kind": item.kind, "key": item.key, "group": item.group, "payload": dict(item.payload), "created_at": at,
         "due_at": item.due_at, "attempts": 0}
        for item in items
    ]  # fmt: skip
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    await connection.execute(dialect.insert(outbox).values(rows).on_conflict_do_nothing(index_elements=["key"]))


async def enqueue_for_ever(connection: AsyncConnection, kinds: Sequence[str], *, at: datetime) -> None:
    """Write down errands that never end, one of each kind; one that had become a dead letter lives again."""
    await enqueue(connection, [NewItem(kind, kind, at) for kind in kinds], at=at)
    dead = and_(outbox.c.key.in_(kinds), _DEAD)
    await connection.execute(update(outbox).where(dead).values(dead_at=None, due_at=at, attempts=0))


async def cancel(connection: AsyncConnection, group: str, *, at: datetime) -> None:
    """Cancel what is still open of a group."""
    await connection.execute(update(outbox).where(_OPEN, outbox.c.group == group).values(cancelled_at=at))


async def withdraw(
    connection: AsyncConnection, keys: Collection[str], *, group: str, event: int | None, at: datetime
) -> bool:
    """Cancel the errands with these keys and those of the group that name this event, if no worker has begun one.

    Says whether that was so; otherwise nothing is cancelled. The rows are held: a worker that was about to take one
    skips it, and one that has taken it is seen.
    """
    concerned = or_(outbox.c.key.in_(keys), and_(_OPEN, outbox.c.group == group))
    rows = (await connection.execute(select(outbox).where(concerned).with_for_update())).all()
    told = [row for row in rows if row.key in keys or row.payload.get("event") == event]
    if any(row.attempts for row in told):
        return False
    ids = [row.id for row in told]
    await connection.execute(update(outbox).where(_OPEN, outbox.c.id.in_(ids)).values(cancelled_at=at))
    return True


async def take(
    connection: AsyncConnection, kinds: Collection[str], *, worker: str, now: datetime, until: datetime, limit: int
) -> list[OutboxItem]:
    """Lock at most `limit` due errands for `worker` and count the attempt.

    An errand whose lock ran out is taken again. PostgreSQL skips rows that another worker is just taking; on SQLite the
    write transaction (BEGIN IMMEDIATE) lets one worker in at a time, and the compiler leaves FOR UPDATE away.
    """
    free = or_(outbox.c.locked_until.is_(None), outbox.c.locked_until <= now)
    due = (
        select(outbox.c.id)
        .where(_OPEN, outbox.c.due_at <= now, outbox.c.kind.in_(kinds), free)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(outbox)
        .where(outbox.c.id.in_(due.scalar_subquery()))
        .values(locked_by=worker, locked_until=until, attempts=outbox.c.attempts + 1)
        .returning(outbox)
    )
    taken = [_item(row) for row in await connection.execute(statement)]
    return sorted(taken, key=lambda item: (item.due_at, item.id))


def _held(item: OutboxItem) -> ColumnElement[bool]:
    return and_(outbox.c.id == item.id, outbox.c.locked_by == item.locked_by, outbox.c.attempts == item.attempts)


async def finish(connection: AsyncConnection, item: OutboxItem, *, at: datetime) -> None:
    """Note that an errand is done, unless its lock was lost to another worker."""
    values = {"done_at": at, "locked_by": None, "locked_until": None, "error": None}
    await connection.execute(update(outbox).where(_held(item)).values(**values))


async def postpone(
    connection: AsyncConnection, item: OutboxItem, *, due_at: datetime, error: str | None = None, attempts: int
) -> None:
    """Give an errand back for later."""
    values = {"due_at": due_at, "locked_by": None, "locked_until": None, "error": error, "attempts": attempts}
    await connection.execute(update(outbox).where(_held(item)).values(**values))


async def bury(connection: AsyncConnection, item: OutboxItem, *, at: datetime, error: str) -> None:
    """Give an errand up: it becomes a dead letter that somebody has to look at."""
    values = {"dead_at": at, "locked_by": None, "locked_until": None, "error": error}
    await connection.execute(update(outbox).where(_held(item)).values(**values))


async def revive(connection: AsyncConnection, item_id: int, *, at: datetime) -> bool:
    """Try a dead letter again from the beginning. Says whether there was one."""
    values = {"dead_at": None, "due_at": at, "attempts": 0}
    done = await connection.execute(update(outbox).where(outbox.c.id == item_id, _DEAD).values(**values))
    return done.rowcount == 1


async def dead_letters(connection: AsyncConnection, limit: int = 100) -> list[OutboxItem]:
    """What was given up, newest first."""
    statement = select(outbox).where(_DEAD).order_by(outbox.c.dead_at.desc(), outbox.c.id.desc()).limit(limit)
    return [_item(row) for row in await connection.execute(statement)]


async def health(connection: AsyncConnection, *, now: datetime) -> OutboxHealth:
    """How the outbox stands."""
    overdue = func.count().filter(outbox.c.due_at <= now)
    row = (await connection.execute(select(func.count(), overdue, func.min(outbox.c.due_at)).where(_OPEN))).one()
    dead = (await connection.execute(select(func.count()).where(_DEAD))).scalar_one()
    return OutboxHealth(waiting=row[0], overdue=row[1], dead=dead, oldest_due_at=row[2])


async def purge(connection: AsyncConnection, *, before: datetime) -> int:
    """Forget what was done or cancelled before a moment. Returns how many errands that were."""
    old = or_(outbox.c.done_at < before, outbox.c.cancelled_at < before)
    return (await connection.execute(delete(outbox).where(old))).rowcount


def _item(row: Row[Any]) -> OutboxItem:
    found = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row by column
    fields = ("id", "kind", "key", "due_at", "payload", "attempts", "group", "error", "locked_by", "dead_at")
    return OutboxItem(**{name: found[name] for name in fields})
