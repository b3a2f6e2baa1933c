"""Keeping the daily figures: the worker counts what is due, as often as it likes, with the same result."""

from collections import Counter
from datetime import date, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.calendar.service import ServiceHours
from bot.clock import WIB, Clock
from bot.database import Database
from bot.insight import repository, rules, sources_repository
from bot.insight.counting import count_durations, count_problems, count_tickets
from bot.insight.models import Figure, Key, Span, TicketTime
from bot.insight.problems import problems_of
from bot.tickets.models import TicketEventKind

FIGURES: Final = "insight_figures"
_AT_ONCE: Final = 20  # days; a large installation that begins to count does the rest in the next rounds
_LOOK_BACK: Final = timedelta(days=2)  # a problem that began on a day is told apart from one that went on


class FigureKeeper:
    """Counts days."""

    def __init__(self, database: Database, clock: Clock, hours: ServiceHours) -> None:
        self._database = database
        self._clock = clock
        self._hours = hours

    async def round(self) -> timedelta:
        """Count what is due; returns how long to wait before the next round."""
        return timedelta() if await self.count_due() else rules.REFRESH_AFTER

    async def count_due(self) -> bool:
        """Count the days that are due, newest first. Says whether more are left."""
        due = await self._due()
        for day in due[:_AT_ONCE]:
            await self.count(day)
        return len(due) > _AT_ONCE

    async def _due(self) -> list[date]:
        now = self._clock.now()
        async with self._database.read() as connection:
            first = await sources_repository.first_day(connection)
            counted = await repository.counted_days(connection)
        if first is None:
            return []
        today = now.astimezone(WIB).date()
        days = [today - timedelta(days=back) for back in range((today - first).days + 1)]
        return [day for day in days if rules.is_stale(day, counted.get(day), now)]

    async def count(self, day: date) -> None:
        """Count one day anew."""
        now, span, counts = self._clock.now(), rules.bounds(day), Counter[Key]()
        async with self._database.read() as connection:
            await self._talks(connection, counts, span)
            await self._tickets(connection, counts, span)
            await self._opinions(connection, counts, span)
        async with self._database.write() as connection:
            await repository.store_day(connection, day, counts, at=now)

    async def _talks(self, connection: AsyncConnection, counts: Counter[Key], span: Span) -> None:
        for channel, talks in (await sources_repository.talks(connection, span)).items():
            counts[Figure.TALKS, "", channel, ""] = talks
        for (channel, decision), asked in (await sources_repository.questions(connection, span)).items():
            counts[Figure.QUESTIONS, decision, channel, ""] = asked
        around = (span[0] - _LOOK_BACK, span[1] + rules.RETURN_WITHIN + timedelta(days=1))
        now = self._clock.now()
        async for channel, events, questions in sources_repository.records(connection, span, around):
            count_problems(counts, channel, problems_of(events, now, questions), span)

    async def _tickets(self, connection: AsyncConnection, counts: Counter[Key], span: Span) -> None:
        solved = await sources_repository.solved(connection, span)
        count_tickets(counts, Figure.OPENED, await sources_repository.opened(connection, span))
        count_tickets(counts, Figure.SOLVED, solved)
        worked = self._hours.working_time_between
        count_durations(counts, Figure.FIRST_REPLY, await sources_repository.first_answered(connection, span), worked)
        # A merged ticket was not worked on, and the end of silence is the guide's 2x24 hours, not the desk's.
        count_durations(counts, Figure.SOLUTION, [s for s in solved if s.subject in {"officer", "reporter"}], worked)
        for ticket, data in await sources_repository.happened(connection, TicketEventKind.REMINDED, span):
            counts[Figure.REMINDERS, str(data["step"]), ticket.channel, ticket.program] += 1
        for ticket, _ in await sources_repository.happened(connection, TicketEventKind.FOLLOWED_UP, span):
            counts[Figure.FOLLOWED_UP, "", ticket.channel, ticket.program] += 1

    async def _opinions(self, connection: AsyncConnection, counts: Counter[Key], span: Span) -> None:
        rated: list[TicketTime] = await sources_repository.rated(connection, span)
        count_tickets(counts, Figure.RATINGS, rated)
        for (article, helpful), votes in (await sources_repository.votes(connection, span)).items():
            counts[Figure.VOTES_UP if helpful else Figure.VOTES_DOWN, str(article), "", ""] = votes
