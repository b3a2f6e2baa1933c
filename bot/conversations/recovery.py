"""After a start: what a killed process left open in talks on the web is answered, late and with an excuse.

Messengers need none of this: their inbox hands a message over again until it is answered.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.conversations import repository
from bot.conversations.models import Message
from bot.conversations.service import ConversationService
from bot.database import Database
from bot.dialogue.port import Dialogue

log = structlog.get_logger(__name__)

RECENT: Final = timedelta(hours=1)  # whoever waited longer has left, and is better off with what he asks next
_CHANNEL: Final = "web"
_DIALOGUE_SECONDS: Final = 60  # how long Rasa may take to start before the ranker answers alone


class Recovery:
    """Answers what stands open. `patience`: a turn may take so long, so what is younger may be in good hands."""

    def __init__(
        self, talks: ConversationService, dialogue: Dialogue, database: Database, clock: Clock, *, patience: timedelta
    ) -> None:
        self._talks = talks
        self._dialogue = dialogue
        self._database = database
        self._clock = clock
        self._patience = patience

    async def run(self) -> None:
        """Answer what is open now, and once more what was too young for it: written just before the process died."""
        await self._dialogue_is_there()
        await self.answer_open()
        await asyncio.sleep(self._patience.total_seconds())
        await self.answer_open()

    async def answer_open(self) -> int:
        """Answer each message once, in order, whichever processes start at the same moment; returns how many."""
        now = self._clock.now()
        async with self._database.read() as connection:
            found = await repository.left_open(connection, _CHANNEL, since=now - RECENT, until=now - self._patience)
        answered = 0
        for talk, message in found:
            if await self._taken_up(message):
                await self._answer(talk, message)
                answered += 1
        if answered:
            log.info("late_answers", count=answered)
        return answered

    async def _answer(self, conversation_id: str, message: Message) -> None:
        try:
            await self._talks.answer_late(conversation_id, message)
        except Exception:  # one talk that cannot be taken up must not keep the others waiting
            log.exception("late_answer_failed", conversation=conversation_id)

    async def _taken_up(self, message: Message) -> bool:
        try:
            async with self._database.write() as connection:
                await repository.take_up(connection, message.id, self._clock.now())
        except IntegrityError:
            return False
        return True

    async def _dialogue_is_there(self) -> None:
        for _ in range(_DIALOGUE_SECONDS):
            if await self._dialogue.ready():
                return
            await asyncio.sleep(1)


@asynccontextmanager
async def recovering(recovery: Recovery) -> AsyncIterator[None]:
    """Take up what stands open beside what the block does."""
    task = asyncio.create_task(recovery.run(), name="late answers")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
