"""Tables of figures with their charts, as pages, CSV files and mails show them: typed cells, formatted by each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bot.calendar.rules import MONTHS

Cell = str | int | float | None


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"  # 0 to 1
    MINUTES = "minutes"  # of service time


@dataclass(frozen=True)
class Column:
    """A column: its name for people, and what it holds."""

    name: str
    kind: Kind = Kind.COUNT


@dataclass(frozen=True)
class Chart:
    """How a table is drawn: which columns over the first one. `form` is line, bar or stacked (by their numbers)."""

    form: str
    columns: Sequence[int]
    rows: int | None = None  # only the first so many


@dataclass(frozen=True)
class Table:
    """One table with a heading, and its chart where a picture says more."""

    slug: str
    title: str
    note: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    chart: Chart | None = None
    shown: int = 25  # rows on the page; the CSV file has all


@dataclass(frozen=True)
class Headline:
    """One of the numbers on top: its value and what it was in the period before, in words."""

    name: str
    value: str
    before: str
    change: str = ""  # better, worse or nothing that chance would not explain


def say(cell: Cell, kind: Kind) -> str:
    """A cell for people.

    >>> say(0.1234, Kind.SHARE), say(135, Kind.MINUTES), say(12345, Kind.COUNT), say(None, Kind.COUNT)
    ('12,3 %', '2 j 15 mnt', '12.345', '-')
    """
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    if kind is Kind.SHARE:
        return f"{cell * 100:.1f} %".replace(".", ",")
    if kind is Kind.MINUTES:
        return _say_minutes(round(cell))
    return f"{cell:,.0f}".replace(",", ".")


def _say_minutes(minutes: int) -> str:
    hours, left = divmod(minutes, 60)
    if not hours:
        return f"{left} mnt"
    return f"{hours} j {left} mnt" if left else f"{hours} j"


_SHORT: Final = 3


def short_date(day: date) -> str:
    """A day for the axis of a chart: "21 Nov"."""
    return f"{day.day} {MONTHS[day.month - 1][:_SHORT]}"
