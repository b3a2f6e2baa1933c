"""Known incidents in the console: suspicions to decide about, what people are told, and the end of it."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from bot.console.guard import SignedIn
from bot.console.pages import Console
from bot.console.routing import ConsoleRouter
from bot.errors import InvalidInput, UnknownTicket
from bot.incidents.models import Incident, IncidentStatus
from bot.incidents.service import Announcement
from bot.officers.models import Permission
from bot.tickets.numbers import read_number
from bot.tickets.rules import PROGRAMS

_HOME: Final = "/petugas/gangguan"
_ONE: Final = f"{_HOME}/{{number}}"
_PROGRAMS: Final = [("", "Semua program"), *((each, each) for each in PROGRAMS)]
Text = Annotated[str, Form()]


def incidents_router(console: Console) -> APIRouter:
    """Make the routes."""
    router = console.router()
    pages = IncidentPages(console)
    manager = console.allowed(Permission.MANAGE_INCIDENTS)

    @router.page(_HOME)
    async def listed(request: Request, officer: Annotated[SignedIn, manager]) -> Response:
        """All that are suspected or open, and what was before."""
        return await pages.listed(request, officer)

    @router.action(_HOME)
    async def begin(
        request: Request, officer: Annotated[SignedIn, manager], judul: Text = "", isi: Text = "", program: Text = "",
        artikel: Text = "",
    ) -> Response:  # fmt: skip
        """Tell people of an incident that nobody noticed yet."""
        try:
            told = await console.services.incidents.open(pages.announced(judul, isi, program, artikel), officer.name)
        except InvalidInput as error:
            typed = {"title": judul, "text": isi, "program": program, "articles": artikel}
            return await pages.listed(request, officer, status=error.status, error=error.detail, typed=typed)
        await console.audit(officer, "incident.open", f"incident:{told.id}")
        return console.see_other(f"{_HOME}/{told.id}", flash="Gangguan diumumkan di bot, formulir, dan halaman status.")

    @router.page(_ONE)
    async def show(request: Request, number: int, officer: Annotated[SignedIn, manager]) -> Response:
        """One incident with its tickets."""
        return await pages.one(request, officer, await console.services.incidents.find(number))

    @router.action(_ONE)
    async def confirm(
        request: Request, number: int, officer: Annotated[SignedIn, manager], judul: Text = "", isi: Text = "",
        program: Text = "", artikel: Text = "",
    ) -> Response:  # fmt: skip
        """Confirm a suspicion, or write anew what people read."""
        try:
            announced = pages.announced(judul, isi, program, artikel)
            await console.services.incidents.confirm(number, announced, officer.name)
        except InvalidInput as error:
            incident = await console.services.incidents.find(number)
            typed = {"title": judul, "text": isi, "program": program, "articles": artikel}
            return await pages.one(request, officer, incident, status=error.status, error=error.detail, typed=typed)
        await console.audit(officer, "incident.confirm", f"incident:{number}")
        return console.see_other(f"{_HOME}/{number}", flash="Pengumuman disimpan dan tampil dalam beberapa detik.")

    _add_endings(router, console, pages)
    _add_tickets(router, console)
    return router


def _add_endings(router: ConsoleRouter, console: Console, pages: "IncidentPages") -> None:
    manager = console.allowed(Permission.MANAGE_INCIDENTS)

    @router.action(f"{_ONE}/abaikan")
    async def dismiss(number: int, officer: Annotated[SignedIn, manager]) -> Response:
        """It is none."""
        await console.services.incidents.dismiss(number, officer.name)
        await console.audit(officer, "incident.dismiss", f"incident:{number}")
        return console.see_other(_HOME, flash="Dugaan diabaikan; tidak diajukan lagi selama satu hari.")

    @router.action(f"{_ONE}/selesai")
    async def solve(
        request: Request, number: int, officer: Annotated[SignedIn, manager], penutup: Text = ""
    ) -> Response:
        """It is over: everybody attached is told."""
        try:
            solved = await console.services.incidents.solve(number, penutup, officer.name)
        except InvalidInput as error:
            incident = await console.services.incidents.find(number)
            return await pages.one(request, officer, incident, status=error.status, end_error=error.detail)
        await console.audit(officer, "incident.solve", f"incident:{number}", tickets=solved.tickets)
        return console.see_other(f"{_HOME}/{number}", flash=f"Selesai. {solved.tickets} pelapor dikabari lewat email.")


def _add_tickets(router: ConsoleRouter, console: Console) -> None:
    manager = console.allowed(Permission.MANAGE_INCIDENTS)

    @router.action(f"{_ONE}/tiket")
    async def attach(number: int, officer: Annotated[SignedIn, manager], tiket: Text = "") -> Response:
        """Attach a ticket by hand."""
        ticket = read_number(tiket)
        if ticket is None:
            raise UnknownTicket
        await console.services.incidents.attach(number, ticket, officer.name)
        await console.audit(officer, "incident.attach", f"ticket:{ticket}", incident=number)
        return console.see_other(f"{_HOME}/{number}", flash=f"Tiket #{ticket} dikaitkan.")

    @router.action(f"{_ONE}/tiket/{{ticket}}/lepas")
    async def detach(number: int, ticket: int, officer: Annotated[SignedIn, manager]) -> Response:
        """Undo an attaching."""
        await console.services.incidents.detach(number, ticket, officer.name)
        await console.audit(officer, "incident.detach", f"ticket:{ticket}", incident=number)
        return console.see_other(f"{_HOME}/{number}", flash=f"Tiket #{ticket} dilepas; tidak dikaitkan lagi otomatis.")


class IncidentPages:
    """What the routes show."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._incidents = console.services.incidents
        self._titles = console.services.articles.titles

    def announced(self, title: str, text: str, program: str, articles: str) -> Announcement:
        """What was typed. Raises InvalidInput for an article that there is none of."""
        numbers = [read_number(each) for each in articles.replace(";", ",").split(",") if each.strip()]
        known = self._titles()
        if any(number not in known for number in numbers):
            raise InvalidInput("Nomor artikel tidak dikenal. Tulis nomor yang ada, dipisahkan koma: 124, 125.")
        return Announcement(title, text, program or None, [number for number in numbers if number is not None])

    async def listed(
        self,
        request: Request,
        officer: SignedIn,
        *,
        status: int = 200,
        error: str = "",
        typed: dict[str, str] | None = None,
    ) -> Response:
        """The lists, and the form for a new one."""
        found = {each: await self._incidents.list(each) for each in IncidentStatus}
        return self._console.page(
            request, officer, "incidents.html", status=status, error=error, typed=typed or _nothing_typed(),
            programs=_PROGRAMS, suspected=found[IncidentStatus.SUSPECTED], open=found[IncidentStatus.OPEN],
            past=[*found[IncidentStatus.SOLVED], *found[IncidentStatus.DISMISSED]][:20],
        )  # fmt: skip

    async def one(
        self, request: Request, officer: SignedIn, incident: Incident, *, status: int = 200, error: str = "",
        end_error: str = "", typed: dict[str, str] | None = None,
    ) -> Response:  # fmt: skip
        """One incident."""
        titles = self._titles()
        known: dict[str, Any] = {
            "incident": incident,
            "tickets": await self._incidents.tickets(incident.id),
            "articles": [(number, titles.get(number, "(sudah dihapus)")) for number in incident.articles],
            "typed": typed or _as_typed(incident),
            "programs": _PROGRAMS,
            "is_open": incident.status is IncidentStatus.OPEN,
            "is_suspected": incident.status is IncidentStatus.SUSPECTED,
        }
        return self._console.page(
            request, officer, "incident.html", status=status, error=error, end_error=end_error, **known
        )


def _nothing_typed() -> dict[str, str]:
    return {"title": "", "text": "", "program": "", "articles": ""}


def _as_typed(incident: Incident) -> dict[str, str]:
    articles = ", ".join(map(str, incident.articles))
    return {
        "title": incident.title, "text": incident.text, "program": incident.program or "", "articles": articles,
    }  # fmt: skip
