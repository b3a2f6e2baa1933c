"""All SQL of mail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    func,
    insert,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import RowId, UtcDateTime, metadata
from bot.mail.models import Outcome, OutgoingMail, ReceivedMail, SentState

sent_mails: Final = Table(
    "sent_mails",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("message_id", String(255), nullable=False, unique=True),
    Column("ticket_number", RowId, nullable=False, index=True),
    Column("template", String(40), nullable=False),
    Column("recipient", String(254), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("state", String(20), nullable=False),
    Column("uncertain", Integer, nullable=False),
    Column("error", Text, nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime, nullable=True),
    sqlite_autoincrement=True,
)

received_mails: Final = Table(
    "received_mails",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("raw_sha256", String(64), nullable=False),
    Column("size", RowId, nullable=False),
    Column("source", String(100), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("sender", String(254), nullable=False),
    Column("subject", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("ticket_number", RowId, nullable=True, index=True),
    Index("ix_received_mails_sender", "sender", "received_at"),
    Index("ix_received_mails_outcome", "outcome", "id"),
    sqlite_autoincrement=True,
)

_MOST_OF_THREAD: Final = 200


async def insert_sent(connection: AsyncConnection, mail: OutgoingMail) -> bool:
    """Store a composed mail. False when one with its key is there already."""
    names = ("key", "message_id", "ticket_number", "template", "recipient", "subject", "raw", "created_at", "uncertain")
    values = {name: getattr(mail, name) for name in names} | {"state": mail.state.value}
    try:
        async with connection.begin_nested():
            await connection.execute(insert(sent_mails).values(**values))
    except IntegrityError:
        return False
    return True


async def find_sent(connection: AsyncConnection, key: str) -> OutgoingMail | None:
    """The mail with this key, or None."""
    row = (await connection.execute(select(sent_mails).where(sent_mails.c.key == key))).first()
    return _sent(row) if row else None


async def sent_by_id(connection: AsyncConnection, mail_id: int) -> OutgoingMail | None:
    """The mail with this number, or None."""
    row = (await connection.execute(select(sent_mails).where(sent_mails.c.id == mail_id))).first()
    return _sent(row) if row else None


async def mark_sent(connection: AsyncConnection, mail_id: int, state: SentState, **values: object) -> None:
    """Write down where a mail stands; `values` are other columns (error, uncertain, sent_at)."""
    await connection.execute(update(sent_mails).where(sent_mails.c.id == mail_id).values(state=state.value, **values))


async def mark_bounced(connection: AsyncConnection, message_id: str, error: str) -> int | None:
    """Write down that a mail came back. Returns its ticket's number, or None when no mail of ours has this identity."""
    statement = (
        update(sent_mails)
        .where(sent_mails.c.message_id == message_id)
        .values(state=SentState.BOUNCED.value, error=error)
        .returning(sent_mails.c.ticket_number)
    )
    number: int | None = (await connection.execute(statement)).scalar()
    return number


async def list_sent(
    connection: AsyncConnection, *, ticket: int | None = None, state: str | None = None, limit: int = 50
) -> list[OutgoingMail]:
    """Mails of ours, newest first."""
    statement = select(sent_mails).order_by(sent_mails.c.id.desc()).limit(limit)
    if ticket is not None:
        statement = statement.where(sent_mails.c.ticket_number == ticket)
    if state is not None:
        statement = statement.where(sent_mails.c.state == state)
    return [_sent(row) for row in await connection.execute(statement)]


async def thread_of(connection: AsyncConnection, number: int) -> list[str]:
    """The identities of all mails of a ticket, in both directions, oldest first: the newest of a very long thread."""
    ours = select(
        sent_mails.c.message_id,
        sent_mails.c.created_at.label("at"),
        sent_mails.c.id,
        literal_column("0", Integer).label("direction"),
    )
    theirs = select(
        received_mails.c.message_id,
        received_mails.c.received_at.label("at"),
        received_mails.c.id,
        literal_column("1", Integer).label("direction"),
    )
    both = union_all(
        ours.where(sent_mails.c.ticket_number == number),
        theirs.where(received_mails.c.ticket_number == number, received_mails.c.message_id != ""),
    ).subquery()
    newest = select(both.c.message_id).order_by(both.c.at.desc(), both.c.direction.desc(), both.c.id.desc())
    found = (await connection.execute(newest.limit(_MOST_OF_THREAD))).scalars()
    return list(reversed([str(identity) for identity in found]))


async def insert_received(connection: AsyncConnection, mail: ReceivedMail) -> bool:
    """Store an incoming mail. False when the same mail is there already."""
    names = ("fingerprint", "raw_sha256", "size", "source", "received_at", "sender", "subject", "message_id", "text",
             "kind", "reason", "ticket_number")  # fmt: skip
    values = {name: getattr(mail, name) for name in names} | {"outcome": mail.outcome.value}
    try:
        async with connection.begin_nested():
            await connection.execute(insert(received_mails).values(**values))
    except IntegrityError:
        return False
    return True


async def find_received(connection: AsyncConnection, fingerprint: str) -> ReceivedMail | None:
    """The incoming mail with this fingerprint, or None."""
    row = (await connection.execute(select(received_mails).where(received_mails.c.fingerprint == fingerprint))).first()
    return _received(row) if row else None


async def received_by_id(connection: AsyncConnection, mail_id: int) -> ReceivedMail | None:
    """The incoming mail with this number, or None."""
    row = (await connection.execute(select(received_mails).where(received_mails.c.id == mail_id))).first()
    return _received(row) if row else None


async def update_received(connection: AsyncConnection, mail_id: int, values: Mapping[str, object]) -> None:
    """Write down what is known of an incoming mail by now."""
    await connection.execute(update(received_mails).where(received_mails.c.id == mail_id).values(**values))


async def count_from(connection: AsyncConnection, sender: str, *, since: datetime) -> int:
    """How many mails came from an address since a moment."""
    statement = select(func.count()).where(
        received_mails.c.sender == sender.casefold(), received_mails.c.received_at >= since
    )
    return int((await connection.execute(statement)).scalar_one())


async def list_received(
    connection: AsyncConnection, *, ticket: int | None = None, outcome: str | None = None, limit: int = 50
) -> list[ReceivedMail]:
    """Incoming mails, newest first."""
    statement = select(received_mails).order_by(received_mails.c.id.desc()).limit(limit)
    if ticket is not None:
        statement = statement.where(received_mails.c.ticket_number == ticket)
    if outcome is not None:
        statement = statement.where(received_mails.c.outcome == outcome)
    return [_received(row) for row in await connection.execute(statement)]


async def count_received(connection: AsyncConnection, *, outcome: str, most: int) -> int:
    """How many mails ended so, counted up to `most`."""
    some = select(received_mails.c.id).where(received_mails.c.outcome == outcome).limit(most).subquery()
    return int((await connection.execute(select(func.count()).select_from(some))).scalar_one())


async def unfinished(connection: AsyncConnection, *, before: datetime, limit: int = 20) -> list[ReceivedMail]:
    """Incoming mails that were stored before a moment but never worked on, oldest first."""
    statement = (
        select(received_mails)
        .where(received_mails.c.outcome == Outcome.NEW.value, received_mails.c.received_at <= before)
        .order_by(received_mails.c.id)
        .limit(limit)
    )
    return [_received(row) for row in await connection.execute(statement)]


def _sent(row: Row[Any]) -> OutgoingMail:
    found = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row by column
    return OutgoingMail(**(found | {"state": SentState(found["state"])}))


def _received(row: Row[Any]) -> ReceivedMail:
    found = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row by column
    return ReceivedMail(**(found | {"outcome": Outcome(found["outcome"])}))
