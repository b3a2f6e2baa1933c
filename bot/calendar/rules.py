"""Pure rules of service hours: Monday-Friday 08.00-17.00 WIB, closed on national holidays (guide, "Jam layanan")."""

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.clock import WIB

OPENS: Final = time(8)
CLOSES: Final = time(17)
_FRIDAY: Final = 4

DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS: Final = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip


def is_working_day(day: date, closed: Container[date]) -> bool:
    """Whether the desk works on `day`."""
    return day.weekday() <= _FRIDAY and day not in closed


def is_open(now: datetime, closed: Container[date]) -> bool:
    """Whether the desk works at this moment."""
    local = now.astimezone(WIB)
    return is_working_day(local.date(), closed) and OPENS <= local.time() < CLOSES


def next_opening(now: datetime, closed: Container[date]) -> datetime:
    """The moment from which a report made `now` will be looked at, in WIB: now itself while the desk works."""
    local = now.astimezone(WIB)
    if is_open(now, closed):
        return local
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    while not is_working_day(day, closed):
        day += timedelta(days=1)
    return datetime.combine(day, OPENS, WIB)


def _opening(day: date) -> datetime:
    return datetime.combine(day, OPENS, WIB)


def add_working_time(start: datetime, working: timedelta, closed: Container[date]) -> datetime:
    """The moment, in WIB, at which `working` hours of service have passed since `start`.

    Ends that fall on closing time stay there: 9 hours from Monday 08.00 end on Monday 17.00, not on Tuesday 08.00.
    """
    moment = next_opening(start, closed)
    while working > (left := datetime.combine(moment.date(), CLOSES, WIB) - moment):
        working -= left
        moment = next_opening(_opening(moment.date() + timedelta(days=1)), closed)
    return moment + working


def working_time_between(start: datetime, end: datetime, closed: Container[date]) -> timedelta:
    """How much service time lies between two moments; zero when `end` is not after `start`."""
    begin, finish = start.astimezone(WIB), end.astimezone(WIB)
    total, day = timedelta(), begin.date()
    while day <= finish.date():
        if is_working_day(day, closed):
            opens, closes = max(begin, _opening(day)), min(finish, datetime.combine(day, CLOSES, WIB))
            total += max(closes - opens, timedelta())
        day += timedelta(days=1)
    return total


def add_clock_time(start: datetime, hours: timedelta, paused: Container[date]) -> datetime:
    """The moment, in UTC, at which `hours` of real time have passed since `start`, with whole days (WIB) left out."""
    moment = start.astimezone(WIB)
    while True:
        midnight = datetime.combine(moment.date() + timedelta(days=1), time(0), WIB)
        left = timedelta() if moment.date() in paused else midnight - moment
        if hours < left:
            return (moment + hours).astimezone(UTC)
        hours -= left
        moment = midnight


def say_date(day: date) -> str:
    """A date in words: "Senin, 24 November 2025"."""
    return f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


def say_moment(moment: datetime) -> str:
    """A moment in words, in WIB: "Senin, 24 November 2025 pukul 08.05 WIB"."""
    local = moment.astimezone(WIB)
    return f"{say_date(local.date())} pukul {local:%H.%M} WIB"


def say_next_attention(now: datetime, closed: Container[date]) -> str:
    """When the desk will look at what is reported `now`, as the end of a sentence."""
    if is_open(now, closed):
        return "akan ditindaklanjuti hari ini pada jam layanan, sampai pukul 17.00 WIB, atau hari kerja berikutnya"
    return f"akan ditindaklanjuti {say_date(next_opening(now, closed).date())} mulai 08.00 WIB"
