"""One operation on many tickets: each by itself, with a report of what could not be done and why."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.errors import ArkasError, InvalidInput, TicketChanged, UnknownTicket
from bot.tickets.models import Ticket
from bot.tickets.service import TicketService

MOST: Final = 200
Operation = Callable[[int, int], Awaitable[Ticket]]  # number and version


@dataclass(frozen=True)
class BulkReport:
    """On which tickets it was done, and on which it was refused, with the reason."""

    done: Sequence[int]
    refused: Sequence[tuple[int, str]]


class BulkDesk:
    """Does to many tickets what TicketDesk does to one."""

    def __init__(self, tickets: TicketService) -> None:
        self._tickets = tickets

    async def each(self, numbers: Sequence[int], operation: Operation, *, seen_at: datetime) -> BulkReport:
        """Do it to each ticket, unless somebody worked on it after the moment at which the officer saw the list.

        Raises InvalidInput without tickets or for more than 200.
        """
        if not 0 < len(numbers) <= MOST:
            raise InvalidInput(f"Pilih 1 sampai {MOST} tiket.")
        done: list[int] = []
        refused: list[tuple[int, str]] = []
        for number in dict.fromkeys(numbers):
            try:
                await operation(number, await self._version(number, seen_at))
                done.append(number)
            except ArkasError as error:
                refused.append((number, error.detail))
        return BulkReport(done, refused)

    async def _version(self, number: int, seen_at: datetime) -> int:
        ticket = await self._tickets.find(number)
        if ticket is None:
            raise UnknownTicket
        version = self._tickets.state(ticket).version
        if ticket.events[version - 1].at > seen_at:
            raise TicketChanged("Baru saja berubah. Buka tiketnya lalu periksa dahulu.")
        return version
