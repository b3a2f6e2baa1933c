"""Tickets as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

BUILTIN: Final = "builtin"
ZENDESK: Final = "zendesk"


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
    TicketStatus.QUEUED: (
        "Laporan Bapak/Ibu sudah kami terima dan sedang menunggu giliran ditangani. Tidak perlu mengirim ulang; "
        "jawabannya datang lewat email."
    ),
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

    OPENED = "opened"  # data: source; follows (number of the closed ticket, for a follow-up); desk, when not ours
    ASSIGNED = "assigned"  # data: officer
    ANSWERED = "answered"  # data: text; held_until, mail_only: so for the next and solved
    INFORMATION_ASKED = "information_asked"  # data: text
    REMINDED = "reminded"  # data: step
    REPORTER_REPLIED = "reporter_replied"  # data: text, source, sender
    THANKED = "thanked"  # data: text, source, sender; a thank-you to a closed ticket
    AUTO_MAIL_RECEIVED = "auto_mail_received"  # data: text, mail (auto_reply or bounce); nobody wrote it
    KEPT_OPEN = "kept_open"  # the reporter pressed "masih butuh bantuan"
    SOLVED = "solved"  # data: text (may be empty), by (officer or reporter)
    REOPENED = "reopened"  # only by a desk elsewhere; here, a reply to a closed ticket opens another one
    CLOSED_FOR_SILENCE = "closed_for_silence"
    FOLLOWED_UP = "followed_up"  # data: number of the new ticket
    MERGED = "merged"  # data: into
    ABSORBED = "absorbed"  # data: number of the ticket that was merged into this one
    LINKED = "linked"  # data: number
    NOTE = "note"  # data: text; seen by officers only
    CHANGED = "changed"  # data: program and priority, whichever changed
    MARKED_SPAM = "marked_spam"
    UNMARKED_SPAM = "unmarked_spam"
    RECALLED = "recalled"  # data: event, the id of the answer that was taken back before it left
    INCIDENT_ATTACHED = "incident_attached"  # data: incident (its number); the report is one of a known incident's
    INCIDENT_DETACHED = "incident_detached"  # data: incident; it was none after all
    INCIDENT_SOLVED = "incident_solved"  # data: incident, text, by; what was wrong for many is over


class Priority(StrEnum):
    """How urgent officers find a ticket."""

    LOW = "rendah"
    NORMAL = "normal"
    HIGH = "tinggi"
    URGENT = "mendesak"


class Step(StrEnum):
    """What the silence of an asked reporter leads to, in this order (guide, section "Tiket tertutup otomatis")."""

    REMINDER_6H = "reminder_6h"
    REMINDER_24H = "reminder_24h"
    CLOSE = "close"


class ReplyKind(StrEnum):
    """Who wrote a reply: a person, or a machine on its own. Whoever brings the reply in knows (mail headers tell)."""

    WRITTEN = "written"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"


@dataclass(frozen=True)
class TicketEvent:
    """One line of a ticket's log. `id` and `seq` (its place in the log, from 1) are given when it is stored."""

    kind: TicketEventKind
    at: datetime
    actor: str
    data: Mapping[str, object] = field(default_factory=dict)
    key: str | None = None
    id: int | None = None
    seq: int = 0

    @property
    def leaves_at(self) -> datetime:
        """From when on others than officers may hear of it: until then it can be taken back."""
        held = self.data.get("held_until")
        return datetime.fromisoformat(held) if isinstance(held, str) else self.at


@dataclass(frozen=True)
class TicketState:
    """What a ticket's log means at a moment.

    `waiting_since` is when the reporter was asked, while the clock runs; then `reminders` are still to be sent, each
    with its moment, and the ticket closes at `closes_at`. `due` is the one step that is to be done now, if any.
    `version` is the place of the last event that somebody who works on the ticket must have seen. `recalled` are the
    ids of events that were taken back: they stand in the log and mean nothing.
    """

    status: TicketStatus
    version: int
    length: int
    program: str | None = None
    priority: Priority = Priority.NORMAL
    assignee: str | None = None
    waiting_since: datetime | None = None
    asked_seq: int | None = None
    reminded: Mapping[Step, datetime] = field(default_factory=dict)
    reminders: tuple[tuple[Step, datetime], ...] = ()
    closes_at: datetime | None = None
    due: Step | None = None
    last_reply_at: datetime | None = None
    first_answered_at: datetime | None = None
    solved_at: datetime | None = None
    reporter_waits_since: datetime | None = None
    follows: int | None = None
    followed_up_by: int | None = None
    merged_into: int | None = None
    links: frozenset[int] = frozenset()
    spam: bool = False
    desk: str = BUILTIN
    recalled: frozenset[int] = frozenset()

    @property
    def closed(self) -> bool:
        """Whether the ticket is finished for its reporter: a reply opens a new one."""
        return self.status is TicketStatus.SOLVED


@dataclass(frozen=True)
class Reply:
    """What came back from a reporter. `key` (a Message-ID, a form's id) makes a repetition the same reply."""

    text: str
    sender: str
    source: str
    kind: ReplyKind = ReplyKind.WRITTEN
    key: str | None = None


@dataclass(frozen=True)
class ReplyOutcome:
    """Where a reply went: the ticket that holds it now, and whether it was opened for it."""

    number: int
    opened: bool
    event: TicketEvent


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
    def length(self) -> int:
        """How many events the log holds."""
        return len(self.events)

    @property
    def title(self) -> str:
        """The subject line of its mails (guide: "#12345 - Tidak bisa tutup BKU")."""
        return f"#{self.number} - {self.subject}"

    def summary(self) -> TicketSummary:
        """Return what a message in a talk shows."""
        return TicketSummary(self.number, self.status.value, self.subject)
