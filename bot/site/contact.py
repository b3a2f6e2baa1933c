"""The way to a person: Formulir Layanan, what happens after it, and the status of a ticket."""

import secrets
from collections.abc import Callable
from typing import Annotated, Final

from fastapi import File, Form, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.errors import ArkasError, InvalidEmail, InvalidInput, TooManyRequests
from bot.http import HttpUpload
from bot.limits import HourlyLimit
from bot.site.routing import PageRouter
from bot.site.services import SiteServices
from bot.site.templating import PRIVATE, page
from bot.site.views import Step
from bot.tickets import rules
from bot.tickets.models import NewTicket, PublicTicket
from bot.tickets.numbers import read_number

Field = Annotated[str, Form()]

_PARSERS: Final[dict[str, Callable[[str], str]]] = {
    "email": rules.parse_email,
    "program": rules.parse_program,
    "subject": rules.parse_subject,
    "details": rules.parse_details,
}
_HOME: Final = Step("Beranda", "/")


def contact_router(services: SiteServices) -> PageRouter:
    """Make the routes of the form and of the status page."""
    router = PageRouter()
    desk = Contact(services)
    router.page("/hubungi-kami")(desk.form)
    router.post("/hubungi-kami", response_model=None)(desk.send)
    router.page("/hubungi-kami/terkirim")(desk.sent)
    router.page("/tiket")(desk.status)
    return router


class Contact:
    """Answers for the form and the status page."""

    def __init__(self, services: SiteServices) -> None:
        self._services = services
        self._base = services.settings.public_url.rstrip("/")
        self._limit = HourlyLimit("form", services.settings.tickets_per_hour)

    async def form(self, request: Request, perihal: str = "") -> Response:
        """Show the empty form; a link may bring the subject along."""
        values = dict.fromkeys(_PARSERS, "") | {"subject": perihal[:150]}
        return self._form(request, values, {}, secrets.token_urlsafe(16))

    async def send(
        self,
        request: Request,
        *,
        email: Field = "",
        program: Field = "",
        subject: Field = "",
        details: Field = "",
        key: Field = "",
        situs: Field = "",
        files: Annotated[list[UploadFile] | None, File()] = None,
    ) -> Response:
        """Open a ticket, or show the form again with all that was typed and what to mend.

        `situs` is hidden from people; whoever fills it is a program, gets the same thanks, and opens nothing.
        """
        if situs:
            return RedirectResponse("/hubungi-kami/terkirim", 303)
        values = {"email": email, "program": program, "subject": subject, "details": details}
        key = key[:64] or secrets.token_urlsafe(16)
        if errors := check(values) or await self._too_many(request):
            return self._form(request, values, errors, key)
        try:
            stored = await self._services.attachments.take_in([HttpUpload(f) for f in files or () if f.filename])
        except ArkasError as error:  # a file that cannot be used, or nobody to examine it now
            return self._form(request, values, {"files": error.detail}, key)
        new = NewTicket(**values, source="form", idempotency_key=f"form:{key}")
        ticket = await self._services.tickets.open(new, files=stored)
        return RedirectResponse(f"/hubungi-kami/terkirim?nomor={ticket.number}", 303)

    async def sent(self, request: Request, nomor: str = "") -> Response:
        """Thank, and say what happens next. Nothing of the ticket is shown but the number that the address holds."""
        attention = self._services.hours.next_attention(self._services.clock.now())
        return page(
            request,
            "contact_sent.html",
            cache=PRIVATE,
            section="hubungi",
            number=read_number(nomor),
            attention=attention,
        )

    async def status(self, request: Request, nomor: str = "") -> Response:
        """Show what the public may see of a ticket; an absent and an unreadable number look alike."""
        return page(
            request,
            "ticket.html",
            cache=PRIVATE,
            section="tiket",
            canonical=f"{self._base}/tiket",
            asked=nomor.strip()[:20],
            ticket=await self._find(nomor),
            trail=[_HOME, Step("Lacak status tiket", "/tiket")],
        )

    async def _too_many(self, request: Request) -> dict[str, str]:
        try:
            await self._limit.check(request)
        except TooManyRequests as error:
            return {"form": error.detail}
        return {}

    async def _find(self, text: str) -> PublicTicket | None:
        number = read_number(text)
        ticket = await self._services.tickets.find(number) if number else None
        return rules.public_view(ticket) if ticket else None

    def _form(self, request: Request, values: dict[str, str], errors: dict[str, str], key: str) -> Response:
        return page(
            request,
            "contact.html",
            status=422 if errors else 200,
            cache=PRIVATE,
            section="hubungi",
            canonical=f"{self._base}/hubungi-kami",
            description="Kirim kendala ARKAS atau BOSP kepada Tim Helpdesk; balasan dikirim lewat email.",
            values=values,
            errors=errors,
            key=key,
            programs=rules.PROGRAMS,
            trail=[_HOME, Step("Formulir Layanan", "/hubungi-kami")],
        )


def check(values: dict[str, str]) -> dict[str, str]:
    """Return a sentence for each field that cannot be used, in the order of the form."""
    errors = {}
    for name, parse in _PARSERS.items():
        try:
            parse(values[name])
        except InvalidInput as error:
            errors[name] = _sentence(error)
    return errors


def _sentence(error: InvalidInput) -> str:
    if isinstance(error, InvalidEmail) and error.suggestion:
        return f"{error.detail}. Mungkin maksudnya {error.suggestion}?"
    return error.detail
