"""Whoever leads a talk, and the tickets that follow them."""

from typing import Final, Protocol

from bot.people.service import PeopleService
from bot.tickets.models import Ticket

_SHOWN: Final = 5


class Tickets(Protocol):
    """What is needed of bot.tickets.service.TicketService."""

    async def find(self, number: int) -> Ticket | None:
        """The ticket with this number, or None."""
        ...


async def own_tickets(people: PeopleService, tickets: Tickets, conversation_id: str) -> list[Ticket]:
    """The newest tickets of whoever leads this talk: from a talk of theirs, or from an address that they proved."""
    numbers = await people.ticket_numbers(conversation_id)
    return [ticket for number in numbers[:_SHOWN] if (ticket := await tickets.find(number))]
