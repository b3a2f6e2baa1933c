"""All SQL of the channels beside the queues' own: people, what comes in and goes out, and what was used."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.albums import PATIENCE
from bot.channels.models import ChannelPerson, NewOutbound, Outcome, SentChoices
from bot.channels.port import INBOUND_JSON, Inbound, Receipt, ReceiptState, Trail
from bot.channels.queue_repository import PersonId, channel_inbox, channel_outbox
from bot.database import UtcDateTime, metadata

channel_people: Final = Table(
    "channel_people",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("person", PersonId, primary_key=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False, index=True),
    Column("last_inbound_at", UtcDateTime, nullable=True),
    Column("left_at", UtcDateTime, nullable=True),
    Column("alias", String(140), nullable=True, index=True),
)

channel_usage: Final = Table(
    "channel_usage",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("sent", Integer, nullable=False),
)

_ROWS_BEFORE: Final = 100  # of each queue: numbers become known nearly in their order
_ROWS_SINCE: Final = 2000  # of each queue: at the platform's own pace more than a minute
_RANK: Final = {state.value: place for place, state in enumerate(ReceiptState)}


def _upsert(dialect: str, table: Table) -> Any:  # noqa: ANN401 - both dialects' inserts have the method
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


# Every message passes the statements of the first functions, so they are made once; see queue_repository.py.
@cache
def _storing(dialect: str, queue: Table) -> Any:  # noqa: ANN401
    statement = _upsert(dialect, queue).on_conflict_do_nothing(index_elements=["channel", "key"])
    return statement.returning(queue.c.id) if queue is channel_inbox else statement


async def store_inbound(connection: AsyncConnection, events: Sequence[Inbound], *, at: datetime) -> int:
    """Write events to the inbox, each once for ever; returns how many were new."""
    if not events:
        return 0
    known = [replace(event, person=await _known_as(connection, event)) for event in events]
    rows = [
        {"channel": event.channel, "key": event.event_id, "person": event.person, "position": event.position,
         "body": INBOUND_JSON.dump_python(event, mode="json"), "created_at": at,
         "due_at": at + PATIENCE if event.album else at, "attempts": 0, "sent_id": event.message_id}
        for event in known
    ]  # fmt: skip
    return len((await connection.execute(_storing(connection.dialect.name, channel_inbox), rows)).all())


async def _known_as(connection: AsyncConnection, event: Inbound) -> str:
    """The id under which we know the person: who hides a number behind a user name stays the same person."""
    if event.alias != event.person:
        return event.person
    mine = and_(channel_people.c.channel == event.channel, channel_people.c.alias == event.alias)
    found: str | None = (await connection.execute(select(channel_people.c.person).where(mine))).scalars().first()
    return found or event.person


async def store_outbound(connection: AsyncConnection, new: Sequence[NewOutbound], *, at: datetime) -> None:
    """Write bubbles to the outbox in this order; one whose key is known is left as it is."""
    if not new:
        return
    rows = [
        {"channel": each.channel, "key": each.key, "person": each.person, "position": 0, "body": dict(each.body),
         "created_at": at, "due_at": at, "attempts": 0}
        for each in new
    ]  # fmt: skip
    await connection.execute(_storing(connection.dialect.name, channel_outbox), rows)


async def find_sent(connection: AsyncConnection, channel: str, person: str, outbox_id: int) -> SentChoices | None:
    """The message of ours with this number, if it went to this very person."""
    row = (
        await connection.execute(
            select(channel_outbox).where(
                channel_outbox.c.id == outbox_id,
                channel_outbox.c.channel == channel,
                channel_outbox.c.person == person,
            )
        )
    ).first()
    return _sent(row) if row else None


async def last_sent(connection: AsyncConnection, channel: str, person: str) -> SentChoices | None:
    """The last message that went to this person."""
    mine = and_(channel_outbox.c.channel == channel, channel_outbox.c.person == person)
    row = (
        await connection.execute(select(channel_outbox).where(mine).order_by(channel_outbox.c.id.desc()).limit(1))
    ).first()
    return _sent(row) if row else None


def _sent(row: Row[Any]) -> SentChoices | None:
    return SentChoices(row.id, row.body, row.tapped_choice, row.tapped_at) if row.body else None


async def mark_tapped(connection: AsyncConnection, outbox_id: int, choice: int, *, at: datetime) -> None:
    """Note which choice of a message was tapped last."""
    values = {"tapped_choice": choice, "tapped_at": at}
    await connection.execute(update(channel_outbox).where(channel_outbox.c.id == outbox_id).values(**values))


async def cancel_outbound(connection: AsyncConnection, channel: str, person: str, *, at: datetime, error: str) -> None:
    """Cancel all that still waits for a person who cannot be reached any more."""
    waiting = and_(
        channel_outbox.c.channel == channel, channel_outbox.c.person == person, channel_outbox.c.done_at.is_(None)
    )
    values = {"done_at": at, "outcome": Outcome.CANCELLED.value, "error": error}
    await connection.execute(update(channel_outbox).where(waiting).values(**values))


async def apply_receipt(connection: AsyncConnection, channel: str, receipt: Receipt) -> str | None:
    """Note how far a message came; an earlier state that arrives late changes nothing. The key of what was changed.

    A receipt that echoes our row also tells that the message was taken, should we have died before writing that down.
    """
    found = or_(channel_outbox.c.sent_id == receipt.message_id, channel_outbox.c.id == (receipt.row or 0))
    lower = [name for name, rank in _RANK.items() if rank < _RANK[receipt.state.value]]
    behind = or_(channel_outbox.c.receipt.is_(None), channel_outbox.c.receipt.in_(lower))
    values = {"receipt": receipt.state.value, "sent_id": receipt.message_id, "error": receipt.error}
    statement = update(channel_outbox).where(channel_outbox.c.channel == channel, found, behind).values(**values)
    key: str | None = (await connection.execute(statement.returning(channel_outbox.c.key))).scalars().first()
    return key


async def already_taken(connection: AsyncConnection, row_id: int) -> str | None:
    """The platform's id of a row that a receipt told about already."""
    statement = select(channel_outbox.c.sent_id).where(channel_outbox.c.id == row_id)
    sent_id: str | None = (await connection.execute(statement)).scalar_one_or_none()
    return sent_id


async def trail(connection: AsyncConnection, channel: str, begun_at: datetime) -> Trail:
    """What had passed on a channel when an attempt began, the last of it, and what passed since, the first of it."""
    before: list[str] = []
    after: list[str] = []
    for queue, moment in ((channel_inbox, channel_inbox.c.created_at), (channel_outbox, channel_outbox.c.done_at)):
        known = select(queue.c.sent_id).where(queue.c.channel == channel, queue.c.sent_id.is_not(None))
        last = known.where(moment <= begun_at).order_by(moment.desc()).limit(_ROWS_BEFORE)
        first = known.where(moment > begun_at).order_by(moment).limit(_ROWS_SINCE)
        before += (await connection.execute(last)).scalars()
        after += (await connection.execute(first)).scalars()
    return Trail(tuple(before), tuple(after))


_THEM: Final = and_(
    channel_people.c.channel == bindparam("at_channel"), channel_people.c.person == bindparam("as_person")
)
_FINDING: Final = select(channel_people).where(_THEM)


async def find_person(connection: AsyncConnection, channel: str, person: str) -> ChannelPerson | None:
    """The person on a channel, or None."""
    row = (await connection.execute(_FINDING, {"at_channel": channel, "as_person": person})).first()
    return _person(row) if row else None


async def people_of(connection: AsyncConnection, conversation_id: str) -> list[ChannelPerson]:
    """Where a talk is led beside the web."""
    statement = select(channel_people).where(channel_people.c.conversation_id == conversation_id)
    return [_person(row) for row in await connection.execute(statement)]


def _person(row: Row[Any]) -> ChannelPerson:
    return ChannelPerson(row.channel, row.person, row.conversation_id, row.last_inbound_at, row.left_at, row.alias)


async def insert_person(connection: AsyncConnection, person: ChannelPerson) -> None:
    """Store somebody new. Raises IntegrityError when they are known."""
    await connection.execute(
        insert(channel_people).values(
            channel=person.channel,
            person=person.person,
            conversation_id=person.conversation_id,
            last_inbound_at=person.last_inbound_at,
            alias=person.alias,
        )
    )


_SEEN_AT: Final = bindparam("seen_at", type_=UtcDateTime)
_SEEING: Final = (
    update(channel_people)
    .where(_THEM)
    .values(
        last_inbound_at=case(
            (channel_people.c.last_inbound_at > _SEEN_AT, channel_people.c.last_inbound_at), else_=_SEEN_AT
        ),
        left_at=None,
        alias=func.coalesce(bindparam("known_as", type_=String), channel_people.c.alias),
    )
)


async def saw_person(
    connection: AsyncConnection, channel: str, person: str, *, at: datetime, alias: str | None
) -> None:
    """Note that a person wrote: the window opens anew, never backwards, and who had left is back."""
    given = {"at_channel": channel, "as_person": person, "seen_at": at, "known_as": alias}
    await connection.execute(_SEEING, given)


async def person_left(connection: AsyncConnection, channel: str, person: str, *, at: datetime) -> None:
    """Note that a person blocked us."""
    mine = and_(channel_people.c.channel == channel, channel_people.c.person == person)
    await connection.execute(update(channel_people).where(mine).values(left_at=at))


async def move_person(connection: AsyncConnection, channel: str, person: str, conversation_id: str) -> None:
    """From now on this person goes on with another talk."""
    mine = and_(channel_people.c.channel == channel, channel_people.c.person == person)
    await connection.execute(update(channel_people).where(mine).values(conversation_id=conversation_id))


async def erase_person(connection: AsyncConnection, channel: str, person: str) -> None:
    """Drop all that a channel keeps of a person, but for the bare ids of events: a repetition must stay known."""
    await connection.execute(
        delete(channel_people).where(channel_people.c.channel == channel, channel_people.c.person == person)
    )
    await connection.execute(
        delete(channel_outbox).where(channel_outbox.c.channel == channel, channel_outbox.c.person == person)
    )
    mine = and_(channel_inbox.c.channel == channel, channel_inbox.c.person == person)
    await connection.execute(
        update(channel_inbox).where(mine, channel_inbox.c.done_at.is_not(None)).values(person="", body=None)
    )


async def drop_outbound(connection: AsyncConnection, row_id: int) -> None:
    """Remove a sent row: the farewell after an erasure leaves no trace."""
    await connection.execute(delete(channel_outbox).where(channel_outbox.c.id == row_id))


async def count_sent(connection: AsyncConnection, channel: str, month: str) -> int:
    """Count one more message of this month ("2026-11") and return how many there are now."""
    statement = _upsert(connection.dialect.name, channel_usage).values(channel=channel, month=month, sent=1)
    counted = statement.on_conflict_do_update(
        index_elements=["channel", "month"], set_={"sent": channel_usage.c.sent + 1}
    ).returning(channel_usage.c.sent)
    return int((await connection.execute(counted)).scalar_one())


async def sent_in(connection: AsyncConnection, channel: str, month: str) -> int:
    """How many messages of a month were counted."""
    mine = and_(channel_usage.c.channel == channel, channel_usage.c.month == month)
    return int((await connection.execute(select(channel_usage.c.sent).where(mine))).scalar_one_or_none() or 0)


async def waiting(connection: AsyncConnection) -> Mapping[str, int]:
    """How many rows of each queue are open, for an alarm."""
    counts = {}
    for queue in (channel_inbox, channel_outbox):
        open_rows = select(func.count()).select_from(queue).where(queue.c.done_at.is_(None))
        counts[queue.name] = int((await connection.execute(open_rows)).scalar_one())
    return counts


async def purge(connection: AsyncConnection, *, before: datetime) -> None:
    """Forget what was done before a moment; a tap on such an old message is told to be no longer valid."""
    for queue in (channel_inbox, channel_outbox):
        await connection.execute(delete(queue).where(queue.c.done_at < before))
