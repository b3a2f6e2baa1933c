"""Known incidents: what officers decide about them, and what everybody is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.database import Database
from bot.incidents import repository, rules
from bot.incidents.errors import IncidentEnded, UnknownIncident
from bot.incidents.models import Incident, IncidentStatus
from bot.outbox.models import NewItem
from bot.outbox.repository import enqueue
from bot.tickets.log import DeskPolicy, TicketLog
from bot.tickets.models import BUILTIN, TicketEventKind
from bot.tickets.rules import parse_program, parse_subject, parse_text

SOLVED: Final = "incident_solved"
_FRESH_SECONDS: Final = 3.0  # how long a banner may be late in a process
_LIVE: Final = (IncidentStatus.SUSPECTED, IncidentStatus.OPEN)


@dataclass(frozen=True)
class Announcement:
    """What people read of an incident, as an officer wrote it. No program means that all are affected."""

    title: str
    text: str
    program: str | None
    articles: Sequence[int]

    def checked(self) -> "Announcement":
        """The same, fit to be shown. Raises InvalidSubject, EmptyMessage, MessageTooLong or InvalidProgram."""
        program = parse_program(self.program) if self.program else None
        return Announcement(parse_subject(self.title), parse_text(self.text), program, sorted(set(self.articles)))

    def values(self) -> dict[str, Any]:
        """The columns."""
        return {"title": self.title, "text": self.text, "program": self.program, "articles": list(self.articles)}


class IncidentService:
    """What others may do with incidents."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        policy: DeskPolicy | None = None,
        *,
        monotonic: Callable[[], float] = monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._log = TicketLog(database, clock, policy or DeskPolicy())
        self._monotonic = monotonic
        self._known: list[Incident] = []
        self._known_until = float("-inf")

    async def told(self) -> Sequence[Incident]:
        """The open incidents, newest first; asked with every page, so looked up every three seconds at most."""
        if self._monotonic() >= self._known_until:
            async with self._database.read() as connection:
                self._known = await repository.of_status(connection, IncidentStatus.OPEN)
            self._known_until = self._monotonic() + _FRESH_SECONDS
        return self._known

    async def about(self, articles: Sequence[int]) -> Incident | None:
        """The open incident that a question with these nearest articles, best first, is about."""
        return rules.told_about(articles, await self.told())

    async def list(self, status: IncidentStatus) -> Sequence[Incident]:
        """The incidents that stand so, newest first, at most fifty."""
        async with self._database.read() as connection:
            return await repository.of_status(connection, status)

    async def find(self, number: int) -> Incident:
        """Raises UnknownIncident."""
        async with self._database.read() as connection:
            return await _found(connection, number)

    async def tickets(self, number: int) -> Sequence[int]:
        """The numbers of the tickets that are attached."""
        async with self._database.read() as connection:
            return await repository.attached(connection, number)

    async def of_ticket(self, ticket: int) -> Sequence[Incident]:
        """The incidents that a ticket is attached to."""
        async with self._database.read() as connection:
            return await repository.of_ticket(connection, ticket)

    async def open(self, announcement: Announcement, by: str) -> Incident:
        """Tell people of an incident that an officer knows of. Raises as `Announcement.checked` does."""
        told, now = announcement.checked(), self._clock.now()
        new = Incident(
            0, IncidentStatus.OPEN, told.title, told.text, told.program, told.articles, began_at=now, noticed_at=now,
            evidence={}, opened_at=now, opened_by=by,
        )  # fmt: skip
        async with self._database.write() as connection:
            number = await repository.add(connection, new)
        return await self._changed(number)

    async def confirm(self, number: int, announcement: Announcement, by: str) -> Incident:
        """Open a suspected incident, or write an open one anew.

        Raises as `open` does, UnknownIncident, IncidentEnded.
        """
        values = announcement.checked().values() | {"status": IncidentStatus.OPEN.value}
        incident = await self.find(number)
        if incident.status is IncidentStatus.SUSPECTED:
            values |= {"opened_at": self._clock.now(), "opened_by": by}
        return await self._decide(number, values)

    async def dismiss(self, number: int, by: str) -> Incident:
        """Say that a suspicion is wrong; it is not raised again for a day. Raises UnknownIncident, IncidentEnded."""
        values = {"status": IncidentStatus.DISMISSED.value, "ended_at": self._clock.now(), "ended_by": by}
        return await self._decide(number, values, only=(IncidentStatus.SUSPECTED,))

    async def solve(self, number: int, solution: str, by: str) -> Incident:
        """End an open incident: banners go, every attached ticket is solved and its reporter told, once each.

        Raises UnknownIncident, IncidentEnded, EmptyMessage, MessageTooLong.
        """
        now, text = self._clock.now(), parse_text(solution)
        values = {"status": IncidentStatus.SOLVED.value, "ended_at": now, "ended_by": by, "solution": text}
        async with self._database.write() as connection:
            if not await repository.change(connection, number, (IncidentStatus.OPEN,), values):
                raise IncidentEnded
            told = [_errand(number, ticket, now) for ticket in await repository.attached(connection, number)]
            await enqueue(connection, told, at=now)
        return await self._changed(number)

    async def attach(self, number: int, ticket: int, by: str) -> None:
        """Attach a ticket by hand. Raises UnknownIncident, UnknownTicket, IncidentEnded."""
        incident = await self.find(number)
        if incident.status is not IncidentStatus.OPEN:
            raise IncidentEnded
        await self.hold(incident, ticket, f"officer:{by}"[:100], again=True)

    async def hold(self, incident: Incident, ticket: int, actor: str, *, again: bool = False) -> bool:
        """Attach a ticket with an event in its log. Says whether it was.

        Not one that is spam or goes on in another, nor one at a desk elsewhere, whose reporter is told by that desk.
        """
        async with self._log.change() as change:
            held = await change.hold(ticket)
            state = change.state(held)
            if not await repository.attach(change.connection, incident.id, ticket, at=change.now, again=again):
                return False
            if state.desk != BUILTIN or state.spam or state.merged_into is not None:
                await repository.detach(change.connection, incident.id, ticket, at=change.now)
                return False
            await change.append(held, TicketEventKind.INCIDENT_ATTACHED, actor, {"incident": incident.id})
            return True

    async def detach(self, number: int, ticket: int, by: str) -> None:
        """Undo an attaching; the ticket is not attached by itself again. Raises UnknownTicket."""
        async with self._log.change() as change:
            held = await change.hold(ticket)
            if await repository.detach(change.connection, number, ticket, at=change.now):
                data: dict[str, object] = {"incident": number}
                await change.append(held, TicketEventKind.INCIDENT_DETACHED, f"officer:{by}"[:100], data)

    async def _decide(self, number: int, values: dict[str, Any], *, only: Sequence[IncidentStatus] = _LIVE) -> Incident:
        async with self._database.write() as connection:
            if not await repository.change(connection, number, only, values):
                await _found(connection, number)
                raise IncidentEnded
        return await self._changed(number)

    async def _changed(self, number: int) -> Incident:
        self._known_until = float("-inf")
        return await self.find(number)


async def _found(connection: AsyncConnection, number: int) -> Incident:
    incident = await repository.find(connection, number)
    if incident is None:
        raise UnknownIncident
    return incident


def _errand(number: int, ticket: int, now: datetime) -> NewItem:
    return NewItem(SOLVED, f"{SOLVED}:{number}:{ticket}", now, {"incident": number, "ticket": ticket})
