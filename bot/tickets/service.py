"""What reporters may do with tickets: open, find, reply, keep open, finish."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.exc import IntegrityError

from bot.attachments.models import StoredFile
from bot.attachments.repository import files_by_event
from bot.clock import Clock
from bot.database import Database
from bot.tickets import repository, rules
from bot.tickets.log import DeskPolicy, TicketLog
from bot.tickets.models import (
    NewTicket,
    PublicTicket,
    Reply,
    ReplyKind,
    ReplyOutcome,
    Ticket,
    TicketEventKind,
    TicketState,
)
from bot.tickets.thanks import asks_nothing

REPORTER: Final = "reporter"


class TicketService:
    """What others may do with tickets."""

    def __init__(self, database: Database, clock: Clock, policy: DeskPolicy | None = None) -> None:
        self._database = database
        self._log = TicketLog(database, clock, policy or DeskPolicy())

    async def open(self, new: NewTicket, *, files: Sequence[StoredFile] = ()) -> Ticket:
        """Check the report, store it with its first event and its files in one transaction, and return the ticket.

        The same idempotency key gives the same ticket, however often and however simultaneously it is sent.
        Raises InvalidInput with a sentence for the reporter.
        """
        checked = rules.parse_ticket(new)
        return await self._opened_before(checked) or await self._open_once(checked, files)

    async def _open_once(self, new: NewTicket, files: Sequence[StoredFile]) -> Ticket:
        try:
            async with self._log.change() as change:
                return await change.open(new, REPORTER, files=files)
        except IntegrityError:
            ticket = await self._opened_before(new)  # the other tap of a double tap was quicker
            if ticket is None:
                raise
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

    async def look_up(self, number: int) -> PublicTicket | None:
        """What anybody who knows the number may see of a ticket (guide, section "Lacak status"), or None."""
        async with self._database.read() as connection:
            return await repository.find_public(connection, number)

    async def files(self, ticket: Ticket) -> Mapping[int, Sequence[StoredFile]]:
        """The files that came with each event of a ticket, by the event's id."""
        async with self._database.read() as connection:
            return await files_by_event(connection, ticket.number)

    def state(self, ticket: Ticket) -> TicketState:
        """How a ticket stands now: who waits for whom, when reminders go out and when it closes."""
        return self._log.state(ticket)

    async def reply(self, number: int, reply: Reply, *, files: Sequence[StoredFile] = ()) -> ReplyOutcome:
        """Store what came back from a reporter, where it belongs.

        A reply to an open ticket stops its closing clock. To a merged ticket, it goes to the one that took it in. To a
        closed one, it goes to the open ticket that follows it, or opens one (guide: "Kendala masih terjadi"), unless
        it asks for nothing (thanks.py). What a machine wrote on its own is kept in the log and changes nothing.
        The same key is the same reply, however often it comes.
        Raises UnknownTicket, EmptyMessage when there is neither text nor file, MessageTooLong.
        """
        text = rules.parse_text(reply.text, may_be_empty=bool(files) or reply.kind is not ReplyKind.WRITTEN)
        try:
            return await self._repeated(reply) or await self._receive(number, reply, text, files)
        except IntegrityError:
            outcome = await self._repeated(reply)  # the same mail came by two ways at once
            if outcome is None:
                raise
            return outcome

    async def _repeated(self, reply: Reply) -> ReplyOutcome | None:
        if reply.key is None:
            return None
        async with self._database.read() as connection:
            found = await repository.find_event(connection, reply.key)
        return ReplyOutcome(found[0], found[1].kind is TicketEventKind.OPENED, found[1]) if found else None

    async def _receive(self, number: int, reply: Reply, text: str, files: Sequence[StoredFile]) -> ReplyOutcome:
        written = reply.kind is ReplyKind.WRITTEN
        async with self._log.change() as change:
            ticket = await change.hold_end(number, follow_ups=written)
            kind = _kind_of(change.state(ticket), reply, text, files)
            if kind is TicketEventKind.FOLLOWED_UP:
                ticket = await change.follow_up(ticket, text, REPORTER, files=files, key=reply.key)
            else:
                data: dict[str, object] = {"text": text, "source": reply.source, "sender": reply.sender}
                data |= {} if written else {"mail": reply.kind.value}
                ticket = await change.append(ticket, kind, REPORTER, data, files=files, key=reply.key)
        return ReplyOutcome(ticket.number, kind is TicketEventKind.FOLLOWED_UP, ticket.events[-1])

    async def still_needs_help(self, number: int) -> ReplyOutcome:
        """The reporter pressed "masih butuh bantuan": stops the closing clock, or follows a closed ticket up.

        Pressed again, or on a ticket that waits for us anyway, it changes nothing. Raises UnknownTicket.
        """
        async with self._log.change() as change:
            ticket = await change.hold_end(number, follow_ups=True)
            state = change.state(ticket)
            if state.closed and not state.spam:
                ticket = await change.follow_up(ticket, rules.STILL_THERE, REPORTER)
                return ReplyOutcome(ticket.number, True, ticket.events[-1])
            if state.waiting_since is not None:
                ticket = await change.append(ticket, TicketEventKind.KEPT_OPEN, REPORTER)
        return ReplyOutcome(ticket.number, False, ticket.events[-1])

    async def done(self, number: int) -> Ticket:
        """The reporter pressed "sudah selesai". On a closed ticket it changes nothing. Raises UnknownTicket."""
        async with self._log.change() as change:
            ticket = await change.hold_end(number, follow_ups=True)
            if change.state(ticket).closed:
                return ticket
            return await change.append(ticket, TicketEventKind.SOLVED, REPORTER, {"text": "", "by": REPORTER})


def _kind_of(state: TicketState, reply: Reply, text: str, files: Sequence[StoredFile]) -> TicketEventKind:
    if reply.kind is not ReplyKind.WRITTEN:
        return TicketEventKind.AUTO_MAIL_RECEIVED
    if not state.closed or state.spam:
        return TicketEventKind.REPORTER_REPLIED
    thanks = not files and asks_nothing(text)
    return TicketEventKind.THANKED if thanks else TicketEventKind.FOLLOWED_UP
