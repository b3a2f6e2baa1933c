"""A whole desk over a real database, with a clock that can be moved and a worker that keeps the mails."""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.clock import SettableClock
from bot.database import Database
from bot.outbox.models import OutboxItem
from bot.outbox.worker import Worker
from bot.tickets.desk import TicketDesk
from bot.tickets.log import DeskPolicy
from bot.tickets.models import NewTicket, Reply, ReplyKind, Ticket, TicketState
from bot.tickets.service import TicketService
from bot.tickets.silence import SilenceHandler

REPORT = NewTicket("rina@sdn1.sch.id", "ARKAS", "Tidak bisa tutup BKU", "Tombol Tutup BKU abu-abu sejak kemarin.")


@dataclass
class KeptMails:
    """Takes the place of a mail server: keeps what it is given."""

    items: list[OutboxItem] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    async def handle(self, item: OutboxItem) -> None:
        if self.failures:
            raise self.failures.pop()
        self.items.append(item)

    def of(self, number: int) -> list[str]:
        """The templates that were mailed about a ticket, oldest first."""
        return [item.payload["template"] for item in self.items if item.payload["ticket"] == number]


class Desk:
    """Reporters, officers, worker and mails around one database."""

    def __init__(self, database: Database, clock: SettableClock, policy: DeskPolicy | None = None) -> None:
        self.database = database
        self.clock = clock
        self.policy = policy or DeskPolicy()
        self.tickets = TicketService(database, clock, self.policy)
        self.officers = TicketDesk(database, clock, self.policy)
        self.mails = KeptMails()
        self.worker = self.another_worker()

    def another_worker(self) -> Worker:
        silence = SilenceHandler(self.database, self.clock, self.policy)
        return Worker(self.database, self.clock, {"mail": self.mails, "ticket_silence": silence})

    async def open(self) -> Ticket:
        return await self.tickets.open(REPORT)

    async def asked(self) -> Ticket:
        """A ticket whose reporter was asked for his NPSN just now."""
        ticket = await self.open()
        return await self.officers.ask_information(ticket.number, "budi", "Mohon kirim NPSN sekolah.")

    async def reply(self, number: int, text: str, kind: ReplyKind = ReplyKind.WRITTEN, key: str | None = None) -> int:
        """Reply as the reporter by mail; returns the number of the ticket that holds it."""
        reply = Reply(text, "rina@sdn1.sch.id", "mail", kind, key)
        return (await self.tickets.reply(number, reply)).number

    async def after(self, **hours: float) -> None:
        """Let time pass, and the worker do what is due."""
        self.clock.advance(timedelta(**hours))
        await self.worker.drain()

    async def state(self, number: int) -> TicketState:
        return self.tickets.state(await self.ticket(number))

    async def ticket(self, number: int) -> Ticket:
        ticket = await self.tickets.find(number)
        assert ticket is not None
        return ticket
