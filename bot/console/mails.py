"""Mails that wait for somebody to look at them, and errands that were given up."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from bot.console.guard import SignedIn
from bot.console.pages import Console
from bot.console.routing import ConsoleRouter
from bot.errors import InvalidInput
from bot.mail.models import MailKind, ReceivedMail, UnreadableMail
from bot.mail.reading import read_mail
from bot.officers.models import Permission
from bot.people.masking import masked
from bot.people.rules import mask_email
from bot.tickets.numbers import read_number

_HOME: Final = "/petugas/surat"
_DEAD: Final = "/petugas/kiriman"
_SHOWN: Final = 100
_RAW: Final = 20_000  # characters of a mail that nobody can read
KINDS: Final = {
    MailKind.BOUNCE: "Email kembali", MailKind.AUTO_REPLY: "Balasan otomatis", MailKind.NEWSLETTER: "Surat edaran",
    MailKind.LOOP: "Putaran", MailKind.SPAM: "Spam", MailKind.FORGED: "Pengirim diragukan", MailKind.FLOOD: "Membanjir",
    MailKind.EMPTY: "Kosong", MailKind.UNREADABLE: "Tidak terbaca",
}  # fmt: skip
ERRANDS: Final = {
    "mail": "Email", "talk": "Pesan di percakapan", "ticket_silence": "Pengingat atau penutupan",
    "missed": "Catatan pesan yang tidak terkirim",
}  # fmt: skip


def mails_router(console: Console) -> APIRouter:
    """Make the routes."""
    router = console.router()
    _add_mails(router, console)
    _add_settling(router, console)
    _add_errands(router, console)
    return router


def _add_mails(router: ConsoleRouter, console: Console) -> None:
    mails = console.services.mail.service

    @router.page(_HOME)
    async def listed(request: Request, officer: Annotated[SignedIn, console.allowed(Permission.READ_MAIL)]) -> Response:
        """The suspended ones, newest first."""
        found = await mails.received(outcome="suspended", limit=_SHOWN)
        rows = [
            (
                mail,
                mask_email(mail.sender),
                masked(mail.subject),
                _kind(mail),
                masked(mail.reason),
            )
            for mail in found
        ]
        total = await mails.count_suspended()
        return console.page(request, officer, "mails.html", rows=rows, total=total, home=_HOME)

    @router.page(f"{_HOME}/{{mail}}")
    async def show(
        request: Request, mail: int, officer: Annotated[SignedIn, console.allowed(Permission.READ_MAIL)]
    ) -> Response:
        """One mail as text: nothing of its HTML, its images or its links is heeded."""
        stored = await mails.received_one(mail)
        await console.audit(officer, "mail.read", f"mail:{mail}")
        read = _read(await mails.received_raw(mail))
        waits = stored.outcome.value == "suspended"
        return console.page(
            request, officer, "mail.html", mail=stored, kind=_kind(stored), read=read, waits=waits, home=_HOME
        )


def _kind(mail: ReceivedMail) -> str:
    return next((text for kind, text in KINDS.items() if kind.value == mail.kind), mail.kind)


def _read(raw: bytes) -> dict[str, Any]:
    try:
        mail = read_mail(raw)
    except UnreadableMail:
        return {"text": raw[:_RAW].decode("utf-8", "replace"), "quoted": "", "files": []}
    return {"text": mail.text, "quoted": mail.quoted, "files": [file.filename or "tanpa nama" for file in mail.files]}


def _add_settling(router: ConsoleRouter, console: Console) -> None:
    mails = console.services.mail.service

    @router.action(f"{_HOME}/{{mail}}/lepas")
    async def release(
        mail: int,
        officer: Annotated[SignedIn, console.allowed(Permission.READ_MAIL)],
        tiket: Annotated[str, Form()] = "",
    ) -> Response:
        """Heed it all the same: in the ticket that is named, else where it belongs or as a new ticket."""
        into = read_number(tiket)
        if tiket.strip() and into is None:
            raise InvalidInput("Tulis nomor tiket tujuan, misalnya 12345.")
        try:
            done = await mails.release(mail, into=into)
        except UnreadableMail as error:
            raise InvalidInput("Surat ini tidak dapat dibaca, jadi tidak dapat dijadikan tiket.") from error
        await console.audit(officer, "mail.released", f"mail:{mail}", ticket=done.ticket_number)
        return console.see_other(_HOME, flash=f"Surat masuk ke tiket #{done.ticket_number}.")

    @router.action(f"{_HOME}/{{mail}}/buang")
    async def discard(mail: int, officer: Annotated[SignedIn, console.allowed(Permission.READ_MAIL)]) -> Response:
        """Put it aside for good."""
        await mails.discard(mail)
        await console.audit(officer, "mail.discarded", f"mail:{mail}")
        return console.see_other(_HOME, flash="Surat dikesampingkan.")


def _add_errands(router: ConsoleRouter, console: Console) -> None:
    outbox = console.services.outbox

    @router.page(_DEAD)
    async def dead(request: Request, officer: Annotated[SignedIn, console.allowed(Permission.READ_MAIL)]) -> Response:
        """What was given up, newest first."""
        letters = [
            (item, ERRANDS.get(item.kind, item.kind), item.payload.get("ticket"), masked(item.error or ""))
            for item in await outbox.dead_letters()
        ]
        return console.page(request, officer, "dead_letters.html", letters=letters, home=_DEAD)

    @router.action(f"{_DEAD}/{{item}}/ulang")
    async def retry(item: int, officer: Annotated[SignedIn, console.allowed(Permission.READ_MAIL)]) -> Response:
        """Try one again from the beginning."""
        await outbox.revive(item)
        await console.audit(officer, "errand.retried", f"errand:{item}")
        return console.see_other(_DEAD, flash="Kiriman dicoba lagi.")
