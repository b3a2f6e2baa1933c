"""What an officer writes in a ticket that came out of a talk is said in that talk too, beside the mail."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final, Protocol

from bot.database import Database
from bot.outbox.models import OutboxItem, PermanentFailure
from bot.tickets import repository

_HOW_TO_ANSWER: Final = "Untuk membalas petugas, silakan balas email tiket #{number}."


class Voice(Protocol):
    """What is needed of bot.conversations.officers.OfficerVoice."""

    async def say(self, conversation_id: str, text: str, *, key: str, ticket: Mapping[str, Any]) -> None:
        """Add an officer's message to a talk; the same key again adds nothing."""
        ...


class TalkHandler:
    """Does the errands of kind `talk`."""

    def __init__(self, database: Database, voice: Voice) -> None:
        self._database = database
        self._voice = voice

    async def handle(self, item: OutboxItem) -> None:
        """Say the event's words in the ticket's talk. Raises PermanentFailure when there is none any more."""
        number, event_id = item.payload["ticket"], item.payload["event"]
        async with self._database.read() as connection:
            ticket = await repository.find_ticket(connection, number)
        event = next((each for each in ticket.events if each.id == event_id), None) if ticket else None
        if ticket is None or event is None or ticket.conversation_id is None:
            raise PermanentFailure("the ticket, its event or its talk is gone")
        text = f"{event.data.get('text', '')}\n\n{_HOW_TO_ANSWER.format(number=number)}"
        await self._voice.say(ticket.conversation_id, text, key=item.key, ticket=asdict(ticket.summary()))
