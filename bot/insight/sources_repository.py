"""All SQL that reads what a day is counted from: talks, questions, tickets, votes. Moments are [begins, ends)."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.articles.repository import article_votes
from bot.clock import WIB
from bot.conversations.models import AskedQuestion, ConversationEvent, EventKind, Sender
from bot.conversations.repository import asked_question, asked_questions, conversation_events, conversations, messages
from bot.database import UtcDateTime
from bot.insight.models import Span, TicketTime
from bot.satisfaction.repository import ticket_ratings
from bot.tickets.models import TicketEventKind
from bot.tickets.repository import ticket_events, tickets

Talk = tuple[str, list[ConversationEvent], list[AskedQuestion]]  # its channel, and what happened in it
_TALKS_AT_ONCE: Final = 200
_CLOSINGS: Final = (TicketEventKind.SOLVED, TicketEventKind.CLOSED_FOR_SILENCE, TicketEventKind.MERGED)
# A ticket out of a talk is counted where the talk was led, any other where it came from.
_CHANNEL: Final = func.coalesce(conversations.c.channel, tickets.c.source).label("channel")


def _within(column: ColumnElement[Any], span: Span) -> ColumnElement[bool]:
    return and_(column >= span[0], column < span[1])


async def first_day(connection: AsyncConnection) -> date | None:
    """The day, in WIB, of the first message or ticket; None before there was any."""
    begun = [
        (await connection.execute(select(func.min(column, type_=UtcDateTime)))).scalar()
        for column in (messages.c.created_at, tickets.c.created_at)
    ]
    moments = [moment for moment in begun if moment is not None]
    return min(moments).astimezone(WIB).date() if moments else None


async def talks(connection: AsyncConnection, span: Span) -> dict[str, int]:
    """In how many talks a person wrote, by channel."""
    heard = select(messages.c.conversation_id).where(
        _within(messages.c.created_at, span), messages.c.sender == Sender.USER.value
    )
    statement = select(conversations.c.channel, func.count()).where(conversations.c.id.in_(heard))
    return {row[0]: row[1] for row in await connection.execute(statement.group_by(conversations.c.channel))}


async def questions(connection: AsyncConnection, span: Span) -> dict[tuple[str, str], int]:
    """How many questions were ranked, by channel and decision."""
    columns = (conversations.c.channel, asked_questions.c.decision)
    statement = select(*columns, func.count()).join(
        conversations, conversations.c.id == asked_questions.c.conversation_id
    )
    rows = await connection.execute(statement.where(_within(asked_questions.c.at, span)).group_by(*columns))
    return {(row[0], row[1]): row[2] for row in rows}


async def records(
    connection: AsyncConnection, span: Span, around: Span, at_once: int = _TALKS_AT_ONCE
) -> AsyncIterator[Talk]:
    """What happened, within `around`, in the talks in which something happened within `span`.

    Read `at_once` talks at a time: the record of a busy day is not held as a whole.
    """
    touched = select(conversation_events.c.conversation_id).where(_within(conversation_events.c.at, span)).distinct()
    ids = list((await connection.execute(touched)).scalars())
    for first in range(0, len(ids), at_once):
        for talk in await _records_of(connection, ids[first : first + at_once], around):
            yield talk


async def _records_of(connection: AsyncConnection, ids: Sequence[str], around: Span) -> Iterable[Talk]:
    found: dict[str, Talk] = {}
    for row in await connection.execute(_events(ids, around)):
        event = ConversationEvent(EventKind(row.kind), row.at, row.articles, row.reason, row.ticket)
        found.setdefault(row.conversation_id, (row.channel, [], []))[1].append(event)
    asked = select(asked_questions).where(
        asked_questions.c.conversation_id.in_(ids), _within(asked_questions.c.at, around)
    )
    for row in await connection.execute(asked.order_by(asked_questions.c.id)):
        if row.conversation_id in found:
            found[row.conversation_id][2].append(asked_question(row))
    return found.values()


def _events(ids: Sequence[str], around: Span) -> Select[Any]:
    statement = select(conversation_events, conversations.c.channel).join(
        conversations, conversations.c.id == conversation_events.c.conversation_id
    )
    mine = and_(conversation_events.c.conversation_id.in_(ids), _within(conversation_events.c.at, around))
    return statement.where(mine).order_by(conversation_events.c.conversation_id, conversation_events.c.id)


async def opened(connection: AsyncConnection, span: Span) -> list[TicketTime]:
    """The tickets that were opened."""
    return _times(await connection.execute(_tickets(tickets.c.created_at, span)))


async def first_answered(connection: AsyncConnection, span: Span) -> list[TicketTime]:
    """The tickets that got their first answer."""
    return _times(await connection.execute(_tickets(tickets.c.first_answered_at, span)))


async def solved(connection: AsyncConnection, span: Span) -> list[TicketTime]:
    """The tickets that were closed and still are; the subject says by whom. Spam was never work."""
    closing = and_(
        ticket_events.c.ticket_number == tickets.c.number,
        ticket_events.c.at == tickets.c.solved_at,
        ticket_events.c.kind.in_([kind.value for kind in _CLOSINGS]),
    )
    statement = _tickets(tickets.c.solved_at, span).join(ticket_events, closing)
    rows = await connection.execute(statement.add_columns(ticket_events.c.kind, ticket_events.c.actor))
    return [_time(row, _closed_by(row.kind, row.actor)) for row in rows]


def _closed_by(kind: str, actor: str) -> str:
    told = {TicketEventKind.CLOSED_FOR_SILENCE.value: "silence", TicketEventKind.MERGED.value: "merged"}
    return told.get(kind) or ("reporter" if actor == "reporter" else "officer")


async def happened(connection: AsyncConnection, kind: TicketEventKind, span: Span) -> list[tuple[TicketTime, Any]]:
    """The tickets to which an event of a kind happened, each with the event's data."""
    statement = _joined(
        select(tickets.c.created_at, ticket_events.c.at, tickets.c.program, _CHANNEL, ticket_events.c.data)
    )
    statement = statement.join(ticket_events, ticket_events.c.ticket_number == tickets.c.number)
    mine = and_(ticket_events.c.kind == kind.value, _within(ticket_events.c.at, span))
    return [(_time(row), row.data) for row in await connection.execute(statement.where(mine))]


async def rated(connection: AsyncConnection, span: Span) -> list[TicketTime]:
    """The tickets that were rated; the subject says how."""
    statement = _joined(
        select(tickets.c.created_at, ticket_ratings.c.at, tickets.c.program, _CHANNEL, ticket_ratings.c.good)
    )
    statement = statement.join(ticket_ratings, ticket_ratings.c.ticket_number == tickets.c.number)
    rows = await connection.execute(statement.where(_within(ticket_ratings.c.at, span)))
    return [_time(row, "good" if row.good else "bad") for row in rows]


async def votes(connection: AsyncConnection, span: Span) -> dict[tuple[int, bool], int]:
    """The readers' votes on articles: article and whether it helped."""
    columns = (article_votes.c.article_id, article_votes.c.helpful)
    statement = select(*columns, func.count()).where(_within(article_votes.c.at, span)).group_by(*columns)
    return {(row[0], bool(row[1])): row[2] for row in await connection.execute(statement)}


def _joined(statement: Select[Any]) -> Select[Any]:
    return statement.select_from(tickets.outerjoin(conversations, conversations.c.id == tickets.c.conversation_id))


def _tickets(moment: ColumnElement[Any], span: Span) -> Select[Any]:
    statement = _joined(select(tickets.c.created_at, moment.label("at"), tickets.c.program, _CHANNEL))
    return statement.where(_within(moment, span), tickets.c.spam.is_(False))


def _times(rows: Iterable[Any]) -> list[TicketTime]:
    return [_time(row) for row in rows]


def _time(row: Any, subject: str = "") -> TicketTime:  # noqa: ANN401 - a row of any of the statements above
    return TicketTime(row.created_at, row.at, row.channel, row.program, subject)
