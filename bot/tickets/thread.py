"""What a reporter may read of a ticket's log: who wrote what and when. Only what is listed here is ever shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.attachments.models import StoredFile
from bot.people.rules import mask_email
from bot.tickets.models import Ticket, TicketEvent, TicketEventKind
from bot.tickets.state import folded


class Author(StrEnum):
    """Who an entry comes from, as the reporter knows them."""

    REPORTER = "Bapak/Ibu"
    DESK = "Tim Helpdesk"
    SYSTEM = "Sistem"


@dataclass(frozen=True)
class Entry:
    """One entry of the talk: `text` is somebody's own words, `fact` is ours about what happened."""

    author: Author
    at: datetime
    text: str = ""
    fact: str = ""
    files: Sequence[StoredFile] = ()


def thread_of(ticket: Ticket, files: Mapping[int, Sequence[StoredFile]], now: datetime) -> list[Entry]:
    """The entries of a ticket, oldest first; `files` are those of each event, by the event's id.

    What was taken back never shows, and what can still be taken back not yet.
    """
    entries, recalled = [], folded(ticket.events).recalled
    for event in ticket.events:
        make = _SHOWN.get(event.kind)
        if make is not None and event.id not in recalled and event.leaves_at <= now:
            entries.append(make(ticket, event, files.get(event.id or 0, ())))
    return entries


_Files = Sequence[StoredFile]


def _opened(ticket: Ticket, event: TicketEvent, files: _Files) -> Entry:
    follows = event.data.get("follows")
    return Entry(Author.REPORTER, event.at, ticket.details, f"Melanjutkan tiket #{follows}" if follows else "", files)


def _written(ticket: Ticket, event: TicketEvent, files: _Files) -> Entry:
    """The reporter's words. Another address's (a merged ticket's reporter, a colleague) are the desk's to pass on."""
    sender = str(event.data.get("sender", "")) or ticket.email
    if sender.casefold() != ticket.email.casefold():
        return Entry(Author.SYSTEM, event.at, fact=f"Balasan dari {mask_email(sender)} diterima Tim Helpdesk.")
    return Entry(Author.REPORTER, event.at, _text(event), files=files)


def _said(_ticket: Ticket, event: TicketEvent, files: _Files) -> Entry:
    return Entry(Author.DESK, event.at, _text(event), files=files)


def _solved(_ticket: Ticket, event: TicketEvent, files: _Files) -> Entry:
    if event.actor == "reporter":
        return Entry(Author.REPORTER, event.at, fact="Menyatakan kendala sudah selesai.")
    return Entry(Author.DESK, event.at, _text(event), "Laporan dinyatakan selesai.", files)


def _happened(author: Author, sentence: str) -> "_Maker":
    def entry(_ticket: Ticket, event: TicketEvent, _files: _Files) -> Entry:
        return Entry(author, event.at, fact=sentence.format(**event.data))

    return entry


def _text(event: TicketEvent) -> str:
    return str(event.data.get("text", ""))


_Maker = Callable[[Ticket, TicketEvent, _Files], Entry]
_SHOWN: Final[Mapping[TicketEventKind, _Maker]] = {
    TicketEventKind.OPENED: _opened,
    TicketEventKind.ASSIGNED: _happened(Author.SYSTEM, "Laporan mulai ditangani petugas."),
    TicketEventKind.ANSWERED: _said,
    TicketEventKind.INFORMATION_ASKED: _said,
    TicketEventKind.REMINDED: _happened(Author.SYSTEM, "Pengingat dikirim ke email pelapor."),
    TicketEventKind.REPORTER_REPLIED: _written,
    TicketEventKind.THANKED: _written,
    TicketEventKind.KEPT_OPEN: _happened(Author.REPORTER, "Masih membutuhkan bantuan."),
    TicketEventKind.SOLVED: _solved,
    TicketEventKind.CLOSED_FOR_SILENCE: _happened(
        Author.SYSTEM, "Tiket ditutup otomatis karena belum ada balasan dalam 2x24 jam."
    ),
    TicketEventKind.INCIDENT_ATTACHED: _happened(Author.SYSTEM, "Laporan ini termasuk gangguan yang sedang ditangani."),
    TicketEventKind.INCIDENT_SOLVED: _solved,
    TicketEventKind.FOLLOWED_UP: _happened(Author.SYSTEM, "Dilanjutkan di tiket #{number}."),
    TicketEventKind.MERGED: _happened(Author.SYSTEM, "Digabungkan ke tiket #{into}."),
}
