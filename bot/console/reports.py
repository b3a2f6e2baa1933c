"""How it goes, in the console: the numbers, their tables and charts, and each table as CSV."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from bot.console.guard import SignedIn
from bot.console.pages import Console
from bot.console.spreadsheets import csv_response
from bot.errors import InvalidInput, NotFound
from bot.insight.models import Period, Scope
from bot.insight.reporting import CHANNELS
from bot.insight.tables import Cell, Kind, Table, say
from bot.officers.models import Permission
from bot.tickets.rules import PROGRAMS

_HOME: Final = "/petugas/laporan"
_SPANS: Final = {7: "7 hari", 30: "30 hari", 90: "90 hari", 365: "1 tahun"}
_USUAL: Final = 30
_LONGEST: Final = 366 * 3


@dataclass(frozen=True)
class Asked:
    """What of it is asked for."""

    period: Period
    scope: Scope

    def query(self) -> str:
        """The same as a query."""
        asked: dict[str, object] = {"dari": self.period.first, "sampai": self.period.last}
        asked |= {"kanal": self.scope.channel, "program": self.scope.program}
        return urlencode({name: value for name, value in asked.items() if value})


def asked_for(today: date, dari: str, sampai: str, kanal: str, program: str) -> Asked:
    """The usual thirty days up to today, unless days are named. Raises InvalidInput."""
    try:
        last = date.fromisoformat(sampai) if sampai else today
        period = Period(date.fromisoformat(dari) if dari else last - timedelta(days=_USUAL - 1), last)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            "Periode belum benar. Isi tanggal awal, lalu tanggal akhir yang sama atau sesudahnya."
        ) from error
    if period.days > _LONGEST or kanal not in {"", *CHANNELS} or program not in {"", *PROGRAMS}:
        raise InvalidInput(
            "Laporan ini tidak ada. Pilih periode paling lama tiga tahun, kanal, dan program dari daftar."
        )
    return Asked(period, Scope(kanal, program))


def reports_router(console: Console) -> APIRouter:
    """Make the routes."""
    router = console.router()
    insight = console.services.insight

    def asked(dari: str = "", sampai: str = "", kanal: str = "", program: str = "") -> Asked:
        return asked_for(insight.today(), dari, sampai, kanal, program)

    @router.page(_HOME)
    async def report(
        request: Request,
        officer: Annotated[SignedIn, console.allowed(Permission.READ_INSIGHT)],
        wanted: Annotated[Asked, Depends(asked)],
    ) -> Response:
        """All of it."""
        top, tables = await insight.report(wanted.period, wanted.scope)
        return console.page(
            request,
            officer,
            "report.html",
            asked=wanted,
            headlines=top,
            sections=[(table, chart_of(table), _shown(table)) for table in tables],
            counted_at=await insight.counted_at(),
            spans=_links(wanted, insight.today()),
            channels=[("", "Semua kanal"), *CHANNELS.items()],
            programs=[("", "Semua program"), *((each, each) for each in PROGRAMS)],
        )

    @router.page(f"{_HOME}/{{slug}}.csv")
    async def table(
        slug: str,
        _officer: Annotated[SignedIn, console.allowed(Permission.READ_INSIGHT)],
        wanted: Annotated[Asked, Depends(asked)],
    ) -> Response:
        """One table for a spreadsheet, with all its rows. Raises NotFound."""
        _, tables = await insight.report(wanted.period, wanted.scope)
        found = next((each for each in tables if each.slug == slug), None)
        if found is None:
            raise NotFound
        name = f"{slug}-{wanted.period.first}-{wanted.period.last}.csv"
        return csv_response(name, [column.name for column in found.columns], _each(found.rows))

    return router


async def _each(rows: Sequence[Sequence[Cell]]) -> AsyncIterator[Sequence[Cell]]:
    for row in rows:
        yield row


def _links(wanted: Asked, today: date) -> list[tuple[str, str, bool]]:
    """The usual periods up to today: name, address, and whether it is the one that is shown."""
    found = []
    for days, name in _SPANS.items():
        period = Period(today - timedelta(days=days - 1), today)
        query = Asked(period, wanted.scope).query()
        found.append((name, f"{_HOME}?{query}", period == wanted.period))
    return found


def _shown(table: Table) -> list[list[tuple[str, bool]]]:
    """The rows of the page as words, each with whether it is a number."""
    kinds = [column.kind for column in table.columns]
    return [
        [(say(cell, kind), kind is not Kind.TEXT) for cell, kind in zip(row, kinds, strict=True)]
        for row in table.rows[: table.shown]
    ]


_PERCENT: Final = 100


def chart_of(table: Table) -> dict[str, Any] | None:
    """What static/reports.js draws; None where there is nothing to draw."""
    if table.chart is None or not any(_drawn(row[n], Kind.COUNT) for row in table.rows for n in table.chart.columns):
        return None
    rows = table.rows[: table.chart.rows] if table.chart.rows else table.rows
    columns = [(n, table.columns[n]) for n in table.chart.columns]
    series = [{"name": column.name, "values": [_drawn(row[n], column.kind) for row in rows]} for n, column in columns]
    unit = {Kind.SHARE: "%", Kind.MINUTES: "jam"}.get(columns[0][1].kind, "")
    return {"form": table.chart.form, "labels": [row[0] for row in rows], "series": series, "unit": unit}


def _drawn(cell: Cell, kind: Kind) -> float | None:
    """A cell on its axis: percent, hours, or the number itself; 0 and nothing are different."""
    if not isinstance(cell, int | float):
        return None
    return round({Kind.SHARE: cell * _PERCENT, Kind.MINUTES: cell / 60}.get(kind, cell), 2)
