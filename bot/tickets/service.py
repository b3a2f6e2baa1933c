"""Opening and finding tickets."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from bot.attachments.models import StoredFile
from bot.attachments.repository import insert_file
from bot.clock import Clock
from bot.database import Database
from bot.errors import UnknownTicket
from bot.tickets import repository, rules
from bot.tickets.models import NewTicket, Ticket, TicketEvent, TicketEventKind


class TicketService:
    """What others may do with tickets."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def open(self, new: NewTicket, *, files: Sequence[StoredFile] = ()) -> Ticket:
        """Check the report, store it with its first event and its files in one transaction, and return the ticket.

        The same idempotency key gives the same ticket, however often and however simultaneously it is sent.
        Raises InvalidInput with a sentence for the reporter.
        """
        checked = rules.parse_ticket(new)
        return await self._opened_before(checked) or await self._open_once(checked, files)

    async def _open_once(self, new: NewTicket, files: Sequence[StoredFile]) -> Ticket:
        try:
            return await self._insert(new, files)
        except IntegrityError:
            ticket = await self._opened_before(new)  # the other tap of a double tap was quicker
            if ticket is None:
                raise
            return ticket

    async def _insert(self, new: NewTicket, files: Sequence[StoredFile]) -> Ticket:
        now = self._clock.now()
        async with self._database.write() as connection:
            number = await repository.insert_ticket(connection, new, at=now)
            opened = TicketEvent(TicketEventKind.OPENED, now, actor="reporter", data={"source": new.source})
            await repository.append_event(connection, number, opened)
            for file in files:
                await insert_file(connection, file, ticket_number=number)
            ticket = await repository.find_ticket(connection, number)
        if ticket is None:
            raise UnknownTicket
        return ticket

    async def _opened_before(self, new: NewTicket) -> Ticket | None:
        if new.idempotency_key is None:
            return None
        async with self._database.read() as connection:
            return await repository.find_by_key(connection, new.idempotency_key)

    async def find(self, number: int) -> Ticket | None:
        """The ticket with this number, or None."""
        async with self._database.read() as connection:
            return await repository.find_ticket(connection, number)
