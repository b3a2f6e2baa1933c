"""The audit log: who did what to whose data, and when. Lines are only ever added."""

from bot.clock import Clock
from bot.database import Database
from bot.officers import repository
from bot.officers.models import AuditEntry, AuditQuery


class AuditLog:
    """Writes and reads the log. What is written holds no personal data: numbers, field names and reasons."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def record(self, actor: str, action: str, subject: str, **details: object) -> None:
        """Add a line in a transaction of its own, for what was shown rather than changed.

        `action` is noun.verb ("ticket.read"), `subject` noun:id ("ticket:12345").
        """
        async with self._database.write() as connection:
            await repository.insert_audit(
                connection, at=self._clock.now(), actor=actor, action=action, subject=subject, details=details
            )

    async def entries(self, query: AuditQuery) -> list[AuditEntry]:
        """Lines of the log, newest first."""
        async with self._database.read() as connection:
            return await repository.audit_entries(connection, query)

    async def actions(self) -> list[str]:
        """The actions that stand in the log."""
        async with self._database.read() as connection:
            return await repository.audit_actions(connection)
