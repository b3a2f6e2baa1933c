"""The notice that keeps two officers from answering one ticket."""

from datetime import timedelta
from typing import Final

from bot.clock import Clock
from bot.database import Database
from bot.presence import repository

BEAT: Final = timedelta(seconds=20)  # how often an open page tells that it is open
_LASTS: Final = 2 * BEAT + timedelta(seconds=5)  # a beat may be lost; whoever closed the lid is gone soon
_KEPT: Final = timedelta(hours=1)


class Presence:
    """Who has which ticket open."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def beat(self, number: int, officer: str) -> list[str]:
        """Tell that an officer has a ticket open; returns the others who have it open too."""
        now = self._clock.now()
        async with self._database.write() as connection:
            await repository.announce(connection, number, officer, until=now + _LASTS)
            await repository.forget(connection, before=now - _KEPT)
            here = await repository.present(connection, number, now=now)
        return [name for name in here if name != officer]
