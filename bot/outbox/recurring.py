"""Errands that never end: done again and again, by one worker at a time, whatever happens to a round."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import structlog

from bot.clock import Clock
from bot.outbox.models import NotYet, OutboxItem

log = structlog.get_logger(__name__)

_AFTER_FAILURE: Final = timedelta(minutes=1)


class Recurring:
    """Handles an errand by doing a round of something, which tells how long to wait before the next.

    A failed round is logged and done again a minute later: as a dead letter, nobody would do it any more.
    """

    def __init__(self, clock: Clock, work: Callable[[], Awaitable[timedelta]]) -> None:
        self._clock = clock
        self._work = work

    async def handle(self, item: OutboxItem) -> None:
        """Do a round. Raises NotYet always."""
        try:
            pause = await self._work()
        except Exception as error:
            log.exception("recurring_failed", kind=item.kind, error=type(error).__name__)
            pause = _AFTER_FAILURE
        raise NotYet(self._clock.now() + pause)
