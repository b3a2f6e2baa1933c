"""When the desk works: national holidays from the `holidays` library, with an override file that wins."""

from collections.abc import Callable, Container
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from holidays import country_holidays
from pydantic import BaseModel, ConfigDict

from bot.calendar import rules


class Overrides(BaseModel):
    """What the decree (SKB 3 Menteri) changed: days that are closed or open whatever the library says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    closed: frozenset[date] = frozenset()
    open: frozenset[date] = frozenset()


def load_overrides(path: Path) -> Overrides:
    """Read the override file; a missing one overrides nothing. Raises pydantic.ValidationError for a malformed one."""
    if not path.exists():
        return Overrides()
    return Overrides.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})


class ClosedDays:
    """The days on which the desk is closed beside weekends; asked by `in`."""

    def __init__(self, overrides: Overrides, *, joint_leave: bool) -> None:
        self._overrides = overrides
        self._days = _library_days(joint_leave)

    def __contains__(self, day: object) -> bool:
        """Whether `day` is a holiday; an override wins over the library."""
        if not isinstance(day, date) or day in self._overrides.open:
            return False
        return day in self._overrides.closed or day in self._days(day.year)


def _library_days(joint_leave: bool) -> Callable[[int], frozenset[date]]:
    categories = ("public", "government") if joint_leave else ("public",)  # "government" is cuti bersama

    @lru_cache(maxsize=8)
    def of_year(year: int) -> frozenset[date]:
        return frozenset(country_holidays("ID", years=year, categories=categories))

    return of_year


class ServiceHours:
    """What others may ask about service hours."""

    def __init__(self, closed: Container[date], *, first_response: timedelta = timedelta(hours=9)) -> None:
        self._closed = closed
        self._first_response = first_response

    def is_open(self, now: datetime) -> bool:
        """Whether the desk works at this moment."""
        return rules.is_open(now, self._closed)

    def next_attention(self, now: datetime) -> str:
        """When the desk will look at what is reported `now`, as the end of a sentence."""
        return rules.say_next_attention(now, self._closed)

    def first_response_due(self, reported_at: datetime) -> datetime:
        """Until when a report should have its first answer, counted in service time (a setting)."""
        return rules.add_working_time(reported_at, self._first_response, self._closed)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """How much service time lies between two moments."""
        return rules.working_time_between(start, end, self._closed)


class Paused:
    """The days on which the clock of an asked reporter stands still, by setting; asked by `in`.

    The guide counts real hours (2x24 jam), so the default is `never`.
    """

    def __init__(self, closed: Container[date], pause: Literal["never", "holidays", "closed_days"]) -> None:
        self._closed = closed
        self._pause = pause

    def __contains__(self, day: object) -> bool:
        """Whether the clock stands still on `day`."""
        if self._pause == "never" or not isinstance(day, date):
            return False
        return day in self._closed or (self._pause == "closed_days" and not rules.is_working_day(day, self._closed))
