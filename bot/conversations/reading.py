"""Reading talks without taking part in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversations import repository, rules
from bot.conversations.models import ConversationEvent, Message
from bot.database import Database

_MOST = 1000


@dataclass(frozen=True)
class Told:
    """A talk: on which channel, what was written, and what happened beside the words."""

    channel: str
    messages: Sequence[Message]
    events: Sequence[ConversationEvent]


class Talks:
    """What a desk may know of a talk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def transcript(self, conversation_id: str) -> str:
        """The talk as text."""
        return rules.transcript(await self._messages(conversation_id))

    async def shown(self, conversation_id: str) -> list[str]:
        """The articles that were shown, each once: "[42] Cara menutup BKU"."""
        cards = (card for message in await self._messages(conversation_id) for card in message.articles)
        return list(dict.fromkeys(f"[{card['id']}] {card['title']}" for card in cards))

    async def told(self, conversation_id: str) -> Told | None:
        """The whole talk with what happened in it, or None when there is none with this id."""
        async with self._database.read() as connection:
            conversation = await repository.find_conversation(connection, conversation_id)
            if conversation is None:
                return None
            messages = await repository.messages_after(connection, conversation_id, limit=_MOST)
            return Told(conversation.channel, messages, await repository.events_of(connection, conversation_id))

    async def _messages(self, conversation_id: str) -> list[Message]:
        async with self._database.read() as connection:
            return await repository.messages_after(connection, conversation_id, limit=_MOST)
