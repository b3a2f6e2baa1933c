"""An officer's words in a talk: stored once, heard at once by whoever listens in this process."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError

from bot.attachments.models import StoredFile
from bot.clock import Clock
from bot.conversations import repository
from bot.conversations.models import Message, Sender
from bot.database import Database
from bot.errors import UnknownConversation


class OfficerVoice:
    """Writes what an officer says into a talk.

    `announce` wakes the streams of this process; those of others look for themselves with their next heartbeat.
    """

    def __init__(self, database: Database, clock: Clock, announce: Callable[[str], None] = lambda _: None) -> None:
        self._database = database
        self._clock = clock
        self._announce = announce

    async def say(
        self, conversation_id: str, text: str, *, key: str, ticket: Mapping[str, Any], files: Sequence[StoredFile] = ()
    ) -> Message:
        """Add an officer's message to a talk and return it; the same key again adds nothing and finds it."""
        attachments = [file.as_json() for file in files]
        values = {"sender": Sender.OFFICER.value, "text": text, "ticket": dict(ticket), "attachments": attachments}
        return await self._once(conversation_id, key, values)

    async def ask(
        self, conversation_id: str, text: str, *, key: str, ticket: Mapping[str, Any], buttons: list[dict[str, Any]]
    ) -> Message:
        """Have the bot ask something on the officers' behalf; the same key again adds nothing and finds it."""
        values = {"sender": Sender.BOT.value, "text": text, "ticket": dict(ticket), "buttons": buttons}
        return await self._once(conversation_id, key, values)

    async def _once(self, conversation_id: str, key: str, values: Mapping[str, Any]) -> Message:
        try:
            async with self._database.write() as connection:
                said = await repository.insert_message(
                    connection,
                    conversation_id=conversation_id,
                    client_id=key,
                    created_at=self._clock.now(),
                    **values,
                )
        except IntegrityError:
            return await self._said_before(conversation_id, key)
        self._announce(conversation_id)
        return said

    async def _said_before(self, conversation_id: str, key: str) -> Message:
        async with self._database.read() as connection:
            said = await repository.find_by_client_id(connection, conversation_id, key)
        if said is None:
            raise UnknownConversation
        return said
