"""Two queues of one form, the inbox and the outbox: what is open is worked in order per person, by whoever is alive.

The outbox of bot/outbox takes what is due in any order, four at once; here a person's second message must wait for the
first, while other people's go on.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final, cast

from sqlalchemy import (
    JSON,
    BindParameter,
    Column,
    ColumnElement,
    CursorResult,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    Update,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from bot.channels.models import QueueItem
from bot.database import RowId, UtcDateTime, metadata

# WhatsApp's longest id of a person without a number has 135 characters. SQLite heeds no length, so its columns, made
# shorter, need not be made anew.
PersonId: Final = String(140).with_variant(String(64), "sqlite")

_NOW: Final = bindparam("now", type_=UtcDateTime)
_AMONG: Final[BindParameter[str]] = bindparam("among", expanding=True)


def _queue_columns() -> list[Column[Any]]:
    return [
        Column("id", RowId, primary_key=True, autoincrement=True),
        Column("channel", String(20), nullable=False),
        Column("key", String(100), nullable=False),
        Column("person", PersonId, nullable=False),
        Column("position", RowId, nullable=False),
        Column("body", JSON, nullable=True),
        Column("created_at", UtcDateTime, nullable=False),
        Column("due_at", UtcDateTime, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("begun_at", UtcDateTime, nullable=True),
        Column("locked_by", String(100), nullable=True),
        Column("locked_until", UtcDateTime, nullable=True),
        Column("done_at", UtcDateTime, nullable=True),
        Column("outcome", String(20), nullable=True),
        Column("error", Text, nullable=True),
    ]


channel_inbox: Final = Table(
    "channel_inbox",
    metadata,
    *_queue_columns(),
    Column("sent_id", String(40), nullable=True),
    UniqueConstraint("channel", "key", name="uq_channel_inbox_key"),
    sqlite_autoincrement=True,
)

channel_outbox: Final = Table(
    "channel_outbox",
    metadata,
    *_queue_columns(),
    Column("sent_id", String(200), nullable=True),
    Column("receipt", String(20), nullable=True),
    Column("tapped_choice", Integer, nullable=True),
    Column("tapped_at", UtcDateTime, nullable=True),
    UniqueConstraint("channel", "key", name="uq_channel_outbox_key"),
    sqlite_autoincrement=True,
)
Index("ix_channel_outbox_sent", channel_outbox.c.channel, channel_outbox.c.sent_id)
# When each of the platform's numbers became known.
for _table, _moment in ((channel_inbox, channel_inbox.c.created_at), (channel_outbox, channel_outbox.c.done_at)):
    _known = _table.c.sent_id.is_not(None)
    Index(f"ix_{_table.name}_known", _table.c.channel, _moment, sqlite_where=_known, postgresql_where=_known)
# Partial: what is done stays for a while, so that a repetition is known, but costs the worker's question nothing.
for _table in (channel_inbox, channel_outbox):
    _open = _table.c.done_at.is_(None)
    _order = (_table.c.channel, _table.c.person, _table.c.position, _table.c.id)
    Index(f"ix_{_table.name}_open", *_order, sqlite_where=_open, postgresql_where=_open)


# Statements are made once for each queue: to build and to recognise `take` cost SQLAlchemy five times what SQLite needs
# to execute it.


async def take(
    connection: AsyncConnection,
    queue: Table,
    channels: Collection[str],
    *,
    worker: str,
    now: datetime,
    until: datetime,
    limit: int,
    besides: Collection[int] = (),
) -> list[QueueItem]:
    """Lock the first open row of at most `limit` people, where it is due and nobody else holds it; none of `besides`.

    Two workers that choose the same row at one moment: PostgreSQL lets the second one wait and then finds `free` no
    longer true; SQLite's write transaction lets one in at a time.
    """
    given = {"worker": worker, "now": now, "until": until, "most": limit, "among": [*channels], "besides": [*besides]}
    return [_item(row, now) for row in await connection.execute(_taking(queue), given)]


@cache
def _taking(queue: Table) -> ReturningUpdate[Any]:
    heads = _heads(queue).where(queue.c.id.not_in(bindparam("besides", expanding=True))).limit(bindparam("most"))
    return (
        update(queue)
        .where(queue.c.id.in_(heads.scalar_subquery()), queue.c.done_at.is_(None), _free(queue))
        .values(
            locked_by=bindparam("worker"),
            locked_until=bindparam("until"),
            attempts=queue.c.attempts + 1,
            begun_at=func.coalesce(queue.c.begun_at, _NOW),
        )
        .returning(queue)
    )


def _heads(queue: Table) -> Select[tuple[int]]:
    """Everybody's first open row, where it is due and free, the longest due first.

    People are listed from the partial index alone, and only their first rows are looked at: with 8,000 open rows this
    takes 0.7 ms in SQLite, where asking of each row whether an earlier one is open took 40.
    """
    rows = queue.alias("rows")
    waiting = and_(rows.c.done_at.is_(None), rows.c.channel.in_(_AMONG))
    people = select(rows.c.channel, rows.c.person).where(waiting).distinct().subquery("people")
    own = queue.alias("own")
    theirs = and_(own.c.channel == people.c.channel, own.c.person == people.c.person, own.c.done_at.is_(None))
    first = select(own.c.id).where(theirs).order_by(own.c.position, own.c.id).limit(1).scalar_subquery()
    heads = select(queue.c.id).select_from(people).join(queue, queue.c.id == first)
    return heads.where(queue.c.due_at <= _NOW, _free(queue)).order_by(queue.c.due_at, queue.c.id)


async def has_due(connection: AsyncConnection, queue: Table, channels: Collection[str], *, now: datetime) -> bool:
    """Whether anything may be due; a question that takes no write lock, for the many times when nothing is."""
    given = {"now": now, "among": [*channels]}
    return (await connection.execute(_asking(queue), given)).first() is not None


@cache
def _asking(queue: Table) -> Select[tuple[int]]:
    ready = and_(queue.c.done_at.is_(None), queue.c.due_at <= _NOW, queue.c.channel.in_(_AMONG), _free(queue))
    return select(queue.c.id).where(ready).limit(1)


def _free(queue: Table) -> ColumnElement[bool]:
    return or_(queue.c.locked_until.is_(None), queue.c.locked_until <= _NOW)


async def renew(connection: AsyncConnection, queue: Table, *, worker: str, until: datetime) -> None:
    """Keep what a worker holds."""
    held = and_(queue.c.locked_by == worker, queue.c.done_at.is_(None))
    await connection.execute(update(queue).where(held).values(locked_until=until))


async def finish(
    connection: AsyncConnection, queue: Table, item: QueueItem, values: Mapping[str, object], *, at: datetime
) -> bool:
    """Note that a row is done, with these columns. False when another worker has its lock: then nothing was written."""
    given = {f"new_{name}": value for name, value in values.items()}
    return _changed(await connection.execute(_finishing(queue, tuple(values)), {**given, **_mine(item), "at": at}))


@cache
def _finishing(queue: Table, columns: tuple[str, ...]) -> Update:
    new = {name: bindparam(f"new_{name}", type_=queue.c[name].type) for name in columns}
    settled = {"done_at": bindparam("at", type_=UtcDateTime), "locked_by": None, "locked_until": None}
    return update(queue).where(_held(queue)).values(**new, **settled)


async def postpone(
    connection: AsyncConnection,
    queue: Table,
    item: QueueItem,
    *,
    due_at: datetime,
    error: str,
    attempts: int,
    begun_at: datetime | None,
) -> None:
    """Give a row back for later; the person's next ones wait behind it. `begun_at` is None where all is undone."""
    values = {
        "due_at": due_at, "error": error, "attempts": attempts, "begun_at": begun_at,
        "locked_by": None, "locked_until": None,
    }  # fmt: skip
    await connection.execute(update(queue).where(_held(queue)).values(**values), _mine(item))


def _held(queue: Table) -> ColumnElement[bool]:
    mine = and_(queue.c.locked_by == bindparam("holder"), queue.c.attempts == bindparam("attempt"))
    return and_(queue.c.id == bindparam("row"), queue.c.done_at.is_(None), mine)


def _mine(item: QueueItem) -> Mapping[str, object]:
    return {"row": item.id, "holder": item.locked_by, "attempt": item.attempts}


def _changed(result: Any) -> bool:  # noqa: ANN401 - narrowed here
    return cast(CursorResult[Any], result).rowcount == 1


def _item(row: Row[Any], now: datetime) -> QueueItem:
    return QueueItem(
        row.id, row.channel, row.key, row.person, row.body, row.created_at, row.attempts, row.locked_by,
        begun_at=row.begun_at, unsure=row.begun_at != now,
    )  # fmt: skip
