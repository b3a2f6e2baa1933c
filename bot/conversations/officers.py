"""An officer's words in a talk: stored once, heard at once by whoever listens in this process."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.conversations import repository
from bot.conversations.models import Sender
from bot.database import Database


class OfficerVoice:
    """Writes what an officer says into a talk.

    `announce` wakes the streams of this process; those of others look for themselves with their next heartbeat.
    """

    def __init__(self, database: Database, clock: Clock, announce: Callable[[str], None] = lambda _: None) -> None:
        self._database = database
        self._clock = clock
        self._announce = announce

    async def say(self, conversation_id: str, text: str, *, key: str, ticket: Mapping[str, Any]) -> None:
        """Add an officer's message to a talk; the same key again adds nothing."""
        try:
            async with self._database.write() as connection:
                await repository.insert_message(
                    connection,
                    conversation_id=conversation_id,
                    sender=Sender.OFFICER.value,
                    text=text,
                    ticket=dict(ticket),
                    client_id=key,
                    created_at=self._clock.now(),
                )
        except IntegrityError:
            return
        self._announce(conversation_id)
