"""How long things are kept, done daily by the worker; and what of erased rows lies outside of the database."""

import asyncio
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.database import Database
from bot.learning.labelled import LabelledFile
from bot.mail.archive import MailArchive
from bot.officers import repository as officers_repository
from bot.outbox.models import NewItem, OutboxItem
from bot.outbox.repository import enqueue
from bot.privacy import repository
from bot.privacy.models import Leftovers, Retention
from bot.privacy.service import LEFTOVERS

log = structlog.get_logger(__name__)

RETENTION: Final = "retention"
_AT_ONCE: Final = 500  # talks in one transaction, so that nobody waits long for the database
_DAILY: Final = timedelta(days=1)
_ATTEMPTS_KEPT: Final = timedelta(days=1)


class Forgetful(Protocol):
    """What remembers talks beside the database (bot.dialogue.port.Dialogue)."""

    async def forget(self, conversation_id: str) -> None:
        """Drop what is remembered of a conversation."""
        ...

    async def aclose(self) -> None:
        """Close what was opened for it."""
        ...


class RetentionKeeper:
    """Empties what was kept long enough. Doing it again finds nothing more to do."""

    def __init__(
        self, database: Database, clock: Clock, retention: Retention, *, sessions: tuple[timedelta, timedelta]
    ) -> None:
        self._database = database
        self._clock = clock
        self._retention = retention
        self._absolute, self._idle = sessions

    async def round(self) -> timedelta:
        """Do one portion; returns how long to wait before the next: nothing while there is more."""
        more = await self._forget_talks()
        if more:
            return timedelta()
        await self._forget_files()
        await self._forget_mails()
        await self._forget_sessions()
        return _DAILY

    async def _forget_talks(self) -> bool:
        if self._retention.transcripts is None:
            return False
        now = self._clock.now()
        async with self._database.read() as connection:  # it reads much, and nobody should wait to write meanwhile
            talks = await repository.silent_talks(connection, before=now - self._retention.transcripts, limit=_AT_ONCE)
        async with self._database.write() as connection:
            await self._leave(connection, await repository.forget_talks(connection, talks))
        return len(talks) == _AT_ONCE

    async def _forget_files(self) -> None:
        if self._retention.attachments is None:
            return
        async with self._database.write() as connection:
            before = self._clock.now() - self._retention.attachments
            files = await repository.delete_old_files(connection, before=before)
            await self._leave(connection, Leftovers(files=tuple(files)))

    async def _forget_mails(self) -> None:
        if self._retention.suspended_mails is None:
            return
        async with self._database.write() as connection:
            before = self._clock.now() - self._retention.suspended_mails
            mails = await repository.empty_suspended(connection, before=before)
            await self._leave(connection, Leftovers(mails=tuple(mails)))

    async def _forget_sessions(self) -> None:
        now = self._clock.now()
        async with self._database.write() as connection:
            await officers_repository.delete_old_sessions(
                connection, created_before=now - self._absolute, seen_before=now - self._idle
            )
            await officers_repository.forget_old_attempts(connection, before=now - _ATTEMPTS_KEPT)

    async def _leave(self, connection: AsyncConnection, left: Leftovers) -> None:
        if not left:
            return
        now = self._clock.now()
        log.info("retention", talks=len(left.talks), files=len(left.files), mails=len(left.mails))
        item = NewItem(LEFTOVERS, f"{LEFTOVERS}:{uuid.uuid4().hex}", now, left.payload())
        await enqueue(connection, [item], at=now)


class LeftoversHandler:
    """Removes contents that no row names any more, and has the dialogue forget. Harmless to repeat."""

    def __init__(
        self, database: Database, archive: MailArchive, labelled: LabelledFile, dialogue: Forgetful, *, files: Path
    ) -> None:
        self._database = database
        self._archive = archive
        self._labelled = labelled
        self._dialogue = dialogue
        self._files = files

    async def handle(self, item: OutboxItem) -> None:
        """Do the errand. Raises DialogueUnavailable to be tried again later."""
        async with self._database.read() as connection:
            files = await repository.unnamed_files(connection, item.payload["files"])
        for digest in files:
            (self._files / digest[:2] / digest).unlink(missing_ok=True)
        for digest in item.payload["mails"]:
            await self._archive.forget(digest)
        await asyncio.to_thread(self._labelled.forget, frozenset(item.payload["verdicts"]))
        try:
            for talk in item.payload["talks"]:
                await self._dialogue.forget(talk)
        finally:
            await self._dialogue.aclose()
