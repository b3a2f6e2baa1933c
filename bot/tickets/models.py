"""Tickets as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class TicketStatus(StrEnum):
    """The four statuses of the official guide, with their official wording (guide, section "Status tiket")."""

    QUEUED = "Dalam Antrean"
    IN_PROGRESS = "Sedang Diproses *sedang ditangani oleh petugas"
    WAITING_FOR_REPORTER = "Sedang Diproses *menunggu balasan dari pelapor"
    SOLVED = "Sudah Selesai"

    @property
    def explanation(self) -> str:
        """What the status means and what the reporter should do now."""
        return _EXPLANATIONS[self]


_EXPLANATIONS = {
    TicketStatus.QUEUED: "Laporan Bapak/Ibu sudah kami terima dan sedang menunggu giliran ditangani.",
    TicketStatus.IN_PROGRESS: "Petugas sedang menangani laporan ini. Jawabannya dikirim ke email pelapor.",
    TicketStatus.WAITING_FOR_REPORTER: (
        "Petugas membutuhkan keterangan tambahan. Silakan periksa email dan balas; tanpa balasan dalam 2x24 jam tiket "
        "tertutup otomatis."
    ),
    TicketStatus.SOLVED: (
        "Laporan sudah ditangani dan ditutup. Bila kendala masih terjadi, balas email terakhir dengan tulisan "
        '"Kendala masih terjadi".'
    ),
}


class TicketEventKind(StrEnum):
    """What can happen to a ticket. The log of these is the ticket; its status is derived from them."""

    OPENED = "opened"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    INFORMATION_ASKED = "information_asked"
    REPORTER_REPLIED = "reporter_replied"
    SOLVED = "solved"
    CLOSED_FOR_SILENCE = "closed_for_silence"


@dataclass(frozen=True)
class TicketEvent:
    """One line of a ticket's log."""

    kind: TicketEventKind
    at: datetime
    actor: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class TicketSummary:
    """What a message in a talk shows of a ticket."""

    number: int
    status: str
    subject: str


@dataclass(frozen=True)
class NewTicket:
    """What somebody reports. `idempotency_key` makes a repeated report the same ticket."""

    email: str
    program: str
    subject: str
    details: str
    conversation_id: str | None = None
    source: str = "form"
    idempotency_key: str | None = None


@dataclass(frozen=True)
class PublicTicket:
    """What the public status page may show: nothing that a guesser could use."""

    number: int
    email: str
    subject: str
    created_at: datetime
    last_reply_at: datetime | None
    status: str
    explanation: str


@dataclass(frozen=True)
class Ticket:
    """A ticket with its log."""

    number: int
    email: str
    program: str
    subject: str
    details: str
    source: str
    created_at: datetime
    status: TicketStatus
    last_reply_at: datetime | None
    conversation_id: str | None = None
    events: Sequence[TicketEvent] = ()

    @property
    def title(self) -> str:
        """The subject line of its mails (guide: "#12345 - Tidak bisa tutup BKU")."""
        return f"#{self.number} - {self.subject}"

    def summary(self) -> TicketSummary:
        """Return what a message in a talk shows."""
        return TicketSummary(self.number, self.status.value, self.subject)
