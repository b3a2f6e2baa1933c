from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import InvalidDetails, InvalidEmail, InvalidProgram, InvalidSubject
from bot.tickets.models import NewTicket, Ticket, TicketEvent, TicketEventKind, TicketStatus
from bot.tickets.rules import (
    last_reply_at,
    parse_details,
    parse_program,
    parse_subject,
    parse_ticket,
    public_view,
    status_of,
)

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
K = TicketEventKind


DATA = {"step": "reminder_6h", "number": 10002, "into": 10003, "officer": "budi", "text": "ya"}


def log(*kinds: TicketEventKind) -> list[TicketEvent]:
    return [TicketEvent(kind, NOON + timedelta(hours=hour), "somebody", DATA) for hour, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        ([K.OPENED], TicketStatus.QUEUED),
        ([K.OPENED, K.ASSIGNED], TicketStatus.IN_PROGRESS),
        ([K.OPENED, K.INFORMATION_ASKED], TicketStatus.WAITING_FOR_REPORTER),
        ([K.OPENED, K.INFORMATION_ASKED, K.REPORTER_REPLIED], TicketStatus.IN_PROGRESS),
        ([K.OPENED, K.INFORMATION_ASKED, K.CLOSED_FOR_SILENCE], TicketStatus.SOLVED),
        ([K.OPENED, K.ANSWERED, K.SOLVED], TicketStatus.SOLVED),
    ],
)
def test_status_follows_from_the_log(kinds: list[TicketEventKind], status: TicketStatus) -> None:
    assert status_of(log(*kinds)) is status


def test_empty_log_is_no_ticket() -> None:
    with pytest.raises(ValueError, match="opened"):
        status_of([])


def test_every_kind_of_event_has_a_status() -> None:
    assert {status_of(log(K.OPENED, kind)) for kind in K} == set(TicketStatus)


def test_last_reply_ignores_what_nobody_wrote() -> None:
    assert last_reply_at(log(K.OPENED, K.ASSIGNED)) is None
    assert last_reply_at(log(K.OPENED, K.ANSWERED, K.CLOSED_FOR_SILENCE)) == NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("typed", "program"),
    [("ARKAS", "ARKAS"), ("arkass", "ARKAS"), ("rakas", "ARKAS"), ("bos salur", "BOSP Salur"), ("siplh", "SIPLah"),
     ("Pbj", "SIPLah"), ("markas", "MARKAS"), ("lain-lain", "Lainnya"), ("2", "BOSP Salur"), (" ARKAS 4 ", "ARKAS")],
)  # fmt: skip
def test_program_is_found_in_what_people_type(typed: str, program: str) -> None:
    assert parse_program(typed) == program


@pytest.mark.parametrize("typed", ["", "   ", "0", "6", "whatsapp", "🙂", "x" * 500, "1" * 5000])
def test_unknown_program_is_refused(typed: str) -> None:
    with pytest.raises(InvalidProgram, match="Pilih salah satu"):
        parse_program(typed)


def test_subject_stands_on_one_line() -> None:
    assert parse_subject("  Tidak bisa\r\n tutup\tBKU\x00 ") == "Tidak bisa tutup BKU"


@pytest.mark.parametrize("typed", ["", "ab", "x" * 151, "\x00\x00\x00\x00"])
def test_subject_outside_its_length_is_refused(typed: str) -> None:
    with pytest.raises(InvalidSubject):
        parse_subject(typed)


def test_details_keep_their_lines() -> None:
    assert parse_details("langkah satu\r\nlangkah dua\n\n\n\nlalu gagal") == "langkah satu\nlangkah dua\n\nlalu gagal"


@pytest.mark.parametrize("typed", ["pendek", "x" * 5001])
def test_details_outside_their_length_are_refused(typed: str) -> None:
    with pytest.raises(InvalidDetails):
        parse_details(typed)


def test_report_is_checked_field_by_field() -> None:
    with pytest.raises(InvalidEmail):
        parse_ticket(NewTicket("bukan email", "ARKAS", "Tidak bisa tutup BKU", "Sudah dicoba berkali-kali"))


def test_public_view_gives_no_address_away() -> None:
    ticket = Ticket(
        10001, "bendahara@sdn1.sch.id", "ARKAS", "Tutup BKU", "rahasia", "form", NOON, TicketStatus.QUEUED, None
    )
    view = public_view(ticket)
    assert "bendahara" not in view.email
    assert (view.number, view.status) == (10001, "Dalam Antrean")
    assert ticket.title == "#10001 - Tutup BKU"
