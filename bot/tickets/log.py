"""Writing to the logs of tickets: one transaction in which tickets are held, read, and grow by events."""

import hashlib
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.attachments.models import StoredFile
from bot.attachments.repository import files_of_event, insert_file
from bot.clock import Clock
from bot.database import Database
from bot.errors import TicketChanged, UnknownTicket
from bot.faults import fault_point
from bot.outbox.repository import cancel, enqueue, withdraw
from bot.tickets import repository
from bot.tickets.consequences import RECALLABLE, consequences, errands_of, group_of, rating_asked, said_in_talk
from bot.tickets.models import BUILTIN, NewTicket, Ticket, TicketEvent, TicketEventKind, TicketState
from bot.tickets.rules import follow_up_of
from bot.tickets.search_repository import store_document
from bot.tickets.state import SilencePolicy, folded, state_of
from bot.tickets.words import document_of


def _no_promise(_reported_at: datetime) -> datetime | None:
    return None


@dataclass(frozen=True)
class DeskPolicy:
    """The desk's settings: how long silence lasts, until when a report should have its first answer, who works."""

    silence: SilencePolicy = field(default_factory=SilencePolicy)
    response_due: Callable[[datetime], datetime | None] = _no_promise
    desk: str = BUILTIN


def check_version(ticket: Ticket, version: int | None) -> None:
    """Raise TicketChanged when `version` is given and somebody worked on the ticket since."""
    if version is not None and folded(ticket.events).version != version:
        raise TicketChanged


class TicketLog:
    """Opens transactions on tickets. All that changes a ticket goes through here."""

    def __init__(self, database: Database, clock: Clock, policy: DeskPolicy) -> None:
        self._database = database
        self._clock = clock
        self._policy = policy

    @asynccontextmanager
    async def change(self) -> AsyncIterator["Change"]:
        """A transaction: all its events, projections and errands are stored together, or none of them."""
        async with self._database.write() as connection:
            yield Change(connection, self._clock.now(), self._policy)
            fault_point("ticket.written")
        fault_point("ticket.committed")

    def state(self, ticket: Ticket) -> TicketState:
        """How a ticket stands now, with its deadlines."""
        return state_of(ticket.events, self._clock.now(), self._policy.silence)


@dataclass(frozen=True)
class Change:
    """What can be done to tickets within one transaction, all at one moment."""

    connection: AsyncConnection
    now: datetime
    policy: DeskPolicy

    def state(self, ticket: Ticket) -> TicketState:
        """How a ticket stands at this moment."""
        return state_of(ticket.events, self.now, self.policy.silence)

    async def hold(self, number: int, version: int | None = None) -> Ticket:
        """The ticket, which nobody else changes until the transaction ends.

        Raises UnknownTicket, and TicketChanged when `version` is given and somebody worked on it since.
        """
        ticket = await repository.lock_ticket(self.connection, number)
        if ticket is None:
            raise UnknownTicket
        check_version(ticket, version)
        return ticket

    async def hold_both(self, first: int, second: int) -> tuple[Ticket, Ticket]:
        """Two tickets, held in the order of their numbers so that two officers cannot wait for each other."""
        held = {number: await self.hold(number) for number in sorted({first, second})}
        return held[first], held[second]

    async def hold_end(self, number: int, *, follow_ups: bool) -> Ticket:
        """The ticket in which `number` goes on: through merges, and with `follow_ups` through follow-ups too.

        Raises UnknownTicket. The way is walked without locks. An end that moved before it was held is let go again
        (its savepoint is rolled back): nobody holds one ticket while he waits for another out of their order.
        """
        while True:
            number = await self.find_end(number, follow_ups=follow_ups)
            held = await self.connection.begin_nested()
            ticket = await self.hold(number)
            if await repository.successor(self.connection, number, follow_ups=follow_ups) is None:
                await held.commit()
                return ticket
            await held.rollback()

    async def find_end(self, number: int, *, follow_ups: bool = False) -> int:
        """The number at which `hold_end` would arrive, as it is now and not held; an absent one is its own end."""
        while (after := await repository.successor(self.connection, number, follow_ups=follow_ups)) is not None:
            number = after
        return number

    async def open(
        self, new: NewTicket, actor: str, *, files: Sequence[StoredFile] = (), key: str | None = None,
        follows: int | None = None,
    ) -> Ticket:  # fmt: skip
        """Store a report as a new ticket with its first event. Raises IntegrityError when a key was used before."""
        due = self.policy.response_due(self.now)
        number = await repository.insert_ticket(self.connection, new, at=self.now, response_due=due)
        data: dict[str, object] = {"source": new.source} | ({"follows": follows} if follows else {})
        data |= {} if self.policy.desk == BUILTIN else {"desk": self.policy.desk}
        opened = TicketEvent(TicketEventKind.OPENED, self.now, actor, data, key)
        await self._store(number, (), opened, files)
        ticket = await repository.find_ticket(self.connection, number)
        if ticket is None:
            raise UnknownTicket
        await store_document(self.connection, number, document_of(ticket))
        return ticket

    async def follow_up(
        self, old: Ticket, text: str, actor: str, *, files: Sequence[StoredFile] = (), key: str | None = None
    ) -> Ticket:
        """Go on with a closed, held ticket in a new one: linked both ways, with its subject and reporter."""
        ticket_key = f"reply:{hashlib.sha256(key.encode()).hexdigest()}" if key else None
        new = follow_up_of(old, text, ticket_key)
        ticket = await self.open(new, actor, files=files, key=key, follows=old.number)
        await self.append(old, TicketEventKind.FOLLOWED_UP, actor, {"number": ticket.number})
        return ticket

    async def append(
        self, ticket: Ticket, kind: TicketEventKind, actor: str, data: dict[str, object] | None = None, *,
        files: Sequence[StoredFile] = (), key: str | None = None,
    ) -> Ticket:  # fmt: skip
        """Add an event to a held ticket, with all that follows from it, and return the ticket as it is then."""
        event = TicketEvent(kind, self.now, actor, data or {}, key)
        stored = await self._store(ticket.number, ticket.events, event, files)
        await enqueue(self.connection, [*said_in_talk(ticket, stored), *rating_asked(ticket, stored)], at=self.now)
        events = (*ticket.events, stored)
        state = folded(events)
        grown = replace(
            ticket, events=events, status=state.status, last_reply_at=state.last_reply_at,
            program=state.program or ticket.program,
        )  # fmt: skip
        await store_document(self.connection, ticket.number, document_of(grown))
        return grown

    async def withdraw(self, ticket: Ticket, event: TicketEvent) -> bool:
        """Cancel what would tell others of the ticket's newest event. Says whether nobody has heard or will hear of it.

        Whoever works the outbox takes errands by their rows, and so does this: one of the two comes first.
        """
        newest = event.seq == folded(ticket.events).version and event.kind in RECALLABLE
        if not newest or self.now >= event.leaves_at:
            return False
        told = errands_of(ticket.number, event)
        return await withdraw(self.connection, told, group=group_of(ticket.number), event=event.id, at=self.now)

    async def copies_of_files(self, ticket: Ticket, event_id: int) -> list[StoredFile]:
        """The files of one of the ticket's events, under ids of their own; their content is kept once."""
        mine = any(event.id == event_id for event in ticket.events)
        files = await files_of_event(self.connection, event_id) if mine else []
        return [replace(file, id=uuid.uuid4().hex) for file in files]

    async def _store(
        self, number: int, before: Sequence[TicketEvent], event: TicketEvent, files: Sequence[StoredFile]
    ) -> TicketEvent:
        after = state_of((*before, event), self.now, self.policy.silence)
        stored = await repository.append_event(self.connection, number, event, after)
        fault_point("ticket.event_stored")
        for file in files:
            await insert_file(self.connection, file, ticket_number=number, event_id=stored.id)
        await self._follow(number, folded(before) if before else None, stored, after)
        return stored

    async def _follow(self, number: int, before: TicketState | None, event: TicketEvent, after: TicketState) -> None:
        outcome = consequences(number, before, event, after)
        for group in outcome.cancelled:
            await cancel(self.connection, group, at=self.now)
        await enqueue(self.connection, outcome.errands, at=self.now)
