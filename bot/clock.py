"""The only place that reads the time. Times are aware and in UTC; people are shown WIB."""

from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

WIB: Final = ZoneInfo("Asia/Jakarta")


class Clock(Protocol):
    """Tells the time; injected everywhere, so that a test or a demonstration can set it."""

    def now(self) -> datetime:
        """Return the current moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the current moment, aware, in UTC."""
        return datetime.now(UTC)


class SettableClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment that was set, in UTC."""
        return self._moment

    def advance(self, by: timedelta) -> None:
        """Move the clock."""
        self._moment += by
