"""Reading the figures: one period beside the one before, whole or of one channel or program."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import WIB, Clock
from bot.database import Database
from bot.insight import repository
from bot.insight.figures import Figures, by_step, steps
from bot.insight.models import Figure, Period, Scope
from bot.insight.reporting import Material, headlines, tables
from bot.insight.tables import Headline, Table

# Too many rows to be read day by day, and nothing that is drawn over time.
_ONLY_TOTALS: Final = frozenset(
    {
        Figure.SHOWN, Figure.CHOSEN, Figure.HELPED, Figure.REJECTED, Figure.VOTES_UP, Figure.VOTES_DOWN,
        Figure.FIRST_REPLY, Figure.SOLUTION,
    }
)  # fmt: skip
_BY_DAY: Final = frozenset(Figure) - _ONLY_TOTALS
_BY_CHANNEL: Final = (Figure.TALKS, Figure.QUESTIONS, Figure.PROBLEMS, Figure.OPENED, Figure.SOLVED)
_BY_PROGRAM: Final = (Figure.OPENED, Figure.SOLVED, Figure.SOLUTION, Figure.RATINGS)
_MONTHS: Final = 12


class Insight:
    """What officers may ask about how it goes. `titles` names the articles that are served now."""

    def __init__(
        self, database: Database, clock: Clock, titles: Callable[[], Mapping[int, str]], *, whatsapp_budget: int
    ) -> None:
        self._database = database
        self._clock = clock
        self._titles = titles
        self._budget = whatsapp_budget

    def today(self) -> date:
        """The day, in WIB."""
        return self._clock.now().astimezone(WIB).date()

    async def counted_at(self) -> datetime | None:
        """When today was counted last; None when nothing was counted yet."""
        async with self._database.read() as connection:
            return (await repository.counted_days(connection, since=self.today())).get(self.today())

    async def report(self, period: Period, scope: Scope | None = None) -> tuple[list[Headline], list[Table]]:
        """The numbers on top and all tables."""
        scope = scope or Scope()
        async with self._database.read() as connection:
            material = await self._material(connection, period, scope)
        return headlines(material.now, material.before), tables(material)

    async def compared(self, period: Period) -> tuple[Figures, Figures]:
        """The figures of a period and of the one before, without the articles."""
        wanted = _BY_DAY | {Figure.FIRST_REPLY, Figure.SOLUTION}
        async with self._database.read() as connection:
            now, before = [await repository.totals(connection, p, Scope(), wanted) for p in (period, period.before)]
        return Figures.of(now), Figures.of(before)

    async def _material(self, connection: AsyncConnection, period: Period, scope: Scope) -> Material:
        days = await repository.by_day(connection, period, scope, _BY_DAY)
        rest = await repository.totals(connection, period, scope, _ONLY_TOTALS)
        parts = steps(period)
        return Material(
            period=period,
            scope=scope,
            now=Figures.of([*days, *rest]),
            before=Figures.of(await repository.totals(connection, period.before, scope, frozenset(Figure))),
            steps=list(zip(parts, by_step(days, parts), strict=True)),
            channels=_parts(await repository.split(connection, period, _BY_CHANNEL, "channel")),
            programs=_parts(await repository.split(connection, period, _BY_PROGRAM, "program")),
            titles=self._titles(),
            views=await repository.views(connection, period),
            reviews=await repository.reviews(connection, period),
            whatsapp=await self._whatsapp(connection),
            whatsapp_budget=self._budget,
        )

    async def _whatsapp(self, connection: AsyncConnection) -> list[tuple[str, int]]:
        return await repository.usage_by_month(connection, "whatsapp", limit=_MONTHS)


def _parts(rows: Iterable[repository.Part]) -> dict[str, Figures]:
    found: dict[str, dict[tuple[Figure, str], int]] = {}
    for part, counted in rows:
        if part:
            found.setdefault(part, {})[counted.figure, counted.subject] = counted.count
    return {part: Figures(counts) for part, counts in found.items()}
