"""Telling a desk elsewhere of tickets: the report itself, and what its reporter does here later."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol

from bot.attachments.models import StoredFile
from bot.attachments.repository import files_of_event
from bot.backends import repository, rules
from bot.backends.port import BackendAway, BackendRefused, NewRequest, RemoteFile, RemoteStatus, TicketBackend
from bot.clock import Clock
from bot.database import Database
from bot.faults import fault_point
from bot.outbox.models import NotYet, OutboxItem, PermanentFailure
from bot.tickets import repository as tickets
from bot.tickets.models import Ticket, TicketEvent, TicketEventKind

TOKENS_LIVE: Final = timedelta(minutes=50)  # Zendesk forgets upload tokens after an hour
CLOCKS_DIFFER: Final = timedelta(minutes=10)
FIRST_LOOK: Final = timedelta(minutes=5)
PATIENCE: Final = timedelta(minutes=1)


class TalkReader(Protocol):
    """What is needed of bot.conversations.reading.Talks."""

    async def transcript(self, conversation_id: str) -> str:
        """The talk as text."""
        ...

    async def shown(self, conversation_id: str) -> Sequence[str]:
        """The articles that were shown in it."""
        ...


class TellingHandler:
    """Does the errands of kind `zendesk`.

    What is about to be sent is stored first. When it is found stored, the process may have died before the answer was
    noted: then the desk is searched, and asked again under the same idempotency key with the same content.
    """

    def __init__(
        self, database: Database, clock: Clock, backend: TicketBackend, talks: TalkReader,
        path_of: Callable[[StoredFile], Path],
    ) -> None:  # fmt: skip
        self._database = database
        self._clock = clock
        self._backend = backend
        self._talks = talks
        self._path_of = path_of

    async def handle(self, item: OutboxItem) -> None:
        """Tell of one event. Raises NotYet when the desk asks to wait, PermanentFailure when it refuses."""
        ticket, event = await self._event(item)
        try:
            await (self._open(ticket, event) if event.kind is TicketEventKind.OPENED else self._note(ticket, event))
        except BackendRefused as refused:
            raise PermanentFailure(str(refused)) from refused
        except BackendAway as away:
            if away.wait is None:
                raise
            raise NotYet(self._clock.now() + timedelta(seconds=away.wait)) from away

    async def _event(self, item: OutboxItem) -> tuple[Ticket, TicketEvent]:
        async with self._database.read() as connection:
            ticket = await tickets.find_ticket(connection, item.payload["ticket"])
        event = next((each for each in ticket.events if each.id == item.payload["event"]), None) if ticket else None
        if ticket is None or event is None:
            raise PermanentFailure("the ticket or its event is gone")
        return ticket, event

    async def _open(self, ticket: Ticket, event: TicketEvent) -> None:
        remote = await self._remote(ticket.number)
        if remote is not None and remote.remote_id is not None:
            return
        found = await self._sent_before(ticket, remote) if remote else None
        if found is None:
            request = _still_good(remote, self._clock) or await self._prepare(ticket, event)
            found = await self._backend.create(request, key=rules.key_of(request))
            fault_point("zendesk.created")
        look_at = self._clock.now() + FIRST_LOOK
        async with self._database.write() as connection:
            await repository.note_created(connection, ticket.number, found, look_at=look_at)

    async def _remote(self, number: int) -> repository.Remote | None:
        async with self._database.read() as connection:
            return await repository.find(connection, number)

    async def _sent_before(self, ticket: Ticket, remote: repository.Remote) -> int | None:
        if remote.request is None:
            return None
        since = ticket.created_at - CLOCKS_DIFFER
        return await self._backend.find(remote.request.email, remote.request.subject, since)

    async def _prepare(self, ticket: Ticket, event: TicketEvent) -> NewRequest:
        request = rules.request_of(ticket, await self._talk(ticket), await self._uploads(event))
        async with self._database.write() as connection:
            await repository.prepare(connection, ticket.number, request, at=self._clock.now())
        fault_point("zendesk.prepared")
        return request

    async def _talk(self, ticket: Ticket) -> rules.TalkRecord:
        talk = ticket.conversation_id
        if talk is None:
            return rules.TalkRecord()
        return rules.TalkRecord(await self._talks.transcript(talk), await self._talks.shown(talk))

    async def _uploads(self, event: TicketEvent) -> list[str]:
        async with self._database.read() as connection:
            files = await files_of_event(connection, event.id or 0)
        sent = (RemoteFile(file.name, file.media_type, self._path_of(file)) for file in files)
        return [await self._backend.upload(file) for file in sent]

    async def _note(self, ticket: Ticket, event: TicketEvent) -> None:
        remote = await self._remote(ticket.number)
        if remote is None or remote.remote_id is None:
            raise NotYet(self._clock.now() + PATIENCE)  # the report itself is still on its way
        if remote.status is RemoteStatus.CLOSED:
            raise PermanentFailure("the request is closed for good; no comment can be added")
        body, uploads = rules.note_of(ticket, event), await self._uploads(event)
        await self._backend.note(remote.remote_id, body, uploads, rules.status_by(ticket, event))


def _still_good(remote: repository.Remote | None, clock: Clock) -> NewRequest | None:
    if remote is None or remote.request is None or remote.prepared_at is None:
        return None
    return remote.request if clock.now() - remote.prepared_at < TOKENS_LIVE else None
