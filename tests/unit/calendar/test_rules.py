from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from bot.calendar.rules import (
    add_clock_time,
    add_working_time,
    is_open,
    next_opening,
    say_moment,
    say_next_attention,
    working_time_between,
)
from bot.calendar.service import ClosedDays, Overrides, Paused, ServiceHours, load_overrides
from bot.clock import WIB

CLOSED = {date(2025, 12, 25)}


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        ("2025-11-24 08:00", True),  # Monday, the first minute
        ("2025-11-24 07:59", False),
        ("2025-11-24 16:59", True),
        ("2025-11-24 17:00", False),
        ("2025-11-22 10:00", False),  # Saturday
        ("2025-12-25 10:00", False),  # Christmas
    ],
)
def test_desk_works_on_weekdays_from_eight_to_five(moment: str, opened: bool) -> None:
    assert is_open(wib(moment), CLOSED) is opened


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2025-11-24 10:00", "2025-11-24 10:00"),
        ("2025-11-24 06:00", "2025-11-24 08:00"),
        ("2025-11-21 18:00", "2025-11-24 08:00"),  # Friday evening -> Monday
        ("2025-12-24 17:30", "2025-12-26 08:00"),  # the holiday is jumped over
    ],
)
def test_next_opening(moment: str, opening: str) -> None:
    assert next_opening(wib(moment), CLOSED) == wib(opening)


def test_promise_names_the_day() -> None:
    assert (
        say_next_attention(wib("2025-11-22 10:00"), CLOSED)
        == "akan ditindaklanjuti Senin, 24 November 2025 mulai 08.00 WIB"
    )


def test_moments_are_shown_in_wib() -> None:
    assert say_moment(datetime.fromisoformat("2025-11-24T01:05:00+00:00")) == "Senin, 24 November 2025 pukul 08.05 WIB"


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 8, 17), date(2026, 12, 25)])
def test_known_national_holidays_are_closed(day: date) -> None:
    assert day in ClosedDays(Overrides(), joint_leave=False)


def test_joint_leave_is_a_setting() -> None:
    day = date(2026, 3, 20)  # cuti bersama around Idul Fitri 2026
    assert day in ClosedDays(Overrides(), joint_leave=True)
    assert day not in ClosedDays(Overrides(), joint_leave=False)


def test_override_wins_over_the_library() -> None:
    overrides = Overrides(closed=frozenset({date(2026, 11, 23)}), open=frozenset({date(2026, 8, 17)}))
    closed = ClosedDays(overrides, joint_leave=True)
    assert date(2026, 11, 23) in closed
    assert date(2026, 8, 17) not in closed


def test_missing_override_file_overrides_nothing(tmp_path: Path) -> None:
    assert load_overrides(tmp_path / "none.yml") == Overrides()


def test_shipped_override_file_is_valid() -> None:
    load_overrides(Path(__file__).parents[3] / "data" / "calendar" / "overrides.yml")


def test_service_tells_the_next_attention() -> None:
    hours = ServiceHours(ClosedDays(Overrides(), joint_leave=True))
    assert "hari ini" in hours.next_attention(wib("2026-11-23 09:00"))
    assert not hours.is_open(wib("2026-08-17 09:00"))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2025-11-24 08:00", 9, "2025-11-24 17:00"),  # a whole Monday ends on Monday
        ("2025-11-24 10:00", 9, "2025-11-25 10:00"),
        ("2025-11-21 16:00", 2, "2025-11-24 09:00"),  # over a weekend
        ("2025-11-22 12:00", 9, "2025-11-24 17:00"),  # reported on a Saturday
        ("2025-12-24 16:00", 2, "2025-12-26 09:00"),  # over a holiday
        ("2025-11-24 17:00", 1, "2025-11-25 09:00"),
        ("2025-11-24 03:00", 0, "2025-11-24 08:00"),
    ],
)
def test_working_time_passes_only_while_the_desk_works(start: str, hours: float, end: str) -> None:
    assert add_working_time(wib(start), timedelta(hours=hours), CLOSED) == wib(end)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2025-11-24 08:00", "2025-11-24 17:00", 9),
        ("2025-11-24 06:00", "2025-11-24 20:00", 9),
        ("2025-11-21 16:00", "2025-11-24 09:00", 2),
        ("2025-11-22 10:00", "2025-11-23 10:00", 0),
        ("2025-12-24 16:30", "2025-12-26 08:30", 1),
        ("2025-11-25 09:00", "2025-11-24 09:00", 0),
    ],
)
def test_working_time_between_two_moments(start: str, end: str, hours: float) -> None:
    assert working_time_between(wib(start), wib(end), CLOSED) == timedelta(hours=hours)


def test_real_hours_pass_at_night_and_on_weekends() -> None:
    assert add_clock_time(wib("2025-11-21 16:00"), timedelta(hours=48), frozenset()) == wib("2025-11-23 16:00")


@pytest.mark.parametrize(
    ("pause", "end"),
    [("never", "2025-12-26 16:00"), ("holidays", "2025-12-27 16:00"), ("closed_days", "2025-12-29 16:00")],
)
def test_setting_pauses_real_hours(pause: Literal["never", "holidays", "closed_days"], end: str) -> None:
    paused = Paused(CLOSED, pause)
    assert add_clock_time(wib("2025-12-24 16:00"), timedelta(hours=48), paused) == wib(end)


def test_first_response_is_due_in_service_time() -> None:
    hours = ServiceHours(CLOSED, first_response=timedelta(hours=9))
    assert hours.first_response_due(wib("2025-11-21 16:00")) == wib("2025-11-24 16:00")
    assert hours.working_time_between(wib("2025-11-24 08:00"), wib("2025-11-24 09:00")) == timedelta(hours=1)
