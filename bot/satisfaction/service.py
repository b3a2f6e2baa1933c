"""Rating solved tickets: by the page of a mail's link, or in the talk out of which a ticket came."""

from bot.clock import Clock
from bot.database import Database
from bot.errors import TicketOpen, UnknownTicket
from bot.people.repository import talks_of_person
from bot.satisfaction import repository
from bot.satisfaction.models import COMMENT_CHARACTERS, Rating
from bot.tickets.models import Ticket
from bot.tickets.rules import parse_text
from bot.tickets.service import TicketService


class SatisfactionService:
    """What others may do with ratings."""

    def __init__(self, database: Database, clock: Clock, tickets: TicketService) -> None:
        self._database = database
        self._clock = clock
        self._tickets = tickets

    async def find(self, number: int) -> Rating | None:
        """A ticket's rating, or None."""
        async with self._database.read() as connection:
            return await repository.find(connection, number)

    async def rateable(self, number: int) -> bool:
        """Whether there is a solved ticket with this number."""
        ticket = await self._tickets.find(number)
        return ticket is not None and self._is_solved(ticket)

    async def rate(self, number: int, *, good: bool, comment: str | None, source: str) -> None:
        """Store what the reporter thinks, in the place of what they thought before; None leaves the comment.

        A comment is cut at 1,000 characters. Raises UnknownTicket, and TicketOpen while the ticket is not solved.
        """
        ticket = await self._tickets.find(number)
        if ticket is None:
            raise UnknownTicket
        if not self._is_solved(ticket):
            raise TicketOpen
        said = None if comment is None else parse_text(comment[:COMMENT_CHARACTERS], may_be_empty=True)
        async with self._database.write() as connection:
            await repository.save(connection, number, good=good, comment=said, source=source, at=self._clock.now())

    async def rate_in_talk(self, number: int, conversation_id: str, *, good: bool) -> None:
        """As `rate`, by a tap in a talk. Raises UnknownTicket for a ticket out of somebody else's talk, TicketOpen."""
        ticket = await self._tickets.find(number)
        if ticket is None or not await self._is_theirs(ticket, conversation_id):
            raise UnknownTicket
        await self.rate(number, good=good, comment=None, source="chat")

    async def _is_theirs(self, ticket: Ticket, conversation_id: str) -> bool:
        if ticket.conversation_id == conversation_id:
            return True
        async with self._database.read() as connection:
            return ticket.conversation_id in await talks_of_person(connection, conversation_id)

    def _is_solved(self, ticket: Ticket) -> bool:
        state = self._tickets.state(ticket)
        return state.closed and not state.spam and state.merged_into is None
