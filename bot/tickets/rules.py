"""Pure rules of tickets: what may be reported, and which status a log of events means."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from rapidfuzz import fuzz, process, utils

from bot.errors import InvalidDetails, InvalidProgram, InvalidSubject
from bot.people.rules import mask_email, parse_email
from bot.tickets.models import NewTicket, PublicTicket, Ticket, TicketEvent, TicketEventKind, TicketStatus

__all__ = ["PROGRAMS", "parse_details", "parse_email", "parse_program", "parse_subject"]

PROGRAMS: Final = ("ARKAS", "BOSP Salur", "SIPLah", "MARKAS", "Lainnya")
SUBJECT_LENGTH: Final = (3, 150)
DETAILS_LENGTH: Final = (10, 5000)

_PROGRAM_WORDS: Final = {
    "arkas": "ARKAS", "rkas": "ARKAS", "rakas": "ARKAS", "aplikasi arkas": "ARKAS", "arkas 4": "ARKAS",
    "bosp salur": "BOSP Salur", "bos salur": "BOSP Salur", "salur": "BOSP Salur", "penyaluran": "BOSP Salur",
    "siplah": "SIPLah", "sip lah": "SIPLah", "pbj": "SIPLah", "pb3": "SIPLah",
    "markas": "MARKAS", "dinas": "MARKAS",
    "lainnya": "Lainnya", "lain": "Lainnya", "lain lain": "Lainnya", "yang lain": "Lainnya", "tidak tahu": "Lainnya",
    "gak tau": "Lainnya", "bosp": "Lainnya", "dapodik": "Lainnya", "pajak": "Lainnya", "coretax": "Lainnya",
}  # fmt: skip
_PROGRAM_CUTOFF: Final = 82  # "arkass" and "siplh" pass, "pakas" (between ARKAS and MARKAS) does not


def parse_program(text: str) -> str:
    """Return the program of PROGRAMS that `text` names, by its name, number or a near spelling.

    Raises InvalidProgram when none is near.
    """
    wanted = utils.default_process(text).strip()
    if wanted.isdigit() and 1 <= int(wanted) <= len(PROGRAMS):
        return PROGRAMS[int(wanted) - 1]
    found = process.extractOne(wanted, list(_PROGRAM_WORDS), scorer=fuzz.ratio, score_cutoff=_PROGRAM_CUTOFF)
    if not wanted or found is None:
        raise InvalidProgram
    return _PROGRAM_WORDS[found[0]]


def parse_subject(text: str) -> str:
    """Return the subject on one line, without control characters. Raises InvalidSubject outside 3-150 characters."""
    subject = re.sub(r"\s+", " ", _printable(text)).strip()
    if not SUBJECT_LENGTH[0] <= len(subject) <= SUBJECT_LENGTH[1]:
        raise InvalidSubject
    return subject


def parse_details(text: str) -> str:
    """Return the details with their lines kept. Raises InvalidDetails outside 10-5,000 characters."""
    details = re.sub(r"\n{3,}", "\n\n", _printable(text.replace("\r\n", "\n"))).strip()
    if not DETAILS_LENGTH[0] <= len(details) <= DETAILS_LENGTH[1]:
        raise InvalidDetails
    return details


def _printable(text: str) -> str:
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})


def parse_ticket(new: NewTicket) -> NewTicket:
    """Return the report with every field checked. Raises the InvalidInput of the first field that is wrong."""
    return NewTicket(
        email=parse_email(new.email),
        program=parse_program(new.program),
        subject=parse_subject(new.subject),
        details=parse_details(new.details),
        conversation_id=new.conversation_id,
        source=new.source,
        idempotency_key=new.idempotency_key,
    )


_STATUS_AFTER: Final = {
    TicketEventKind.OPENED: TicketStatus.QUEUED,
    TicketEventKind.ASSIGNED: TicketStatus.IN_PROGRESS,
    TicketEventKind.ANSWERED: TicketStatus.IN_PROGRESS,
    TicketEventKind.INFORMATION_ASKED: TicketStatus.WAITING_FOR_REPORTER,
    TicketEventKind.REPORTER_REPLIED: TicketStatus.IN_PROGRESS,
    TicketEventKind.SOLVED: TicketStatus.SOLVED,
    TicketEventKind.CLOSED_FOR_SILENCE: TicketStatus.SOLVED,
}


def status_of(events: Sequence[TicketEvent]) -> TicketStatus:
    """The status that a ticket's log means. Every kind of event decides, so the last one does.

    Raises ValueError for an empty log: a ticket begins with being opened.
    """
    if not events:
        raise ValueError("a ticket begins with an opened event")
    return _STATUS_AFTER[events[-1].kind]


def last_reply_at(events: Sequence[TicketEvent]) -> datetime | None:
    """When the desk or the reporter last wrote (guide, column "Tanggal balasan terakhir"); None before that."""
    silent = {TicketEventKind.OPENED, TicketEventKind.ASSIGNED, TicketEventKind.CLOSED_FOR_SILENCE}
    return max((event.at for event in events if event.kind not in silent), default=None)


def public_view(ticket: Ticket) -> PublicTicket:
    """What anybody who knows the number may see (guide, section "Lacak status")."""
    return PublicTicket(
        number=ticket.number,
        email=mask_email(ticket.email),
        subject=ticket.subject,
        created_at=ticket.created_at,
        last_reply_at=ticket.last_reply_at,
        status=ticket.status.value,
        explanation=ticket.status.explanation,
    )
