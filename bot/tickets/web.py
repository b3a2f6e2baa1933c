"""The HTTP API of tickets (DESIGN.md, contract 5)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import UploadFile

from bot.attachments.service import AttachmentService
from bot.attachments.web import bounded, holds_files, upload_form
from bot.errors import BrokenJson, UnknownTicket
from bot.http import ERROR_RESPONSES, HttpUpload
from bot.limits import HourlyLimit
from bot.tickets import rules
from bot.tickets.models import NewTicket, PublicTicket
from bot.tickets.service import TicketService

_LARGEST_NUMBER: Final = 2**63 - 1


class TicketIn(BaseModel):
    """A report. `client_id` makes a repeat harmless."""

    email: str
    program: str
    subject: str
    details: str
    client_id: str | None = Field(None, min_length=8, max_length=80)


class TicketOut(BaseModel):
    """What anybody who knows the number may see."""

    number: int
    email: str
    subject: str
    status: str
    explanation: str
    created_at: datetime
    last_reply_at: datetime | None


def _out(view: PublicTicket) -> TicketOut:
    return TicketOut(
        number=view.number,
        email=view.email,
        subject=view.subject,
        status=view.status,
        explanation=view.explanation,
        created_at=view.created_at,
        last_reply_at=view.last_reply_at,
    )


@asynccontextmanager
async def _read(request: Request, message_bytes: int) -> AsyncIterator[tuple[TicketIn, list[HttpUpload]]]:
    try:
        if not holds_files(request):
            yield TicketIn.model_validate_json(await bounded(request, message_bytes).body()), []
            return
        async with upload_form(request, message_bytes) as form:
            fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
            files = [HttpUpload(value) for _, value in form.multi_items() if isinstance(value, UploadFile)]
            yield TicketIn.model_validate(fields), files
    except ValidationError as error:
        raise BrokenJson from error


def _new_ticket(report: TicketIn) -> NewTicket:
    return NewTicket(
        report.email, report.program, report.subject, report.details, source="api", idempotency_key=report.client_id
    )


_TICKET_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": TicketIn.model_json_schema()} for kind in ("application/json", "multipart/form-data")
        },
    }
}


def ticket_router(
    service: TicketService, attachments: AttachmentService, limit: HourlyLimit, lookups: HourlyLimit
) -> APIRouter:
    """Return the routes of tickets; `limit` counts reports of one address, `lookups` its questions about numbers."""
    router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"], responses=ERROR_RESPONSES)

    @router.post("", status_code=201, openapi_extra=_TICKET_BODY, dependencies=[Depends(limit.check)])
    async def open_ticket(request: Request) -> TicketOut:
        """Open a ticket; files come by multipart."""
        async with _read(request, attachments.message_bytes) as (report, uploads):
            new = _new_ticket(report)
            rules.parse_ticket(new)  # a wrong field is told before files are taken in
            files = await attachments.take_in(uploads)
        return _out(rules.public_view(await service.open(new, files=files)))

    @router.get("/{number}", dependencies=[Depends(lookups.check)])
    async def status(number: Annotated[int, Path(ge=1, le=_LARGEST_NUMBER)]) -> TicketOut:
        """Return what the public status page shows of a ticket."""
        ticket = await service.look_up(number)
        if ticket is None:
            raise UnknownTicket
        return _out(ticket)

    return router
