"""All SQL of conversations."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Column,
    Float,
    ForeignKey,
    Index,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.attachments.repository import delete_files
from bot.conversations.identity import Visitor
from bot.conversations.models import AskedQuestion, Conversation, ConversationEvent, EventKind, Message, Sender
from bot.database import RowId, UtcDateTime, metadata

conversations: Final = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

messages: Final = Table(
    "messages",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False),
    Column("sender", String(10), nullable=False),
    Column("text", Text, nullable=False),
    Column("payload", Text, nullable=True),
    Column("articles", JSON, nullable=False),
    Column("buttons", JSON, nullable=False),
    Column("ticket", JSON, nullable=True),
    Column("attachments", JSON, nullable=False),
    Column("client_id", String(100), nullable=True),
    Column("reply_to", RowId, ForeignKey("messages.id"), nullable=True, index=True),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    UniqueConstraint("conversation_id", "client_id"),
    Index("ix_messages_conversation", "conversation_id", "id"),
    sqlite_autoincrement=True,
)

# Whom the embedding site knows; apart from the talks, because most have nobody.
visitors: Final = Table(
    "visitors",
    metadata,
    Column("conversation_id", String(32), ForeignKey("conversations.id"), primary_key=True),
    Column("user_id", String(100), nullable=False),
    Column("email", String(254), nullable=False),
)

conversation_events: Final = Table(
    "conversation_events",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("articles", JSON, nullable=False),
    Column("reason", String(100), nullable=True),
    Column("ticket", RowId, nullable=True),
    Index("ix_conversation_events_conversation", "conversation_id", "id"),
)

# What a killed process left open and another took up; once, by its key, however many start at the same moment.
late_answers: Final = Table(
    "late_answers",
    metadata,
    Column("message_id", RowId, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
)
_LATEST: Final = 5000

# What the ranker was asked, and how sure it was: what officers review, and what its calibration is told by.
asked_questions: Final = Table(
    "asked_questions",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("conversation_id", String(32), ForeignKey("conversations.id"), nullable=False),
    Column("message_id", RowId, ForeignKey("messages.id"), nullable=True),
    Column("at", UtcDateTime, nullable=False),
    Column("question", Text, nullable=False),
    Column("decision", String(10), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("ranked", JSON, nullable=False),
    Index("ix_asked_questions_conversation", "conversation_id", "id"),
    Index("ix_asked_questions_at", "at"),
)


async def insert_conversation(connection: AsyncConnection, conversation: Conversation) -> None:
    """Store a new conversation."""
    await connection.execute(
        insert(conversations).values(
            id=conversation.id,
            channel=conversation.channel,
            token_hash=conversation.token_hash,
            created_at=conversation.created_at,
        )
    )


async def insert_visitor(connection: AsyncConnection, conversation_id: str, visitor: Visitor) -> None:
    """Remember who leads a talk."""
    values = {"conversation_id": conversation_id, "user_id": visitor.user_id, "email": visitor.email}
    await connection.execute(insert(visitors).values(values))


async def find_visitor(connection: AsyncConnection, conversation_id: str) -> Visitor | None:
    """Who leads a talk, where the embedding site has told."""
    row = (await connection.execute(select(visitors).where(visitors.c.conversation_id == conversation_id))).first()
    return Visitor(row.user_id, row.email) if row else None


async def find_conversation(connection: AsyncConnection, conversation_id: str) -> Conversation | None:
    """The conversation with this id, or None."""
    statement = select(conversations).where(conversations.c.id == conversation_id)
    row = (await connection.execute(statement)).first()
    return _conversation(row) if row else None


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(row.id, row.channel, row.token_hash, row.created_at)


_LAST_HEARD: Final = (
    select(messages.c.created_at)
    .where(messages.c.conversation_id == conversations.c.id)
    .order_by(messages.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_FIND_WITH_LAST_HEARD: Final = select(conversations, _LAST_HEARD.label("last_heard")).where(
    conversations.c.id == bindparam("conversation_id")
)


async def find_with_last_heard(
    connection: AsyncConnection, conversation_id: str
) -> tuple[Conversation, datetime | None] | None:
    """The conversation with this id and when its last message was stored, with one statement; None if there is none."""
    row = (await connection.execute(_FIND_WITH_LAST_HEARD, {"conversation_id": conversation_id})).first()
    return (_conversation(row), row.last_heard) if row else None


async def set_token(connection: AsyncConnection, conversation_id: str, token_hash: str) -> None:
    """From now on another token opens a talk."""
    mine = conversations.c.id == conversation_id
    await connection.execute(update(conversations).where(mine).values(token_hash=token_hash))


async def insert_message(connection: AsyncConnection, **values: Any) -> Message:  # noqa: ANN401 - columns of the table
    """Store a message and return it. Raises IntegrityError when its client_id was stored in this conversation."""
    return (await insert_messages(connection, [values]))[0]


# Made once: to build and to recognise a statement costs SQLAlchemy more than SQLite takes to execute it.
_INSERT_MESSAGES: Final = insert(messages).returning(messages, sort_by_parameter_order=True)
_NOTHING_BESIDE: Final[Mapping[str, Any]] = {
    "articles": [], "buttons": [], "attachments": [], "ticket": None, "payload": None, "client_id": None,
    "reply_to": None,
}  # fmt: skip


async def insert_messages(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> list[Message]:
    """Store messages in this order and return them, with one statement. Raises IntegrityError as `insert_message`."""
    if not rows:
        return []
    stored = await connection.execute(_INSERT_MESSAGES, [{**_NOTHING_BESIDE, **row} for row in rows])
    return [_message(row) for row in stored]


async def find_message(connection: AsyncConnection, message_id: int) -> Message | None:
    """The message with this id, of whichever conversation, or None."""
    row = (await connection.execute(select(messages).where(messages.c.id == message_id))).first()
    return _message(row) if row else None


async def find_by_client_id(connection: AsyncConnection, conversation_id: str, client_id: str) -> Message | None:
    """The message that was stored with this client_id, or None."""
    statement = select(messages).where(messages.c.conversation_id == conversation_id, messages.c.client_id == client_id)
    row = (await connection.execute(statement)).first()
    return _message(row) if row else None


async def replies_to(connection: AsyncConnection, message_id: int) -> list[Message]:
    """The stored replies to a message, oldest first."""
    statement = select(messages).where(messages.c.reply_to == message_id).order_by(messages.c.id)
    return [_message(row) for row in await connection.execute(statement)]


async def messages_after(
    connection: AsyncConnection, conversation_id: str, after: int = 0, limit: int = 200
) -> list[Message]:
    """At most `limit` messages of a conversation with an id above `after`, oldest first."""
    statement = (
        select(messages)
        .where(messages.c.conversation_id == conversation_id, messages.c.id > after)
        .order_by(messages.c.id)
        .limit(limit)
    )
    return [_message(row) for row in await connection.execute(statement)]


async def latest_messages(connection: AsyncConnection, conversation_id: str, limit: int = 200) -> list[Message]:
    """The last `limit` messages of a conversation, oldest first."""
    mine = select(messages).where(messages.c.conversation_id == conversation_id)
    rows = (await connection.execute(mine.order_by(messages.c.id.desc()).limit(limit))).all()
    return [_message(row) for row in reversed(rows)]


async def left_open(
    connection: AsyncConnection, channel: str, *, since: datetime, until: datetime
) -> list[tuple[str, Message]]:
    """What people wrote in a channel within a time and nobody answered, oldest first, each with its conversation.

    Only what stands at the end of its talk (somebody who went on needs no late answer), and only among the last
    _LATEST messages, which are found without reading the table.
    """
    latest = select(messages.c.id).order_by(messages.c.id.desc()).limit(_LATEST).subquery()
    later = messages.alias()
    answered = select(later.c.id).where(
        later.c.conversation_id == messages.c.conversation_id,
        (later.c.reply_to >= messages.c.id) | ((later.c.id > messages.c.id) & (later.c.sender != Sender.USER.value)),
    )
    statement = (
        select(messages)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(messages.c.id >= select(func.min(latest.c.id)).scalar_subquery(), messages.c.sender == Sender.USER.value)
        .where(conversations.c.channel == channel, messages.c.created_at >= since, messages.c.created_at <= until)
        .where(~answered.exists())
        .order_by(messages.c.id)
    )
    return [(row.conversation_id, _message(row)) for row in await connection.execute(statement)]


async def take_up(connection: AsyncConnection, message_id: int, at: datetime) -> None:
    """Note that a message which was left open is being answered. Raises IntegrityError when it was taken up before."""
    await connection.execute(insert(late_answers).values(message_id=message_id, at=at))


async def erase(connection: AsyncConnection, conversation_ids: Sequence[str], *, token_hash: str) -> list[str]:
    """Empty all messages of these talks and lock them; returns the digests of files that nobody else has.

    The rows stay, and so do events and how sure the ranker was: what is counted over them stays true.
    """
    mine = messages.c.conversation_id.in_(conversation_ids)
    kept = (await connection.execute(select(messages.c.attachments).where(mine))).scalars()
    files = [file["id"] for attached in kept for file in attached]
    nothing: dict[str, Any] = {"text": "", "payload": None, "client_id": None, "ticket": None}
    await connection.execute(update(messages).where(mine).values(**nothing, articles=[], buttons=[], attachments=[]))
    asked = asked_questions.c.conversation_id.in_(conversation_ids)
    await connection.execute(update(asked_questions).where(asked).values(question=""))
    await connection.execute(delete(visitors).where(visitors.c.conversation_id.in_(conversation_ids)))
    locked = update(conversations).where(conversations.c.id.in_(conversation_ids)).values(token_hash=token_hash)
    await connection.execute(locked)
    return await delete_files(connection, files)


async def files_since_ticket(connection: AsyncConnection, conversation_id: str) -> list[str]:
    """The ids of the files that a person has sent since the last ticket of this conversation, oldest first."""
    opened = select(func.max(conversation_events.c.at)).where(
        conversation_events.c.conversation_id == conversation_id,
        conversation_events.c.kind == EventKind.TICKET_OPENED.value,
    )
    since = (await connection.execute(opened)).scalar()
    statement = select(messages.c.attachments, messages.c.created_at).where(
        messages.c.conversation_id == conversation_id, messages.c.sender == Sender.USER.value
    )
    rows = await connection.execute(statement.order_by(messages.c.id))
    return [file["id"] for row in rows if since is None or row.created_at > since for file in row.attachments]


async def insert_event(connection: AsyncConnection, conversation_id: str, event: ConversationEvent) -> None:
    """Add one line to what happened in a talk."""
    await insert_events(connection, conversation_id, [event])


_INSERT_EVENTS: Final = insert(conversation_events)


async def insert_events(connection: AsyncConnection, conversation_id: str, events: Sequence[ConversationEvent]) -> None:
    """Add lines, in this order, to what happened in a talk."""
    rows = [
        {"conversation_id": conversation_id, "kind": event.kind.value, "at": event.at, "articles": list(event.articles),
         "reason": event.reason, "ticket": event.ticket}
        for event in events
    ]  # fmt: skip
    if rows:
        await connection.execute(_INSERT_EVENTS, rows)


async def events_since(connection: AsyncConnection, since: datetime) -> list[tuple[str, ConversationEvent]]:
    """What happened in all talks since a moment, oldest first, each with the talk's id."""
    statement = select(conversation_events).where(conversation_events.c.at >= since).order_by(conversation_events.c.id)
    return [
        (row.conversation_id, ConversationEvent(EventKind(row.kind), row.at, row.articles, row.reason, row.ticket))
        for row in await connection.execute(statement)
    ]


_INSERT_QUESTION: Final = insert(asked_questions)


async def insert_question(connection: AsyncConnection, asked: AskedQuestion) -> None:
    """Store a question as it was ranked; without its message, it stands in the last one that the person sent."""
    message_id = asked.message_id
    if message_id is None:
        message_id = await _last_sent(connection, asked.conversation_id)
    values = {
        "conversation_id": asked.conversation_id,
        "message_id": message_id,
        "at": asked.at,
        "question": asked.question,
        "decision": asked.decision,
        "confidence": asked.ranked[0][1] if asked.ranked else 0.0,
        "ranked": [[article, round(confidence, 4)] for article, confidence in asked.ranked],
    }
    await connection.execute(_INSERT_QUESTION, values)


async def _last_sent(connection: AsyncConnection, conversation_id: str) -> int | None:
    mine = (messages.c.conversation_id == conversation_id, messages.c.sender == Sender.USER.value)
    last: int | None = (await connection.execute(select(func.max(messages.c.id)).where(*mine))).scalar()
    return last


async def questions_of(connection: AsyncConnection, conversation_id: str) -> list[AskedQuestion]:
    """The questions of a talk that were ranked, oldest first."""
    mine = asked_questions.c.conversation_id == conversation_id
    rows = await connection.execute(select(asked_questions).where(mine).order_by(asked_questions.c.id))
    return [asked_question(row) for row in rows]


def asked_question(row: Row[Any]) -> AskedQuestion:
    """A row of `asked_questions`."""
    ranked = tuple((int(article), float(confidence)) for article, confidence in row.ranked)
    return AskedQuestion(row.conversation_id, row.at, row.question, row.decision, ranked, row.message_id, row.id)


async def events_of(connection: AsyncConnection, conversation_id: str) -> list[ConversationEvent]:
    """What happened in a talk, oldest first."""
    statement = (
        select(conversation_events)
        .where(conversation_events.c.conversation_id == conversation_id)
        .order_by(conversation_events.c.id)
    )
    rows = await connection.execute(statement)
    return [ConversationEvent(EventKind(row.kind), row.at, row.articles, row.reason, row.ticket) for row in rows]


def _message(row: Row[Any]) -> Message:
    attachments: Sequence[Any] = row.attachments
    return Message(
        id=row.id,
        sender=Sender(row.sender),
        text=row.text,
        created_at=row.created_at,
        articles=row.articles,
        buttons=row.buttons,
        ticket=row.ticket,
        attachments=attachments,
        payload=row.payload,
        client_id=row.client_id,
    )
