from datetime import date, datetime
from pathlib import Path

import pytest

from bot.calendar.rules import is_open, next_opening, say_moment, say_next_attention
from bot.calendar.service import ClosedDays, Overrides, ServiceHours, load_overrides
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
