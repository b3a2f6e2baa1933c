"""Talks: every message is stored before it is answered, and answered once."""

import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.articles.models import Suggestions
from bot.attachments.models import StoredFile
from bot.attachments.repository import find_file, insert_file
from bot.clock import Clock
from bot.conversations import repository, rules
from bot.conversations.identity import Visitor
from bot.conversations.models import (
    AskedQuestion,
    Conversation,
    ConversationEvent,
    EventKind,
    InboundMessage,
    Message,
    Sender,
)
from bot.database import Database
from bot.dialogue.port import Dialogue, DialogueUnavailable, Reply, Turn
from bot.errors import InvalidInput, NotAuthorised, UnknownConversation
from bot.metrics.measures import DECISIONS, ESCALATIONS, TURN_SECONDS

log = structlog.get_logger(__name__)

START_PAYLOAD = "/greet"
_NEAREST = 5  # of the articles that a question was ranked to, kept for those who review it


Locks = WeakValueDictionary[str, asyncio.Lock]


@dataclass(frozen=True)
class _Arrival:
    """A stored message, and when the one before it was stored. Not `fresh`: it was sent before, and may be answered."""

    message: Message
    before: datetime | None
    fresh: bool


class ConversationService:
    """What others may do with talks."""

    def __init__(
        self, database: Database, clock: Clock, dialogue: Dialogue, fallback: Dialogue, *, max_characters: int
    ) -> None:
        self._database = database
        self._clock = clock
        self._dialogue = dialogue
        self._fallback = fallback
        self._max_characters = max_characters
        self._happening: dict[str, list[ConversationEvent]] = {}
        self._asked: dict[str, list[AskedQuestion]] = {}
        self._arriving: Locks = WeakValueDictionary()
        self._turns: Locks = WeakValueDictionary()
        self._arrivals: WeakValueDictionary[str, asyncio.Event] = WeakValueDictionary()

    async def start(self, channel: str, visitor: Visitor | None = None) -> tuple[Conversation, str, list[Message]]:
        """Begin a talk; returns it, the token that opens it (told once, stored as a digest) and the greeting.

        `visitor` is whom the embedding site has signed for.
        """
        token = secrets.token_urlsafe(32)
        conversation = Conversation(uuid.uuid4().hex, channel, rules.hash_token(token), self._clock.now())
        async with self._database.write() as connection:
            await repository.insert_conversation(connection, conversation)
            if visitor:
                await repository.insert_visitor(connection, conversation.id, visitor)
        replies = await self._ask(Turn(conversation.id, None, START_PAYLOAD))
        return conversation, token, await self._store_replies(conversation.id, replies, reply_to=None)

    async def visitor(self, conversation_id: str) -> Visitor | None:
        """Who leads a talk, where the embedding site has told."""
        async with self._database.read() as connection:
            return await repository.find_visitor(connection, conversation_id)

    async def authorise(self, conversation_id: str, token: str) -> Conversation:
        """The conversation, if `token` opens it. Raises UnknownConversation or NotAuthorised."""
        async with self._database.read() as connection:
            return await _authorised(connection, conversation_id, token)

    async def receive(self, conversation_id: str, token: str, message: InboundMessage) -> list[Message]:
        """Store what a person sent, then answer it; returns the replies.

        Messages of one conversation are answered in the order in which they came. One with a known `client_id` gets the
        replies that it got before. Raises UnknownConversation, NotAuthorised, EmptyMessage or MessageTooLong.
        """
        try:
            parsed = rules.parse_inbound(message, max_characters=self._max_characters)
        except InvalidInput:
            await self.authorise(conversation_id, token)  # a stranger is told only that he is one
            raise
        return await self._take(conversation_id, parsed, token)

    async def receive_from_channel(self, conversation_id: str, message: InboundMessage) -> list[Message]:
        """As `receive`, for a caller that has proved by other means (a signed webhook) whose talk this is."""
        parsed = rules.parse_inbound(message, max_characters=self._max_characters)
        return await self._take(conversation_id, parsed, None)

    async def _take(self, conversation_id: str, parsed: InboundMessage, token: str | None) -> list[Message]:
        # Stored one after the other: whoever has the lower id then also stands first in the queue for its turn.
        async with _queue(self._arriving, conversation_id):
            arrival = await self._store_inbound(conversation_id, parsed, token)
        self.announce(conversation_id)
        async with _queue(self._turns, conversation_id):
            replies = [] if arrival.fresh else await self._said_before(arrival.message)
            return replies or await self._answer(conversation_id, arrival)

    async def _said_before(self, message: Message) -> list[Message]:
        async with self._database.read() as connection:
            return await repository.replies_to(connection, message.id)

    async def hand_over(self, conversation_id: str) -> str:
        """A new token for a talk that was carried over by a proved code; the earlier one no longer opens it."""
        token = secrets.token_urlsafe(32)
        async with self._database.write() as connection:
            await repository.set_token(connection, conversation_id, rules.hash_token(token))
        return token

    async def answer_late(self, conversation_id: str, message: Message) -> list[Message]:
        """Answer a stored message whose turn broke off, saying that it is late; nothing when it was answered since."""
        async with _queue(self._turns, conversation_id):
            if await self._said_before(message):
                return []
            return await self._answer(conversation_id, _Arrival(message, None, fresh=False), late=True)

    async def _answer(self, conversation_id: str, arrival: "_Arrival", *, late: bool = False) -> list[Message]:
        message, returning = arrival.message, rules.returns(arrival.before, arrival.message.created_at)
        names = tuple(str(file["name"]) for file in message.attachments)
        turn = Turn(conversation_id, message.text or None, message.payload, names, returning=returning, late=late)
        # What the actions record meanwhile in this process is stored together with the replies.
        happened = self._happening[conversation_id] = []
        asked = self._asked[conversation_id] = []
        try:
            replies = await self._ask(turn)
        finally:
            del self._happening[conversation_id], self._asked[conversation_id]
        return await self._store_replies(conversation_id, replies, arrival.message.id, happened, asked)

    async def _ask(self, turn: Turn) -> list[Reply]:
        try:
            with TURN_SECONDS.labels("rasa").time():
                return await self._dialogue.turn(turn)
        except DialogueUnavailable as unavailable:
            log.warning("dialogue_unavailable", conversation=turn.conversation_id, reason=str(unavailable))
            with TURN_SECONDS.labels("fallback").time():
                return await self._fallback.turn(turn)

    async def _store_inbound(self, conversation_id: str, inbound: InboundMessage, token: str | None) -> "_Arrival":
        try:
            async with self._database.write() as connection:
                before = await _last_heard(connection, conversation_id, token)
                for file in inbound.files:
                    await insert_file(connection, file)
                stored = await repository.insert_message(
                    connection,
                    conversation_id=conversation_id,
                    sender=Sender.USER.value,
                    text=inbound.text or "",
                    payload=inbound.payload,
                    attachments=[file.as_json() for file in inbound.files],
                    client_id=inbound.client_id,
                    created_at=self._clock.now(),
                )
                return _Arrival(stored, before, fresh=True)
        except IntegrityError:
            return _Arrival(await self._sent_before(conversation_id, inbound.client_id or ""), None, fresh=False)

    async def _sent_before(self, conversation_id: str, client_id: str) -> Message:
        async with self._database.read() as connection:
            stored = await repository.find_by_client_id(connection, conversation_id, client_id)
        if stored is None:
            raise UnknownConversation
        return stored

    async def _store_replies(
        self,
        conversation_id: str,
        replies: Sequence[Reply],
        reply_to: int | None,
        happened: Sequence[ConversationEvent] = (),
        asked: Sequence[AskedQuestion] = (),
    ) -> list[Message]:
        now = self._clock.now()
        async with self._database.write() as connection:
            await repository.insert_events(connection, conversation_id, happened)
            for question in asked:
                await repository.insert_question(connection, replace(question, message_id=reply_to))
            rows = [_row(conversation_id, reply) | {"reply_to": reply_to, "created_at": now} for reply in replies]
            stored = await repository.insert_messages(connection, rows)
        self.announce(conversation_id)
        return stored

    async def messages(self, conversation_id: str, token: str, after: int = 0) -> list[Message]:
        """The stored messages above the id `after`, oldest first, at most 200."""
        await self.authorise(conversation_id, token)
        async with self._database.read() as connection:
            return await repository.messages_after(connection, conversation_id, after)

    async def latest(self, conversation_id: str, token: str) -> list[Message]:
        """The last 200 messages, oldest first."""
        await self.authorise(conversation_id, token)
        async with self._database.read() as connection:
            return await repository.latest_messages(connection, conversation_id)

    def next_arrival(self, conversation_id: str) -> asyncio.Event:
        """An event that is set when this process stores the next message of the conversation.

        Ask for it before reading the messages: what is stored in between is then not missed.
        """
        return self._arrivals.setdefault(conversation_id, asyncio.Event())

    def announce(self, conversation_id: str) -> None:
        """Wake whoever waits for the next message of the conversation in this process."""
        arrival = self._arrivals.pop(conversation_id, None)
        if arrival is not None:
            arrival.set()

    async def record(
        self,
        conversation_id: str,
        kind: EventKind,
        *,
        articles: Sequence[int] = (),
        reason: str | None = None,
        ticket: int | None = None,
    ) -> None:
        """Write down what happened in a talk: what was shown, chosen, rejected, and why it was escalated."""
        if kind is EventKind.ESCALATED:
            ESCALATIONS.labels(reason or "").inc()
        event = ConversationEvent(kind, self._clock.now(), articles, reason, ticket)
        if conversation_id in self._happening:
            self._happening[conversation_id].append(event)
            return
        async with self._database.write() as connection:
            await repository.insert_event(connection, conversation_id, event)

    async def record_question(self, conversation_id: str, found: Suggestions) -> None:
        """Write down a question that was ranked, and how sure the ranker was of the nearest articles."""
        DECISIONS.labels(found.decision.value).inc()
        nearest = found.ranked[:_NEAREST]
        asked = AskedQuestion(conversation_id, self._clock.now(), found.question, found.decision.value, nearest)
        if conversation_id in self._asked:
            self._asked[conversation_id].append(asked)
            return
        async with self._database.write() as connection:
            await repository.insert_question(connection, asked)

    async def files(self, conversation_id: str) -> list[StoredFile]:
        """What the person has sent since the last ticket, as files of the next one.

        They get ids of their own over the same content: the talk may be erased while the ticket keeps its files.
        """
        async with self._database.read() as connection:
            sent = await repository.files_since_ticket(connection, conversation_id)
            found = [await find_file(connection, file_id) for file_id in sent]
        return [replace(file, id=uuid.uuid4().hex) for file in found if file is not None]

    async def events(self, conversation_id: str) -> list[ConversationEvent]:
        """What happened in a talk, oldest first."""
        async with self._database.read() as connection:
            return await repository.events_of(connection, conversation_id)

    async def transcript(self, conversation_id: str) -> str:
        """The talk as text, for the ticket and for officers."""
        async with self._database.read() as connection:
            stored = await repository.messages_after(connection, conversation_id, limit=1000)
        return rules.transcript(stored)


async def _authorised(connection: AsyncConnection, conversation_id: str, token: str) -> Conversation:
    conversation = await repository.find_conversation(connection, conversation_id)
    if conversation is None:
        raise UnknownConversation
    _check(token, conversation)
    return conversation


async def _last_heard(connection: AsyncConnection, conversation_id: str, token: str | None) -> datetime | None:
    """When something was said last in a talk that `token` opens; without one the caller has proved whose talk it is."""
    found = await repository.find_with_last_heard(connection, conversation_id)
    if found is None:
        raise UnknownConversation
    conversation, last_heard = found
    if token is not None:
        _check(token, conversation)
    return last_heard


def _check(token: str, conversation: Conversation) -> None:
    if not rules.opens(token, conversation.token_hash):
        raise NotAuthorised


def _row(conversation_id: str, reply: Reply) -> dict[str, Any]:
    return {
        "conversation_id": conversation_id,
        "sender": Sender.BOT.value,
        "text": reply.text,
        "articles": [asdict(card) for card in reply.articles],
        "buttons": [asdict(button) for button in reply.buttons],
        "ticket": asdict(reply.ticket) if reply.ticket else None,
    }


@asynccontextmanager
async def _queue(locks: Locks, name: str) -> AsyncIterator[None]:
    # The dictionary is weak: a lock lives as long as somebody holds or awaits it, so nothing piles up. Waiters are
    # served in the order in which they came (asyncio.Lock is fair).
    lock = locks.setdefault(name, asyncio.Lock())
    async with lock:
        yield
