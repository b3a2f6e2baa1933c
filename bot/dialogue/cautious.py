"""A Dialogue that asks, after a failure, whether the other side is back before it lets a person wait for it again."""

import asyncio
from typing import Final

from bot.dialogue.port import Dialogue, DialogueUnavailable, Reply, Turn

# Rasa answers this question in 2-5 ms; a hung one would otherwise cost every message the whole timeout of a turn.
PROBE_SECONDS: Final = 0.7


class CautiousDialogue:
    """Passes turns on. After a failed one, the next begins with a short question; only an answer restores trust."""

    def __init__(self, inner: Dialogue, probe_seconds: float = PROBE_SECONDS) -> None:
        self._inner = inner
        self._probe_seconds = probe_seconds
        self._suspect = False

    async def turn(self, turn: Turn) -> list[Reply]:
        """Return the replies to this turn. Raises DialogueUnavailable, quickly while nothing has come back."""
        if self._suspect and not await self._came_back():
            raise DialogueUnavailable("still away")
        try:
            replies = await self._inner.turn(turn)
        except DialogueUnavailable:
            self._suspect = True
            raise
        self._suspect = False
        return replies

    async def _came_back(self) -> bool:
        try:
            return await asyncio.wait_for(self._inner.ready(), self._probe_seconds)
        except TimeoutError:
            return False

    async def ready(self) -> bool:
        """Whether a turn would be taken now."""
        return await self._inner.ready()

    async def forget(self, conversation_id: str) -> None:
        """Drop what is remembered of a conversation. Raises DialogueUnavailable."""
        await self._inner.forget(conversation_id)
