"""Reading back how requests stand at a desk elsewhere, and writing it into our tickets' logs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.backends import repository, rules
from bot.backends.port import BackendAway, BackendError, RemoteTicket, TicketBackend
from bot.clock import Clock
from bot.database import Database
from bot.outbox.models import NewItem, NotYet, OutboxItem
from bot.outbox.repository import enqueue
from bot.tickets.consequences import REMOTE_STATUS
from bot.tickets.log import DeskPolicy, TicketLog

log = structlog.get_logger(__name__)

BATCH: Final = 100  # the most that Zendesk tells in one answer
TICK: Final = timedelta(seconds=30)
AWAY: Final = timedelta(minutes=2)
GONE: Final = timedelta(days=1)
_ACTOR: Final = "zendesk"


class FollowingHandler:
    """Does the errands of kind `zendesk_status`: one for ever, which comes back by itself, and one for each webhook.

    The order of answers does not matter: what is older than what we know is left aside, and the ticket is held while
    the status is compared and the events are stored. So a repeated webhook, or two workers at once, change nothing.
    """

    def __init__(
        self, database: Database, clock: Clock, backend: TicketBackend, policy: DeskPolicy | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._backend = backend
        self._log = TicketLog(database, clock, policy or DeskPolicy())

    async def handle(self, item: OutboxItem) -> None:
        """Look at what is due. Raises NotYet always, unless a webhook asked."""
        pause = await self._look()
        if pause is not None or not item.payload.get("once"):
            raise NotYet(self._clock.now() + (TICK if pause is None else pause))

    async def _look(self) -> timedelta | None:
        """How long to wait before looking again when the desk is away or more is due; otherwise None."""
        async with self._database.read() as connection:
            due = await repository.due(connection, now=self._clock.now(), limit=BATCH)
        try:
            seen = await self._backend.tickets([remote.remote_id for remote in due if remote.remote_id is not None])
        except BackendError as error:  # never a dead letter: nobody would follow any ticket from then on
            log.warning("zendesk_status_unread", error=str(error)[:300])
            wait = error.wait if isinstance(error, BackendAway) else None
            return AWAY if wait is None else timedelta(seconds=wait)
        await self._take_over(due, seen)
        return timedelta(0) if len(due) == BATCH else None

    async def _take_over(self, due: Sequence[repository.Remote], seen: Sequence[RemoteTicket]) -> None:
        found = {each.id: each for each in seen}
        for remote in due:
            if remote.remote_id in found:
                await self._apply(remote.number, found[remote.remote_id])
        gone = [remote.number for remote in due if remote.remote_id not in found]
        if gone:
            log.warning("zendesk_requests_gone", tickets=gone)
            async with self._database.write() as connection:
                await repository.look_later(connection, gone, at=self._clock.now() + GONE)

    async def _apply(self, number: int, seen: RemoteTicket) -> None:
        async with self._log.change() as change:
            ticket = await change.hold(number)
            known = await repository.find(change.connection, number)
            if known is None or _older(seen, known):
                await repository.look_later(change.connection, [number], at=change.now + TICK)
                return
            if seen.status is not known.status:
                for kind, data in rules.steps(seen.status, change.state(ticket)):
                    ticket = await change.append(ticket, kind, _ACTOR, data)
            await repository.note_status(change.connection, number, seen, rules.next_look(seen.status, change.now))


def _older(seen: RemoteTicket, known: repository.Remote) -> bool:
    return known.updated_at is not None and seen.updated_at < known.updated_at


class Watch:
    """What the webhook does: look soon. The status itself is always read back, never taken from a delivery."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def changed(self, remote_id: int, key: str) -> bool:
        """A request changed. The same key again asks for nothing new. Says whether it is one of ours."""
        now = self._clock.now()
        async with self._database.write() as connection:
            ours = await repository.look_now(connection, remote_id, at=now)
            if ours:
                await enqueue(connection, [_soon(remote_id, key, now)], at=now)
        return ours


def _soon(remote_id: int, key: str, now: datetime) -> NewItem:
    return NewItem(REMOTE_STATUS, f"{REMOTE_STATUS}:{remote_id}:{key}", now, {"once": True})
