"""What an officer writes in a ticket that came out of a talk is said in that talk too, beside the mail.

Whoever leads the talk on a messenger gets it there; where it cannot arrive, a note in the ticket tells the officers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, Protocol

from bot.attachments.models import StoredFile
from bot.attachments.repository import files_of_event
from bot.clock import Clock
from bot.conversations.models import Message, Sender
from bot.conversations.repository import find_message
from bot.database import Database
from bot.outbox.models import OutboxItem, PermanentFailure
from bot.tickets import repository
from bot.tickets.log import DeskPolicy, TicketLog
from bot.tickets.models import Ticket, TicketEvent, TicketEventKind

_HOW_TO_ANSWER: Final = "Untuk membalas petugas, silakan balas email tiket #{number}."
_ACTOR: Final = "system"


class Voice(Protocol):
    """What is needed of bot.conversations.officers.OfficerVoice."""

    async def say(
        self, conversation_id: str, text: str, *, key: str, ticket: Mapping[str, Any], files: Sequence[StoredFile] = ()
    ) -> Message:
        """Add an officer's message to a talk; the same key again adds nothing and returns the first."""
        ...


class Copies(Protocol):
    """What is needed of bot.channels.reaching.Messengers."""

    async def tell(self, conversation_id: str, message: Message) -> list[str]:
        """Hand a message of the talk to the person's messengers; returns where it does not arrive, for officers."""
        ...


class TalkHandler:
    """Does the errands of kind `talk`."""

    def __init__(
        self, database: Database, clock: Clock, voice: Voice, copies: Copies, policy: DeskPolicy | None = None
    ) -> None:
        self._database = database
        self._voice = voice
        self._copies = copies
        self._log = TicketLog(database, clock, policy or DeskPolicy())

    async def handle(self, item: OutboxItem) -> None:
        """Say the event's words in the ticket's talk. Raises PermanentFailure when there is none any more."""
        ticket, event, files = await self._found(item.payload["ticket"], item.payload["event"])
        if ticket is None or event is None or ticket.conversation_id is None:
            raise PermanentFailure("the ticket, its event or its talk is gone")
        text = f"{event.data.get('text', '')}\n\n{_HOW_TO_ANSWER.format(number=ticket.number)}"
        summary = asdict(ticket.summary())
        said = await self._voice.say(ticket.conversation_id, text, key=item.key, ticket=summary, files=files)
        missed = await self._copies.tell(ticket.conversation_id, said)
        if missed:
            await self._note(ticket.number, "\n".join(missed), key=f"{item.key}:missed")

    async def _found(self, number: int, event_id: int) -> tuple[Ticket | None, TicketEvent | None, list[StoredFile]]:
        async with self._database.read() as connection:
            ticket = await repository.find_ticket(connection, number)
            files = await files_of_event(connection, event_id)
        return ticket, next((each for each in ticket.events if each.id == event_id), None) if ticket else None, files

    async def _note(self, number: int, text: str, *, key: str) -> None:
        await note_once(self._log, number, text, key=key)


class MissedHandler:
    """Does the errands of kind `missed`: a messenger did not deliver an officer's words after all."""

    def __init__(self, database: Database, clock: Clock, policy: DeskPolicy | None = None) -> None:
        self._database = database
        self._log = TicketLog(database, clock, policy or DeskPolicy())

    async def handle(self, item: OutboxItem) -> None:
        """Note it in the ticket of the message. The bot's own questions (a rating) are not missed."""
        async with self._database.read() as connection:
            message = await find_message(connection, item.payload["message"])
        if message is not None and message.sender is Sender.OFFICER and message.ticket:
            await note_once(self._log, int(message.ticket["number"]), item.payload["text"], key=item.key)


async def note_once(log: TicketLog, number: int, text: str, *, key: str) -> None:
    """Note something for officers in a ticket, for the errand may be done twice."""
    async with log.change() as change:
        ticket = await change.hold(number)
        if all(event.key != key for event in ticket.events):
            await change.append(ticket, TicketEventKind.NOTE, _ACTOR, {"text": text}, key=key)
