"""Pure rules of the figures: shares and their intervals, durations, when a day has to be counted again."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from math import floor, log10, sqrt
from typing import Final

from bot.clock import WIB
from bot.insight.models import Period, Quantile, Share

_Z: Final = 1.959963984540054  # 95 %, two-sided
RETURN_WITHIN: Final = timedelta(days=7)
_SETTLED_AFTER: Final = RETURN_WITHIN + timedelta(
    days=2
)  # a problem may go on for a day after the one that it began on
REFRESH_AFTER: Final = timedelta(minutes=10)
_EXACT: Final = 100


def share_of(part: int, whole: int) -> Share:
    """`part` of `whole` with Wilson's score interval (Wilson 1927), which keeps to 0..1 and holds for small numbers.

    >>> share = share_of(8, 10)
    >>> round(share.low, 3), round(share.high, 3)
    (0.49, 0.943)
    """
    if not 0 <= part <= whole:
        raise ValueError(f"{part} is no part of {whole}")
    if whole == 0:
        return Share(0, 0, 0.0, 0.0)
    p, z2 = part / whole, _Z * _Z
    middle = (p + z2 / (2 * whole)) / (1 + z2 / whole)
    half = _Z / (1 + z2 / whole) * sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole))
    return Share(part, whole, max(0.0, min(p, middle - half)), min(1.0, max(p, middle + half)))


def difference(now: Share, before: Share) -> tuple[float, float] | None:
    """The 95 % interval of how much a share grew (Newcombe 1998, method 10); None where one was never counted."""
    new, old = now.value, before.value
    if new is None or old is None:
        return None
    down = sqrt((new - now.low) ** 2 + (before.high - old) ** 2)
    up = sqrt((now.high - new) ** 2 + (old - before.low) ** 2)
    return new - old - down, new - old + up


def differs(now: Share, before: Share) -> bool:
    """Whether a share changed by more than chance explains."""
    bounds = difference(now, before)
    return bounds is not None and (bounds[0] > 0 or bounds[1] < 0)


def bucket(worked: timedelta) -> int:
    """A duration in whole minutes, rounded to two digits from 100 on, so that a year has few different ones.

    >>> [bucket(timedelta(minutes=minutes)) for minutes in (0, 99, 104, 105, 1234)]
    [0, 99, 100, 110, 1200]
    """
    minutes = floor(worked.total_seconds() / 60)
    if minutes < _EXACT:
        return max(minutes, 0)
    unit: int = 10 ** (floor(log10(minutes)) - 1)
    return (minutes + unit // 2) // unit * unit


def quantile(durations: Mapping[int, int], q: float) -> Quantile | None:
    """A quantile of durations (minutes and how often) with its interval by ranks; None when there are none."""
    n = sum(durations.values())
    if n == 0:
        return None
    spread = _Z * sqrt(n * q * (1 - q))
    ranks = (q * n, q * n - spread, q * n + spread)
    value, low, high = (_at_rank(durations, min(max(round(rank), 1), n)) for rank in ranks)
    return Quantile(value, low, high, n)


def _at_rank(durations: Mapping[int, int], rank: int) -> int:
    passed = 0
    for minutes in sorted(durations):
        passed += durations[minutes]
        if passed >= rank:
            return minutes
    raise ValueError(f"there is no duration number {rank}")


def bounds(day: date) -> tuple[datetime, datetime]:
    """The moments at which a day begins and ends in WIB."""
    return datetime.combine(day, time(0), WIB), datetime.combine(day + timedelta(days=1), time(0), WIB)


def is_stale(day: date, counted_at: datetime | None, now: datetime) -> bool:
    """Whether a day has to be counted (again).

    While it lasts and on the day after, every ten minutes. Then once a day until nobody can come back any more within
    the seven days of an assumed solution. Then never: what is erased later leaves the figures whole.
    """
    if counted_at is None:
        return True
    _, ends = bounds(day)
    if counted_at >= ends + _SETTLED_AFTER:
        return False
    if counted_at < ends + timedelta(days=1):
        return now - counted_at >= REFRESH_AFTER
    return counted_at.astimezone(WIB).date() < now.astimezone(WIB).date()


def week_before(now: datetime) -> Period:
    """The last whole week, Monday to Sunday, in WIB."""
    today = now.astimezone(WIB).date()
    monday = today - timedelta(days=today.weekday() + 7)
    return Period(monday, monday + timedelta(days=6))
