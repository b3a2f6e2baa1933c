"""Pure rules of tickets: what may be reported, and which status a log of events means."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from rapidfuzz import fuzz, process, utils

from bot.errors import EmptyMessage, InvalidDetails, InvalidProgram, InvalidSubject, MessageTooLong
from bot.people.rules import mask_email, parse_email
from bot.tickets.models import NewTicket, PublicTicket, Ticket, TicketEvent, TicketStatus
from bot.tickets.state import folded

__all__ = ["PROGRAMS", "parse_details", "parse_email", "parse_program", "parse_subject"]

PROGRAMS: Final = ("ARKAS", "BOSP Salur", "SIPLah", "MARKAS", "Lainnya")
SUBJECT_LENGTH: Final = (3, 150)
DETAILS_LENGTH: Final = (10, 5000)
TEXT_LENGTH: Final = 100_000  # of a reply; a mail that quotes a long thread stays below
STILL_THERE: Final = "Kendala masih terjadi"

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
    if len(wanted) == 1 and wanted.isdecimal() and 1 <= int(wanted) <= len(PROGRAMS):
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


def status_of(events: Sequence[TicketEvent]) -> TicketStatus:
    """The status that a ticket's log means. Raises ValueError for a log that does not begin with an opened event."""
    return folded(events).status


def last_reply_at(events: Sequence[TicketEvent]) -> datetime | None:
    """When the desk or the reporter last wrote (guide, column "Tanggal balasan terakhir"); None before that."""
    return folded(events).last_reply_at


def parse_text(text: str, *, may_be_empty: bool = False) -> str:
    """What an officer or a reporter wrote, without control characters, its lines kept.

    Raises EmptyMessage when nothing is left and MessageTooLong above 100,000 characters.
    """
    written = _printable(text.replace("\r\n", "\n")).strip()
    if len(written) > TEXT_LENGTH:
        raise MessageTooLong
    if not written and not may_be_empty:
        raise EmptyMessage
    return written


def follow_up_of(old: Ticket, text: str, key: str | None) -> NewTicket:
    """The report that goes on where a closed ticket ended: old subject, reporter and program, new details.

    Guide, section "Membuka kembali tiket": a reply "Kendala masih terjadi" opens a new number.
    """
    return NewTicket(
        email=old.email,
        program=old.program,
        subject=old.subject,
        details=text or STILL_THERE,
        conversation_id=old.conversation_id,
        source="follow_up",
        idempotency_key=key,
    )


def part_of(ticket: Ticket, subject: str, details: str) -> NewTicket:
    """The report that a part of a ticket makes: same reporter, program and talk."""
    return NewTicket(
        email=ticket.email,
        program=ticket.program,
        subject=subject,
        details=details,
        conversation_id=ticket.conversation_id,
        source="split",
    )


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
