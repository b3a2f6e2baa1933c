"""A ticket's whole thread, for its reporter alone: read it, answer, attach, keep it open, finish it, go on with it."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.attachments.models import StoredFile
from bot.attachments.web import upload_form
from bot.errors import ArkasError, InvalidInput, TooManyRequests
from bot.http import HttpUpload, uploads
from bot.limits import HourlyLimit
from bot.site.lost_files import with_lost_files
from bot.site.routing import PageRouter
from bot.site.services import SiteServices
from bot.site.templating import PRIVATE, page
from bot.site.views import Step
from bot.tickets import rules
from bot.tickets.models import Reply, Ticket, TicketState
from bot.tickets.numbers import read_number
from bot.tickets.thread import thread_of

# The address holds the key of the ticket: no copy is kept, no other site hears of it, no search engine lists it.
_SECRET: Final = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
_REPLIES_PER_TICKET: Final = 6  # a talk has more turns than one
_NEWS: Final = {
    "diterima": "Balasan sudah kami terima. Terima kasih.",
    "dibuka": "Baik, tiket tetap terbuka. Tim Helpdesk akan melanjutkan.",
    "selesai": "Terima kasih. Tiket ini sudah ditandai selesai.",
    "lanjutan": "Laporan dilanjutkan dalam tiket baru ini. Mohon catat nomornya.",
}


def thread_router(services: SiteServices) -> PageRouter:
    """Make the routes of the signed page."""
    router = PageRouter()
    threads = Threads(services)
    router.page("/tiket/{number}")(threads.show)
    router.post("/tiket/{number}", response_model=None)(threads.act)
    return router


class Threads:
    """Answers for who holds a link out of a mail."""

    def __init__(self, services: SiteServices) -> None:
        self._services = services
        self._tickets = services.tickets
        self._links = services.ticket_links
        self._limit = HourlyLimit("thread", _REPLIES_PER_TICKET * services.settings.tickets_per_hour)

    async def show(self, request: Request, number: str, kunci: str = "", kabar: str = "") -> Response:
        """Show the thread; whoever holds no good link gets one and the same page, whatever is wrong with it."""
        ticket = await self._open(number, kunci)
        if ticket is None:
            return _refused(request)
        return await self._page(request, ticket, kunci, news=_NEWS.get(kabar, ""))

    async def act(self, request: Request, number: str, kunci: str = "") -> Response:
        """Do what the reporter pressed, and lead back to the thread; what cannot be used is said beside its field.

        The body is read only once the link was found good: nobody else can make us store an upload.
        """
        ticket = await self._open(number, kunci)
        if ticket is None:
            return _refused(request)
        async with upload_form(request, self._services.attachments.message_bytes) as form:
            return await self._do(request, _letter(ticket, kunci, form), str(form.get("aksi", "")))

    async def _do(self, request: Request, letter: "_Letter", button: str) -> Response:
        act = _ACTS.get(button, Threads._reply)
        try:
            await self._limit.check(request)
            return RedirectResponse(await act(self, letter), 303, headers=_SECRET | {"Cache-Control": PRIVATE})
        except TooManyRequests as error:
            errors = {"form": error.detail}
        except _FileRefused as error:
            errors = {"files": error.detail}
        except InvalidInput as error:
            errors = {"text": error.detail}
        errors = with_lost_files(errors, letter.files)
        return await self._page(request, letter.ticket, letter.token, errors=errors, text=letter.text, key=letter.key)

    async def _open(self, number: str, token: str) -> Ticket | None:
        wanted = read_number(number)
        ticket = await self._tickets.find(wanted) if wanted else None
        return ticket if self._links.opens(ticket, wanted or 0, token) else None

    async def _reply(self, letter: "_Letter") -> str:
        text = rules.parse_text(letter.text, may_be_empty=letter.has_files)
        return await self._send(letter, text, "diterima")

    async def _again(self, letter: "_Letter") -> str:
        """ "Kendala masih terjadi", with or without words; never taken for the thank-you that it may also hold."""
        text = rules.parse_text(letter.text, may_be_empty=True)
        if text or letter.has_files:
            return await self._send(letter, f"{rules.STILL_THERE}\n\n{text}".strip(), "diterima")
        outcome = await self._tickets.still_needs_help(letter.ticket.number)
        return await self._address(letter, outcome.number, "lanjutan")

    async def _keep_open(self, letter: "_Letter") -> str:
        outcome = await self._tickets.still_needs_help(letter.ticket.number)
        return await self._address(letter, outcome.number, "dibuka")

    async def _finish(self, letter: "_Letter") -> str:
        """An old page must not finish the ticket that a closed one goes on in, which may be somebody else's."""
        if not self._tickets.state(letter.ticket).closed:
            await self._tickets.done(letter.ticket.number)
        return await self._address(letter, letter.ticket.number, "selesai")

    async def _send(self, letter: "_Letter", text: str, news: str) -> str:
        ticket = letter.ticket
        # The key is this ticket's own: a key of another ticket's reply, guessed or copied, tells nothing about it.
        reply = Reply(text, ticket.email, "web", key=f"web:{ticket.number}:{letter.key}")
        outcome = await self._tickets.reply(ticket.number, reply, files=await self._take_in(letter))
        return await self._address(letter, outcome.number, "lanjutan" if outcome.opened else news)

    async def _take_in(self, letter: "_Letter") -> list[StoredFile]:
        try:
            return list(await self._services.attachments.take_in(letter.files))
        except ArkasError as error:  # a file that cannot be used, or nobody to examine it now
            raise _FileRefused(error.detail) from error

    async def _address(self, letter: "_Letter", number: int, news: str) -> str:
        """Where to read on: the ticket that holds the answer now, unless that one belongs to somebody else."""
        ticket = letter.ticket if number == letter.ticket.number else await self._own(letter.ticket, number)
        if ticket is None:
            ticket, news = letter.ticket, "diterima"
        return f"{self._links.path(ticket, like=letter.token)}&kabar={news}"

    async def _own(self, ticket: Ticket, number: int | None) -> Ticket | None:
        other = await self._tickets.find(number) if number else None
        return other if other and other.email.casefold() == ticket.email.casefold() else None

    async def _page(
        self,
        request: Request,
        ticket: Ticket,
        token: str,
        *,
        news: str = "",
        errors: dict[str, str] | None = None,
        text: str = "",
        key: str = "",
    ) -> Response:
        state = self._tickets.state(ticket)
        answer = page(
            request,
            "thread.html",
            status=422 if errors else 200,
            cache=PRIVATE,
            section="tiket",
            ticket=ticket,
            state=state,
            entries=thread_of(ticket, await self._tickets.files(ticket), self._services.clock.now()),
            related=await self._related(ticket, state, token),
            attention=self._services.hours.next_attention(self._services.clock.now()),
            file_link=self._services.file_links.path,
            action=self._links.path(ticket, like=token),
            rating=self._services.rating_links.path(ticket.number) if _is_rateable(state) else "",
            news=news,
            errors=errors or {},
            text=text,
            key=key or secrets.token_urlsafe(16),
            trail=[Step("Beranda", "/"), Step("Lacak status tiket", "/tiket"), Step(f"Tiket #{ticket.number}", "")],
        )
        answer.headers.update(_SECRET)
        return answer

    async def _related(self, ticket: Ticket, state: TicketState, token: str) -> list[Step]:
        """The tickets before and after this one; one that is somebody else's is named, but not linked."""
        named = {"Lanjutan dari": state.follows, "Dilanjutkan di": state.followed_up_by}
        named["Digabungkan ke"] = state.merged_into
        steps = []
        for label, number in named.items():
            if number:
                own = await self._own(ticket, number)
                steps.append(Step(f"{label} tiket #{number}", self._links.path(own, like=token) if own else ""))
        return steps


def _is_rateable(state: TicketState) -> bool:
    return state.closed and not state.spam and state.merged_into is None


class _FileRefused(ArkasError):
    """A file that came with a reply cannot be used; the sentence says why."""


@dataclass(frozen=True)
class _Letter:
    """What a reporter sent from the page of a ticket."""

    ticket: Ticket
    token: str
    text: str
    key: str
    files: list[HttpUpload]

    @property
    def has_files(self) -> bool:
        return bool(self.files)


def _letter(ticket: Ticket, token: str, form: FormData) -> _Letter:
    text, key = str(form.get("text", "")), str(form.get("key", ""))[:64]
    files = uploads(form, "files")
    return _Letter(ticket, token, text, key or secrets.token_urlsafe(16), files)


_ACTS: Final[dict[str, Callable[[Threads, _Letter], Awaitable[str]]]] = {
    "balas": Threads._reply,  # noqa: SLF001 - the table of this module's own class
    "lagi": Threads._again,  # noqa: SLF001
    "butuh": Threads._keep_open,  # noqa: SLF001
    "selesai": Threads._finish,  # noqa: SLF001
}


def _refused(request: Request) -> Response:
    answer = page(request, "thread_refused.html", status=404, cache=PRIVATE, section="tiket")
    answer.headers.update(_SECRET)
    return answer
