"""The officers' lists of tickets: views with counts, filters, search, saved views, and one deed on many tickets."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response

from bot.console.guard import SignedIn
from bot.console.pages import Console
from bot.console.routing import ConsoleRouter
from bot.errors import InvalidInput
from bot.officers.models import Permission
from bot.people.masking import masked
from bot.people.rules import mask_email
from bot.tickets.desk import TicketDesk
from bot.tickets.inbox import InboxLine, InboxQuery, Order, View
from bot.tickets.models import Priority, Ticket, TicketStatus
from bot.tickets.numbers import read_number
from bot.tickets.rules import PROGRAMS
from bot.tickets.snippets import Piece

HOME: Final = "/petugas/tiket"
VIEWS: Final = {
    View.WAITING_FOR_US: "Menunggu kita", View.MINE: "Tiket saya", View.UNASSIGNED: "Belum ditugaskan",
    View.DUE_SOON: "Jatuh tempo", View.WAITING_FOR_REPORTER: "Menunggu pelapor", View.SOLVED_TODAY: "Selesai hari ini",
    View.ALL: "Semua", View.SPAM: "Spam",
}  # fmt: skip
STATUSES: Final = {
    TicketStatus.QUEUED: ("Dalam antrean", "warn"), TicketStatus.IN_PROGRESS: ("Sedang ditangani", "plain"),
    TicketStatus.WAITING_FOR_REPORTER: ("Menunggu pelapor", "plain"), TicketStatus.SOLVED: ("Selesai", "good"),
}  # fmt: skip
PRIORITY_TONES: Final = {Priority.LOW: "plain", Priority.NORMAL: "", Priority.HIGH: "warn", Priority.URGENT: "bad"}
ORDERS: Final = ((Order.VIEW, "Urutan tampilan"), (Order.NEWEST, "Nomor terbaru"), (Order.OLDEST, "Nomor terlama"))
_KEYS: Final = {
    View.WAITING_FOR_US: "v w", View.MINE: "v m", View.UNASSIGNED: "v b", View.DUE_SOON: "v t", View.ALL: "v a",
    View.WAITING_FOR_REPORTER: "v p", View.SOLVED_TODAY: "v s", View.SPAM: "v z",
}  # fmt: skip
_FILTERS: Final = ("tampilan", "q", "program", "prioritas", "status", "petugas", "dari", "sampai", "urut")


class Listing:
    """What the address of a list asks for. What it says wrongly is left out: old links and typed ones still open."""

    def __init__(self, params: QueryParams, officer: SignedIn) -> None:
        self.values = {name: params[name][:200] for name in _FILTERS if params.get(name)}
        self.text = self.values.get("q", "").strip()
        self.view = _one_of(View, self.values.get("tampilan")) or (View.ALL if self.text else View.WAITING_FOR_US)
        self.query = InboxQuery(
            view=self.view,
            officer=officer.name,
            program=next((each for each in PROGRAMS if each == self.values.get("program")), None),
            priority=_one_of(Priority, self.values.get("prioritas")),
            status=TicketStatus.__members__.get(self.values.get("status", "")),
            assignee=self.values.get("petugas"),
            since=_day(self.values.get("dari")),
            until=_day(self.values.get("sampai")),
            order=_one_of(Order, self.values.get("urut")) or Order.VIEW,
            after=params.get("posisi"),
        )

    def address(self, **changes: str) -> str:
        """The address of this list with some of it changed; an empty value leaves a part out."""
        values = {name: value for name, value in (self.values | changes).items() if value}
        return f"{HOME}?{urlencode(values)}" if values else HOME

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view is asked for."""
        return bool(self.values.keys() - {"tampilan"})


def _one_of(kind: Any, value: str | None) -> Any:  # noqa: ANN401 - an enumeration and one of its members
    return next((each for each in kind if each.value == value), None)


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput from error
    if moment.tzinfo is None:
        raise InvalidInput
    return moment


def inbox_router(console: Console) -> APIRouter:
    """Make the routes."""
    router = console.router()
    pages = InboxPages(console)

    @router.page(HOME)
    async def listed(
        request: Request, officer: Annotated[SignedIn, console.allowed(Permission.READ_TICKETS)]
    ) -> Response:
        """A list of tickets."""
        return await pages.show(request, officer)

    @router.page(f"{HOME}/kabar")
    async def news(
        request: Request, officer: Annotated[SignedIn, console.allowed(Permission.READ_TICKETS)], sejak: str = ""
    ) -> Response:
        """The counts as they are now, and whether the list has changed: asked for again and again by an open list."""
        return await pages.news(request, officer, sejak)

    @router.action(f"{HOME}/massal")
    async def bulk(
        request: Request, officer: Annotated[SignedIn, console.allowed(Permission.WORK_TICKETS)]
    ) -> Response:
        """Do one thing to all tickets that were ticked."""
        return await pages.bulk(request, officer)

    _add_saved_views(router, console)
    return router


def _add_saved_views(router: ConsoleRouter, console: Console) -> None:
    @router.action("/petugas/tampilan")
    async def save(
        officer: Annotated[SignedIn, console.allowed(Permission.READ_TICKETS)],
        nama: Annotated[str, Form()] = "",
        alamat: Annotated[str, Form()] = "",
    ) -> Response:
        """Keep a list under a name."""
        await console.services.saved_views.save(officer.name, nama, alamat)
        return console.see_other(f"{HOME}?{alamat}", flash=f"Tampilan “{nama.strip()}” disimpan.")

    @router.action("/petugas/tampilan/{view}/hapus")
    async def forget(view: int, officer: Annotated[SignedIn, console.allowed(Permission.READ_TICKETS)]) -> Response:
        """Drop a saved list."""
        await console.services.saved_views.forget(officer.name, view)
        return console.see_other(HOME, flash="Tampilan dihapus.")


class InboxPages:
    """Answers for the lists."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._services = console.services

    async def show(self, request: Request, officer: SignedIn) -> Response:
        """A list, and what it can be narrowed and worked with."""
        services, listing = self._services, Listing(request.query_params, officer)
        seen_at = services.clock.now().isoformat()
        lines, after = await self._lines(listing)
        officers = await self._officers()
        return self._console.page(
            request, officer, "inbox.html", **await self._around(listing, officer), lines=lines, seen_at=seen_at,
            next=listing.address(posisi=after) if after else "",
            first=listing.address() if listing.query.after else "",
            officers=officers, names=dict(officers), programs=PROGRAMS, priorities=list(Priority), orders=ORDERS,
            program_options=[(each, each) for each in PROGRAMS],
            priority_options=[(each.value, each.value) for each in Priority],
            statuses=[(status.name, STATUSES[status][0]) for status in TicketStatus],
            saved=await services.saved_views.of(officer.name), fresh=0,
        )  # fmt: skip

    async def news(self, request: Request, officer: SignedIn, since: str) -> Response:
        """One block of the page; cheap, because every open list asks for it three times a minute."""
        listing = Listing(request.query_params, officer)
        moment = _moment(since)
        fresh = 0 if listing.text else await self._services.inbox.count(listing.query, changed_since=moment)
        around = await self._around(listing, officer)
        return self._console.page(
            request, officer, "inbox.html", block="news", **around, fresh=fresh, seen_at=since
        )  # fmt: skip

    async def bulk(self, request: Request, officer: SignedIn) -> Response:
        """Do it, and report; where all went well, back to the list."""
        form = await request.form()
        numbers = [number for value in form.getlist("nomor") if (number := read_number(str(value)))]
        if not numbers:
            raise InvalidInput("Centang dahulu tiketnya.")
        seen_at = _moment(str(form.get("dilihat", "")))
        operation = _operation(self._services.desk, officer, form)
        report = await self._services.bulk.each(numbers, operation, seen_at=seen_at)
        for number in report.done:
            await self._console.audit(
                officer, "ticket.bulk", f"ticket:{number}", deed=str(form.get("tindakan", ""))[:20]
            )
        back = f"{HOME}?{form.get('alamat', '')}"
        if not report.refused:
            return self._console.see_other(back, flash=f"{len(report.done)} tiket sudah diperbarui.")
        return self._console.page(request, officer, "bulk_report.html", report=report, back=back)

    async def _lines(self, listing: Listing) -> tuple[list[dict[str, Any]], str | None]:
        now = self._services.clock.now()
        if listing.text:
            found = await self._services.search.find(listing.text, listing.query)
            return [_shown(hit.line, hit.snippet, now) for hit in found.hits], found.after
        page = await self._services.inbox.list(listing.query)
        return [_shown(line, (), now) for line in page.lines], page.after

    async def _around(self, listing: Listing, officer: SignedIn) -> dict[str, Any]:
        counts = await self._services.inbox.counts(officer.name)
        views = [(view, title, listing.view is view and not listing.text, counts.get(view), _KEYS[view])
                 for view, title in VIEWS.items()]  # fmt: skip
        return {"listing": listing, "views": views, "home": HOME}

    async def _officers(self) -> list[tuple[str, str]]:
        return [(one.name, one.display_name) for one in await self._services.officers.all() if one.disabled_at is None]


def _shown(line: InboxLine, snippet: Sequence[Piece], now: datetime) -> dict[str, Any]:
    """A line for the template; what is personal is masked in lists (docs/console.md)."""
    status, tone = STATUSES[line.status]
    since = line.reporter_waits_since or line.updated_at or line.created_at
    unanswered = line.status is not TicketStatus.SOLVED and line.first_answered_at is None
    return {
        "line": line, "email": mask_email(line.email), "subject": masked(line.subject), "snippet": snippet,
        "status": status, "tone": tone, "priority_tone": PRIORITY_TONES[line.priority], "since": since,
        "waited": waited(now - since), "late": unanswered and line.response_due is not None and line.response_due < now,
    }  # fmt: skip


def waited(span: timedelta) -> str:
    """How long somebody waits, in the largest unit that says enough.

    >>> waited(timedelta(minutes=7)), waited(timedelta(hours=30)), waited(timedelta(days=3, hours=5))
    ('7 menit', '30 jam', '3 hari')
    """
    hours = int(span.total_seconds() // 3600)
    if hours < 1:
        return f"{max(0, int(span.total_seconds() // 60))} menit"
    return f"{hours} jam" if hours < _IN_DAYS else f"{hours // 24} hari"


_IN_DAYS: Final = 48  # hours, from which on days say enough

_Deed = Callable[[TicketDesk, str, str, int, int], Awaitable[Ticket]]


def _operation(desk: TicketDesk, officer: SignedIn, form: FormData) -> Callable[[int, int], Awaitable[Ticket]]:
    """What the pressed button asks for. Raises InvalidInput when it, or what it needs, is missing."""
    name = str(form.get("tindakan", ""))
    deed, value = _DEEDS.get(name), str(form.get(f"nilai_{name}", "")).strip()
    if deed is None or (not value and name in _NEEDS):
        raise InvalidInput(_NEEDS.get(name, "Pilih dahulu tindakannya."))
    chosen = deed
    return lambda number, version: chosen(desk, officer.name, value, number, version)


_NEEDS: Final = {
    "tugaskan": "Pilih dahulu petugasnya.", "program": "Pilih dahulu programnya.",
    "prioritas": "Pilih dahulu prioritasnya.", "gabung": "Tulis dahulu nomor tiket tujuan.",
}  # fmt: skip


def _into(value: str) -> int:
    number = read_number(value)
    if number is None:
        raise InvalidInput(_NEEDS["gabung"])
    return number


_DEEDS: Final[dict[str, _Deed]] = {
    "tugaskan": lambda desk, by, value, number, version: desk.assign(number, by, to=value, version=version),
    "program": lambda desk, by, value, number, version: desk.change(number, by, program=value, version=version),
    "prioritas": lambda desk, by, value, number, version: desk.change(number, by, priority=value, version=version),
    "gabung": lambda desk, by, value, number, version: desk.merge(number, by, into=_into(value), version=version),
    "spam": lambda desk, by, _value, number, version: desk.spam(number, by, version=version),
    "selesai": lambda desk, by, value, number, version: desk.solve(number, by, value, version=version),
}
