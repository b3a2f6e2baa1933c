"""What the worker does about incidents: notices bursts, attaches like reports, and tells everybody when it is over."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from bot.clock import Clock
from bot.conversations.models import AskedQuestion
from bot.database import Database
from bot.heartbeats.repository import beat, last_beat
from bot.incidents import repository, rules
from bot.incidents.models import NOWHERE, Incident, IncidentStatus, Report, Signal
from bot.incidents.rules import Burst, BurstPolicy, History
from bot.incidents.service import IncidentService
from bot.outbox.models import OutboxItem, PermanentFailure
from bot.tickets.log import DeskPolicy, TicketLog
from bot.tickets.models import TicketEventKind
from embeddings import Decision

log = structlog.get_logger(__name__)

WATCH: Final = "incident_watch"
_EVERY: Final = timedelta(seconds=15)
_OVERLAP: Final = timedelta(minutes=5)  # what was begun before the last look and stored after it
_AT_ONCE: Final = 500
_HISTORY_FOR: Final = timedelta(hours=1)
_ACTOR: Final = "system"


class Nearest(Protocol):
    """Ranks a report to the article that it is nearest to."""

    def nearest(self, text: str) -> int:
        """The article's number; NOWHERE when none is near."""
        ...

    def title(self, article: int) -> str:
        """The title of an article; empty when it is gone."""
        ...


class IncidentWatch:
    """Looks, four times a minute: `round` is what the errand of kind `incident_watch` does, by one worker at a time."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        incidents: IncidentService,
        articles: Nearest,
        policy: BurstPolicy | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._incidents = incidents
        self._articles = articles
        self._policy = policy or BurstPolicy()
        self._history: tuple[datetime, History] | None = None

    async def round(self) -> timedelta:
        """Look; returns how long to wait before the next round."""
        return timedelta() if await self.look() else _EVERY

    async def look(self) -> bool:
        """Take what is new, notice bursts, attach reports. Says whether more is waiting to be taken."""
        if await self._take_questions() + await self._take_reports():
            return True
        await self._notice()
        await self._attach()
        return False

    async def _take_questions(self) -> bool:
        since = await self._since("incident_questions")
        async with self._database.read() as connection:
            asked = await repository.questions_since(connection, since, _AT_ONCE)
        signals = [Signal("question", each.id, _nearest(each), each.at, each.conversation_id) for each in asked]
        await self._keep("incident_questions", signals, asked[-1].at if asked else None)
        return len(asked) == _AT_ONCE

    async def _take_reports(self) -> bool:
        since = await self._since("incident_tickets")
        async with self._database.read() as connection:
            reports = await repository.reports_since(connection, since, _AT_ONCE)
        signals = await asyncio.to_thread(self._ranked, reports)
        await self._keep("incident_tickets", signals, reports[-1].at if reports else None)
        return len(reports) == _AT_ONCE

    def _ranked(self, reports: Sequence[Report]) -> list[Signal]:
        found = [(report, self._articles.nearest(report.text)) for report in reports]
        return [
            Signal("ticket", report.number, nearest, report.at, report.conversation_id, report.number)
            for report, nearest in found
        ]

    async def _since(self, name: str) -> datetime:
        async with self._database.read() as connection:
            last = await last_beat(connection, name)
        oldest = self._clock.now() - self._policy.history
        return max(oldest, last - _OVERLAP) if last else oldest

    async def _keep(self, name: str, signals: Sequence[Signal], until: datetime | None) -> None:
        if until is None:
            return
        async with self._database.write() as connection:
            await repository.store_signals(connection, signals)
            await beat(connection, name, at=until)

    async def _notice(self) -> None:
        now, history = self._clock.now(), await self._usual()
        async with self._database.read() as connection:
            people = await repository.people_since(connection, now - self._policy.window, now)
            known = await repository.lately(connection, now - self._policy.quiet)
        for burst in rules.bursts(people, history, now, self._policy):
            if not rules.is_known(burst.article, known, now, self._policy):
                await self._suspect(burst, now)

    async def _usual(self) -> History:
        now = self._clock.now()
        if self._history is None or now - self._history[0] >= _HISTORY_FOR:
            self._history = (now, await self._read_history(now))
        return self._history[1]

    async def _read_history(self, now: datetime) -> History:
        until = now - self._policy.window
        oldest = until - self._policy.history
        async with self._database.write() as connection:
            await repository.forget_signals(connection, oldest)
            by_article, by_hour, first = await repository.history(connection, oldest, until)
        return rules.history_of(by_article, by_hour, (until - first) if first else timedelta())

    async def _suspect(self, burst: Burst, now: datetime) -> None:
        evidence = {"people": burst.people, "expected": round(burst.expected, 2), "chance": burst.chance}
        title = self._articles.title(burst.article) or f"Artikel {burst.article}"
        suspected = Incident(
            0, IncidentStatus.SUSPECTED, title[:150], "", None, [burst.article], began_at=now - self._policy.window,
            noticed_at=now, evidence=evidence,
        )  # fmt: skip
        async with self._database.write() as connection:
            number = await repository.add(connection, suspected)
        log.warning("incident_suspected", incident=number, article=burst.article, **evidence)

    async def _attach(self) -> None:
        async with self._database.read() as connection:
            open_ones = await repository.of_status(connection, IncidentStatus.OPEN)
            found = [(each, await repository.candidates(connection, each, _AT_ONCE)) for each in open_ones]
        for incident, candidates in found:
            for signal, program in candidates:
                if signal.ticket is not None and rules.belongs(signal, program, incident):
                    await self._incidents.hold(incident, signal.ticket, _ACTOR)


def _nearest(asked: AskedQuestion) -> int:
    return asked.ranked[0][0] if asked.ranked and asked.decision != Decision.ABSTAIN else NOWHERE


class IncidentEnd:
    """Handles the errands of kind `incident_solved`: one for each attached ticket."""

    def __init__(
        self, database: Database, clock: Clock, incidents: IncidentService, policy: DeskPolicy | None = None
    ) -> None:
        self._incidents = incidents
        self._log = TicketLog(database, clock, policy or DeskPolicy())

    async def handle(self, item: OutboxItem) -> None:
        """Write the end into the ticket's log, once; the mail follows from that. Raises PermanentFailure."""
        incident = await self._incidents.find(item.payload["incident"])
        if incident.status is not IncidentStatus.SOLVED:
            raise PermanentFailure("the incident is not solved")
        by = incident.ended_by or _ACTOR
        data: dict[str, object] = {"incident": incident.id, "text": incident.solution, "by": "officer"}
        async with self._log.change() as change:
            ticket = await change.hold(item.payload["ticket"])
            state = change.state(ticket)
            told = any(event.key == item.key for event in ticket.events)
            if not told and not state.spam and state.merged_into is None:
                await change.append(ticket, TicketEventKind.INCIDENT_SOLVED, f"officer:{by}"[:100], data, key=item.key)
