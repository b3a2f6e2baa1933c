"""Looking after the outbox: dead letters and health."""

from bot.clock import Clock
from bot.database import Database
from bot.errors import UnknownItem
from bot.outbox import repository
from bot.outbox.models import OutboxHealth, OutboxItem


class OutboxService:
    """What an operator may do with the outbox."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def health(self) -> OutboxHealth:
        """How many errands wait, are overdue or dead."""
        async with self._database.read() as connection:
            return await repository.health(connection, now=self._clock.now())

    async def dead_letters(self, limit: int = 100) -> list[OutboxItem]:
        """What was given up, newest first."""
        async with self._database.read() as connection:
            return await repository.dead_letters(connection, limit)

    async def revive(self, item_id: int) -> None:
        """Try a dead letter again. Raises UnknownItem when there is none with this id."""
        async with self._database.write() as connection:
            if not await repository.revive(connection, item_id, at=self._clock.now()):
                raise UnknownItem
