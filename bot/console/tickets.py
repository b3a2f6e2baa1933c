"""A ticket's page in the console: reading it, writing to its reporter, and everything that changes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form, Path
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from bot.attachments.models import StoredFile
from bot.console.guard import SignedIn
from bot.console.inbox import HOME
from bot.console.pages import Console
from bot.console.routing import ConsoleRouter
from bot.console.ticket_page import Draft, Shown, TicketPages, taken_back
from bot.errors import ArkasError, InvalidInput, TicketChanged
from bot.http import uploads
from bot.officers.models import Permission
from bot.tickets.desk import Sending
from bot.tickets.models import TicketEventKind
from bot.tickets.numbers import read_number

Number = Annotated[int, Path(ge=1, le=10**12)]
DEEDS: Final = {
    TicketEventKind.ANSWERED: "jawab", TicketEventKind.INFORMATION_ASKED: "tanya", TicketEventKind.SOLVED: "selesai",
}  # fmt: skip
_DONE: Final = {
    "jawab": "Jawaban dicatat dan segera dikirim.", "tanya": "Permintaan keterangan dicatat dan segera dikirim.",
    "selesai": "Tiket diselesaikan; pelapor segera diberi tahu.", "catatan": "Catatan disimpan.",
}  # fmt: skip

_CHANGED: Final = (
    "Tiket ini baru saja berubah; yang baru ditandai di bawah. Tulisan Anda masih ada: periksa, lalu kirim kembali."
)


def tickets_router(console: Console) -> APIRouter:
    """Make the routes."""
    router = console.router()
    pages = TicketPages(console)
    _add_reading(router, console, pages)
    _add_writing(router, console, pages)
    _add_changing(router, console)
    return router


def _add_reading(router: ConsoleRouter, console: Console, pages: TicketPages) -> None:
    @router.page(f"{HOME}/{{number}}")
    async def show(
        request: Request,
        number: Number,
        officer: Annotated[SignedIn, console.allowed(Permission.READ_TICKETS)],
        tulis: int = 0,
    ) -> Response:
        """A ticket with its thread; `tulis` is an event that was taken back and is written on."""
        draft = taken_back(await pages.find(number), tulis, officer, DEEDS) if tulis else Draft()
        return await pages.show(request, officer, number, Shown(draft))

    @router.action(f"{HOME}/{{number}}/hadir")
    async def present(
        request: Request,
        number: Number,
        officer: Annotated[SignedIn, console.allowed(Permission.READ_TICKETS)],
        versi: Annotated[int, Form()] = 0,
    ) -> Response:
        """Who else has the ticket open, and whether it changed: an open page asks again and again."""
        ticket = await pages.find(number)
        here = await console.services.presence.beat(number, officer.name)
        names = await pages.names() if here else {}
        state = console.services.tickets.state(ticket)
        return console.page(
            request, officer, "ticket_presence.html", here=[names.get(name, name) for name in here], number=number,
            home=HOME, changed=bool(versi) and state.version != versi, version=versi,
        )  # fmt: skip

    @router.page(f"{HOME}/{{number}}/artikel")
    async def articles(
        request: Request,
        number: Number,
        officer: Annotated[SignedIn, console.allowed(Permission.READ_TICKETS)],
        q: str = "",
    ) -> Response:
        """Articles for the ticket's own words, or for those that the officer looks for."""
        ticket = await pages.find(number)
        query = q.strip()[:300] or f"{ticket.subject}. {ticket.details}"[:600]
        found = console.services.articles.search(query, 5)
        hits = [(hit.card, hit.confidence, _words_of(console, hit.card.id)) for hit in found.hits]
        block = "content" if "hx-request" in request.headers else None
        return console.page(
            request, officer, "ticket_articles.html", block=block, hits=hits, q=q, number=number, home=HOME
        )  # fmt: skip


def _words_of(console: Console, article_id: int) -> str:
    """What is put into an answer of an article: its short form and where it stands."""
    answer = console.services.articles.answer(article_id)
    return f"{answer.text}\n\n{console.services.settings.public_url.rstrip('/')}{answer.card.url}"


def _add_writing(router: ConsoleRouter, console: Console, pages: TicketPages) -> None:
    @router.action(f"{HOME}/{{number}}/tulis")
    async def write(
        request: Request, number: Number, officer: Annotated[SignedIn, console.allowed(Permission.WORK_TICKETS)]
    ) -> Response:
        """Answer, ask, note or solve. What cannot be done is told above what was typed, which stays, files too."""
        form = await request.form()
        draft = _draft(form)
        try:
            draft = await _with_files(console, form, draft)
            await _write(console, officer, _Deed(number, read_number(str(form.get("versi", "")))), draft)
        except TicketChanged as error:
            shown = Shown(draft, _CHANGED, error.status)
            return await pages.show(request, officer, number, shown)
        except ArkasError as error:
            return await pages.show(request, officer, number, Shown(draft, error.detail, error.status))
        await console.audit(officer, f"ticket.{draft.deed}", f"ticket:{number}")
        return console.see_other(f"{HOME}/{number}", flash=_DONE[draft.deed])

    @router.action(f"{HOME}/{{number}}/batal")
    async def recall(
        number: Number,
        officer: Annotated[SignedIn, console.allowed(Permission.WORK_TICKETS)],
        peristiwa: Annotated[int, Form()],
    ) -> Response:
        """Take back what was written and has not left; its text stands in the page again."""
        await console.services.desk.recall(number, officer.name, event_id=peristiwa)
        await console.audit(officer, "ticket.recalled", f"ticket:{number}")
        return console.see_other(f"{HOME}/{number}?tulis={peristiwa}", flash="Dibatalkan. Tidak ada yang dikirim.")

    _add_splitting(router, console, pages)


def _add_splitting(router: ConsoleRouter, console: Console, pages: TicketPages) -> None:
    @router.page(f"{HOME}/{{number}}/pisah")
    async def split_form(
        request: Request,
        number: Number,
        officer: Annotated[SignedIn, console.allowed(Permission.WORK_TICKETS)],
        peristiwa: int = 0,
    ) -> Response:
        """What is to become a ticket of its own: the words of one event, to be cut down."""
        ticket = await pages.find(number)
        event = next((each for each in ticket.events if each.id == peristiwa), ticket.events[0])
        text = str(event.data.get("text", "")) or ticket.details
        version = console.services.tickets.state(ticket).version
        return console.page(
            request, officer, "ticket_split.html", ticket=ticket, event=event.id, subject=ticket.subject, text=text,
            version=version, error="", home=HOME,
        )  # fmt: skip

    @router.action(f"{HOME}/{{number}}/pisah")
    async def split(
        request: Request,
        number: Number,
        officer: Annotated[SignedIn, console.allowed(Permission.WORK_TICKETS)],
        peristiwa: Annotated[int, Form()],
        versi: Annotated[int, Form()],
        perihal: Annotated[str, Form()] = "",
        isi: Annotated[str, Form()] = "",
    ) -> Response:
        """Open the new ticket and link the two."""
        desk = console.services.desk
        try:
            part = await desk.split(
                number, officer.name, subject=perihal, text=isi, event_id=peristiwa, version=versi
            )  # fmt: skip
        except ArkasError as error:
            ticket = await pages.find(number)
            return console.page(
                request, officer, "ticket_split.html", status=error.status, ticket=ticket, event=peristiwa,
                subject=perihal, text=isi, version=console.services.tickets.state(ticket).version, error=error.detail,
                home=HOME,
            )  # fmt: skip
        await console.audit(officer, "ticket.split", f"ticket:{number}", part=part.number)
        return console.see_other(f"{HOME}/{part.number}", flash=f"Tiket ini dipisahkan dari #{number}.")


@dataclass(frozen=True)
class _Deed:
    number: int
    version: int | None


def _draft(form: FormData) -> Draft:
    deed = str(form.get("tindakan", "jawab"))
    if deed not in _DONE:
        raise InvalidInput
    seen = read_number(str(form.get("versi", "")))
    return Draft(str(form.get("isi", "")), deed, mail_only="jawab_email" in form, seen=seen)


async def _with_files(console: Console, form: FormData, draft: Draft) -> Draft:
    """The draft with the files that came now, after those that were taken in before. Raises for one that cannot be."""
    read = console.services.held_files.read
    kept = [file for value in form.getlist("tersimpan") if (file := read(str(value)))]
    came = uploads(form, "berkas")
    fresh: Sequence[StoredFile] = await console.services.attachments.take_in(came) if came else ()
    return Draft(draft.text, draft.deed, (*kept, *fresh), draft.mail_only, draft.seen)


async def _write(console: Console, officer: SignedIn, deed: _Deed, draft: Draft) -> None:
    desk, by = console.services.desk, officer.name
    if draft.deed == "catatan":
        await desk.note(deed.number, by, draft.text, files=draft.files)
        return
    do = {"jawab": desk.answer, "tanya": desk.ask_information, "selesai": desk.solve}[draft.deed]
    sending = Sending(console.services.settings.undo_window, mail_only=draft.mail_only)
    await do(deed.number, by, draft.text, version=deed.version, files=draft.files, sending=sending)


def _add_changing(router: ConsoleRouter, console: Console) -> None:
    desk = console.services.desk

    @router.action(f"{HOME}/{{number}}/ubah")
    async def change(
        number: Number,
        officer: Annotated[SignedIn, console.allowed(Permission.WORK_TICKETS)],
        versi: Annotated[int, Form()],
        petugas: Annotated[str, Form()] = "",
        program: Annotated[str, Form()] = "",
        prioritas: Annotated[str, Form()] = "",
    ) -> Response:
        """Change assignee, program and priority; what is left as it is, is no event."""
        ticket = await desk.change(
            number, officer.name, program=program or None, priority=prioritas or None, version=versi
        )  # fmt: skip
        state = console.services.tickets.state(ticket)
        if petugas and petugas != state.assignee:
            await desk.assign(number, officer.name, to=petugas, version=state.version)
        await console.audit(officer, "ticket.changed", f"ticket:{number}")
        return console.see_other(f"{HOME}/{number}", flash="Perubahan disimpan.")

    @router.action(f"{HOME}/{{number}}/gabung")
    async def merge(
        number: Number,
        officer: Annotated[SignedIn, console.allowed(Permission.WORK_TICKETS)],
        versi: Annotated[int, Form()],
        tujuan: Annotated[str, Form()] = "",
    ) -> Response:
        """Close the ticket as a part of another one."""
        await desk.merge(number, officer.name, into=_number(tujuan), version=versi)
        await console.audit(officer, "ticket.merged", f"ticket:{number}", into=_number(tujuan))
        return console.see_other(f"{HOME}/{_number(tujuan)}", flash=f"Tiket #{number} digabungkan ke sini.")

    @router.action(f"{HOME}/{{number}}/taut")
    async def link(
        number: Number,
        officer: Annotated[SignedIn, console.allowed(Permission.WORK_TICKETS)],
        tujuan: Annotated[str, Form()] = "",
    ) -> Response:
        """Link two tickets, both ways."""
        await desk.link(number, officer.name, to=_number(tujuan))
        await console.audit(officer, "ticket.linked", f"ticket:{number}", to=_number(tujuan))
        return console.see_other(f"{HOME}/{number}", flash=f"Ditautkan dengan tiket #{_number(tujuan)}.")

    _add_spam_and_reopening(router, console)


def _add_spam_and_reopening(router: ConsoleRouter, console: Console) -> None:
    desk = console.services.desk

    @router.action(f"{HOME}/{{number}}/spam")
    async def spam(
        number: Number,
        officer: Annotated[SignedIn, console.allowed(Permission.WORK_TICKETS)],
        versi: Annotated[int, Form()],
        spam: Annotated[int, Form()] = 1,
    ) -> Response:
        """Put the ticket among the spam, or take it out."""
        await desk.spam(number, officer.name, is_spam=bool(spam), version=versi)
        await console.audit(officer, "ticket.spam", f"ticket:{number}", spam=bool(spam))
        said = "Ditandai sebagai spam." if spam else "Dikeluarkan dari spam."
        return console.see_other(f"{HOME}/{number}", flash=said)

    @router.action(f"{HOME}/{{number}}/lanjut")
    async def reopen(
        number: Number,
        officer: Annotated[SignedIn, console.allowed(Permission.WORK_TICKETS)],
        peristiwa: Annotated[int, Form()] = 0,
    ) -> Response:
        """Follow a closed ticket up in a new one."""
        ticket = await desk.reopen(number, officer.name, event_id=peristiwa or None)
        await console.audit(officer, "ticket.reopened", f"ticket:{number}", follow_up=ticket.number)
        return console.see_other(f"{HOME}/{ticket.number}", flash=f"Tiket ini melanjutkan #{number}.")


def _number(text: str) -> int:
    number = read_number(text)
    if not number:
        raise InvalidInput("Tulis nomor tiket tujuan, misalnya 12345.")
    return number
