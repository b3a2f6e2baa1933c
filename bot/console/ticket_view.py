"""A ticket as an officer reads it: every event as a line, quotes folded away."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.attachments.models import StoredFile
from bot.mail.quoting import fold
from bot.tickets.models import Ticket, TicketEvent, TicketEventKind
from bot.tickets.state import folded

K = TicketEventKind
IMAGES: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp"})
PDF: Final = "application/pdf"

_WORDS: Final = {
    K.OPENED: "Laporan", K.ANSWERED: "Jawaban", K.INFORMATION_ASKED: "Minta keterangan", K.NOTE: "Catatan internal",
    K.REPORTER_REPLIED: "Balasan", K.THANKED: "Ucapan terima kasih", K.AUTO_MAIL_RECEIVED: "Surat otomatis",
    K.SOLVED: "Penyelesaian", K.INCIDENT_SOLVED: "Kabar penutup gangguan",
}  # fmt: skip
_FACTS: Final = {
    K.ASSIGNED: "menugaskan tiket kepada {officer}", K.REMINDED: "mengirim pengingat", K.SOLVED: "menyelesaikan tiket",
    K.KEPT_OPEN: "menyatakan masih membutuhkan bantuan", K.REOPENED: "membuka kembali tiket",
    K.CLOSED_FOR_SILENCE: "menutup tiket karena tidak ada balasan dalam 2x24 jam",
    K.FOLLOWED_UP: "melanjutkan di tiket #{number}", K.MERGED: "menggabungkan ke tiket #{into}",
    K.ABSORBED: "menggabungkan tiket #{number} ke sini", K.LINKED: "menautkan tiket #{number}",
    K.INCIDENT_ATTACHED: "mengaitkan dengan gangguan #{incident}",
    K.INCIDENT_DETACHED: "melepas dari gangguan #{incident}", K.INCIDENT_SOLVED: "mengakhiri gangguan #{incident}",
    K.MARKED_SPAM: "menandai spam", K.UNMARKED_SPAM: "mengeluarkan dari spam", K.RECALLED: "membatalkan tulisannya",
}  # fmt: skip
_NAMES: Final = {"reporter": "Pelapor", "system": "Sistem"}
_REPORTER_WORDS: Final = frozenset({K.OPENED, K.REPORTER_REPLIED, K.THANKED, K.AUTO_MAIL_RECEIVED})


@dataclass(frozen=True)
class File:
    """A file of the thread; `preview` says what can be shown of it in place ("image", "pdf" or nothing)."""

    file: StoredFile
    preview: str


@dataclass(frozen=True)
class Line:
    """One event. `look` is how it stands apart: reporter, officer, note or fact."""

    event_id: int
    at: datetime
    who: str
    look: str
    title: str
    text: str = ""
    quoted: str = ""
    files: Sequence[File] = ()
    other: int | None = None
    held: bool = False
    recalled: bool = False
    fresh: bool = False


@dataclass(frozen=True)
class Reader:
    """Who reads: how officers are called, the moment, and up to which event the officer has seen the ticket."""

    names: Mapping[str, str]
    now: datetime
    seen: int | None = None


def lines_of(ticket: Ticket, files: Mapping[int, Sequence[StoredFile]], reader: Reader) -> list[Line]:
    """Every event of a ticket, oldest first."""
    recalled = folded(ticket.events).recalled
    return [_line(ticket, event, files.get(event.id or 0, ()), reader, recalled) for event in ticket.events]


def _line(
    ticket: Ticket, event: TicketEvent, files: Sequence[StoredFile], reader: Reader, recalled: Collection[int]
) -> Line:
    raw = ticket.details if event.kind is K.OPENED else str(event.data.get("text", ""))
    spoken = event.kind in _WORDS and bool(raw or files)
    written, quoted = fold(raw, answers=event.kind is not K.OPENED) if event.kind in _REPORTER_WORDS else (raw, "")
    return Line(
        event_id=event.id or 0,
        at=event.at,
        who=name_of(event.actor, reader.names),
        look=_look(event) if spoken else "fact",
        title=_WORDS[event.kind] if spoken else _fact(event, reader.names),
        text=(written or raw) if spoken else "",
        quoted=quoted if written else "",
        files=[File(file, preview_of(file.media_type)) for file in files],
        other=_other(event),
        held=event.leaves_at > reader.now and event.id not in recalled,
        recalled=event.id in recalled,
        fresh=reader.seen is not None and event.seq > reader.seen,
    )


def preview_of(media_type: str) -> str:
    """What can be shown of such a file inside a page."""
    return "image" if media_type in IMAGES else "pdf" if media_type == PDF else ""


def name_of(actor: str, names: Mapping[str, str]) -> str:
    """How an actor of a log is called."""
    kind, _, name = actor.partition(":")
    return names.get(name, name) if kind == "officer" else _NAMES.get(actor, "Desk lain")


def _look(event: TicketEvent) -> str:
    if event.kind is K.NOTE:
        return "note"
    return "reporter" if event.kind in _REPORTER_WORDS else "officer"


def _fact(event: TicketEvent, names: Mapping[str, str]) -> str:
    if event.kind is K.CHANGED:
        return "mengubah " + ", ".join(f"{_CHANGED[name]} menjadi {value}" for name, value in event.data.items())
    data = dict(event.data)
    officer = str(data.get("officer", ""))
    return _FACTS.get(event.kind, _WORDS.get(event.kind, "")).format(**data | {"officer": names.get(officer, officer)})


_CHANGED: Final = {"program": "program", "priority": "prioritas"}


def _other(event: TicketEvent) -> int | None:
    found = event.data.get("number") or event.data.get("into") or event.data.get("follows")
    return found if isinstance(found, int) else None
