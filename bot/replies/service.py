"""Looking after canned replies: each officer's own, and those of all, which only some may change."""

from bot.clock import Clock
from bot.database import Database
from bot.errors import NotFound
from bot.replies import repository, rules
from bot.replies.models import CannedReply


class UnknownReply(NotFound):
    """No canned reply has this id, or it is not this officer's to use."""

    code = "balasan_tidak_ditemukan"
    sentence = "Balasan tersimpan ini tidak ditemukan. Muat ulang daftarnya."


class CannedReplies:
    """What officers may do with canned replies. `shares`: whether the officer may change everybody's."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def usable_by(self, officer: str) -> list[CannedReply]:
        """Everybody's and the officer's own, by title."""
        async with self._database.read() as connection:
            return await repository.replies_for(connection, officer)

    async def usable(self, reply_id: int, officer: str) -> CannedReply:
        """One that the officer may use. Raises UnknownReply."""
        async with self._database.read() as connection:
            reply = await repository.find_reply(connection, reply_id)
        if reply is None or reply.owner not in {None, officer}:
            raise UnknownReply
        return reply

    async def add(self, officer: str, title: str, text: str, *, shared: bool, shares: bool) -> int:
        """Keep a new one; returns its id. Raises InvalidInput."""
        title, text, owner = rules.parse_title(title), rules.parse_body(text), None if shared and shares else officer
        async with self._database.write() as connection:
            now = self._clock.now()
            return await repository.insert_reply(connection, owner=owner, title=title, text=text, by=officer, at=now)

    async def change(self, reply_id: int, officer: str, title: str, text: str, *, shares: bool) -> None:
        """Change one. Raises UnknownReply when it is not theirs to change, InvalidInput."""
        title, text = rules.parse_title(title), rules.parse_body(text)
        await self._own(reply_id, officer, shares=shares)
        async with self._database.write() as connection:
            now = self._clock.now()
            await repository.update_reply(connection, reply_id, title=title, text=text, by=officer, at=now)

    async def remove(self, reply_id: int, officer: str, *, shares: bool) -> None:
        """Remove one. Raises UnknownReply when it is not theirs to change."""
        await self._own(reply_id, officer, shares=shares)
        async with self._database.write() as connection:
            await repository.delete_reply(connection, reply_id)

    async def _own(self, reply_id: int, officer: str, *, shares: bool) -> None:
        reply = await self.usable(reply_id, officer)
        if reply.owner is None and not shares:
            raise UnknownReply
