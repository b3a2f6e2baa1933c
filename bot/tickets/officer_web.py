"""The HTTP API of officers: lists, tickets with their logs, every operation of the desk, and dead letters."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from bot.errors import UnknownTicket
from bot.http import ERROR_RESPONSES
from bot.outbox.service import OutboxService
from bot.tickets.desk import TicketDesk
from bot.tickets.inbox import PAGE_MAX, Inbox, InboxQuery, View
from bot.tickets.models import Priority, Ticket, TicketState
from bot.tickets.officers import Officer, OfficerTokens, officer_guard
from bot.tickets.service import TicketService

_LARGEST: Final = 2**63 - 1
Number = Annotated[int, Path(ge=1, le=_LARGEST)]
OtherNumber = Annotated[int, Field(ge=1, le=_LARGEST)]


class Seen(BaseModel):
    """The `version` of the ticket that the officer saw; without it, whatever happened since is overruled."""

    version: int | None = None


class AssignIn(Seen):
    """To whom; without a name, to oneself."""

    officer: str | None = Field(None, min_length=1, max_length=90)


class WordsIn(Seen):
    """What the officer writes."""

    text: str = ""


class MergeIn(Seen):
    """Into which ticket."""

    into: OtherNumber


class LinkIn(BaseModel):
    """With which ticket."""

    to: OtherNumber


class ChangeIn(Seen):
    """What is corrected."""

    program: str | None = None
    priority: Priority | None = None


class SpamIn(Seen):
    """Whether it is spam."""

    spam: bool = True


class ReopenIn(BaseModel):
    """The thank-you that was none, if it was one."""

    event: int | None = None


class EventOut(BaseModel):
    """One line of a ticket's log."""

    id: int | None
    kind: str
    at: datetime
    actor: str
    data: dict[str, Any]


class TicketDetail(BaseModel):
    """A ticket as officers see it. `version` belongs into the next operation."""

    number: int
    title: str
    email: str
    program: str
    details: str
    status: str
    priority: str
    assignee: str | None
    version: int
    created_at: datetime
    reporter_waits_since: datetime | None
    reminders: dict[str, datetime]
    closes_at: datetime | None
    merged_into: int | None
    links: list[int]
    spam: bool
    events: list[EventOut]


class LineOut(BaseModel):
    """One ticket in a list."""

    number: int
    subject: str
    email: str
    program: str
    status: str
    priority: str
    assignee: str | None
    updated_at: datetime | None
    reporter_waits_since: datetime | None
    response_due: datetime | None


class PageOut(BaseModel):
    """One page of a list; `after` fetches the next."""

    tickets: list[LineOut]
    after: str | None


class DeadLetterOut(BaseModel):
    """An errand that was given up."""

    id: int
    kind: str
    key: str
    attempts: int
    error: str | None
    dead_at: datetime | None


def _detail(ticket: Ticket, state: TicketState) -> TicketDetail:
    told = ("assignee", "version", "reporter_waits_since", "closes_at", "merged_into", "spam")
    return TicketDetail(
        **{name: getattr(ticket, name) for name in ("number", "title", "email", "program", "details", "created_at")},
        **{name: getattr(state, name) for name in told},
        status=ticket.status.value,
        priority=state.priority.value,
        reminders={step.value: moment for step, moment in state.reminders},
        links=sorted(state.links),
        events=[
            EventOut(id=event.id, kind=event.kind.value, at=event.at, actor=event.actor, data=dict(event.data))
            for event in ticket.events
        ],
    )


def officer_router(
    tokens: OfficerTokens, tickets: TicketService, desk: TicketDesk, inbox: Inbox, outbox: OutboxService
) -> APIRouter:
    """Return the officers' routes; without a known token none of them answers."""
    guard = Depends(officer_guard(tokens))
    router = APIRouter(prefix="/api/v1/officer", tags=["officers"], responses=ERROR_RESPONSES, dependencies=[guard])
    _add_reading(router, tickets, inbox)
    _add_talking(router, _teller(tickets), desk)
    _add_sorting(router, _teller(tickets), desk)
    _add_outbox(router, outbox)
    return router


def _add_reading(router: APIRouter, tickets: TicketService, inbox: Inbox) -> None:
    @router.get("/tickets")
    async def listed(
        by: Officer,
        view: View = View.ALL,
        program: str | None = None,
        priority: Priority | None = None,
        email: str | None = None,
        after: str | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
    ) -> PageOut:
        """List a view."""
        page = await inbox.list(InboxQuery(view, by, program, priority, email, after, limit))
        return PageOut(
            tickets=[LineOut.model_validate(line, from_attributes=True) for line in page.lines], after=page.after
        )

    @router.get("/counts")
    async def counts(by: Officer) -> dict[str, int]:
        """How many tickets stand in each view."""
        return {view.value: count for view, count in (await inbox.counts(by)).items()}

    @router.get("/tickets/{number}")
    async def read(number: Number) -> TicketDetail:
        """A ticket with its log."""
        ticket = await tickets.find(number)
        if ticket is None:
            raise UnknownTicket
        return _detail(ticket, tickets.state(ticket))


_Told = Callable[[Awaitable[Ticket]], Awaitable[TicketDetail]]


def _teller(tickets: TicketService) -> _Told:
    async def told(operation: Awaitable[Ticket]) -> TicketDetail:
        ticket = await operation
        return _detail(ticket, tickets.state(ticket))

    return told


def _add_talking(router: APIRouter, told: _Told, desk: TicketDesk) -> None:
    @router.post("/tickets/{number}/assign")
    async def assign(number: Number, body: AssignIn, by: Officer) -> TicketDetail:
        """Give the ticket to an officer."""
        return await told(desk.assign(number, by, to=body.officer or by, version=body.version))

    @router.post("/tickets/{number}/answer")
    async def answer(number: Number, body: WordsIn, by: Officer) -> TicketDetail:
        """Write to the reporter."""
        return await told(desk.answer(number, by, body.text, version=body.version))

    @router.post("/tickets/{number}/ask")
    async def ask(number: Number, body: WordsIn, by: Officer) -> TicketDetail:
        """Ask the reporter; starts the clock of reminders and closing."""
        return await told(desk.ask_information(number, by, body.text, version=body.version))

    @router.post("/tickets/{number}/note")
    async def note(number: Number, body: WordsIn, by: Officer) -> TicketDetail:
        """Write what only officers read."""
        return await told(desk.note(number, by, body.text))

    @router.post("/tickets/{number}/solve")
    async def solve(number: Number, body: WordsIn, by: Officer) -> TicketDetail:
        """Close the ticket as handled."""
        return await told(desk.solve(number, by, body.text, version=body.version))


def _add_sorting(router: APIRouter, told: _Told, desk: TicketDesk) -> None:
    @router.post("/tickets/{number}/merge")
    async def merge(number: Number, body: MergeIn, by: Officer) -> TicketDetail:
        """Make the ticket a part of another one."""
        return await told(desk.merge(number, by, into=body.into, version=body.version))

    @router.post("/tickets/{number}/link")
    async def link(number: Number, body: LinkIn, by: Officer) -> TicketDetail:
        """Link two tickets."""
        return await told(desk.link(number, by, to=body.to))

    @router.post("/tickets/{number}/change")
    async def change(number: Number, body: ChangeIn, by: Officer) -> TicketDetail:
        """Correct program or priority."""
        operation = desk.change(number, by, program=body.program, priority=body.priority, version=body.version)
        return await told(operation)

    @router.post("/tickets/{number}/spam")
    async def spam(number: Number, body: SpamIn, by: Officer) -> TicketDetail:
        """Put the ticket among the spam, or take it out."""
        return await told(desk.spam(number, by, is_spam=body.spam, version=body.version))

    @router.post("/tickets/{number}/reopen")
    async def reopen(number: Number, body: ReopenIn, by: Officer) -> TicketDetail:
        """Follow a closed ticket up in a new one."""
        return await told(desk.reopen(number, by, event_id=body.event))


def _add_outbox(router: APIRouter, outbox: OutboxService) -> None:
    @router.get("/outbox/dead")
    async def dead() -> list[DeadLetterOut]:
        """What was given up, newest first."""
        return [DeadLetterOut.model_validate(item, from_attributes=True) for item in await outbox.dead_letters()]

    @router.post("/outbox/{item}/retry", status_code=204)
    async def retry(item: Annotated[int, Path(ge=1, le=_LARGEST)]) -> None:
        """Try a dead letter again."""
        await outbox.revive(item)
