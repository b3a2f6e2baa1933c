"""What is told a desk elsewhere, and what a status there means here."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from bot.backends import rules
from bot.backends.port import NewRequest, RemoteStatus
from bot.settings import Settings
from bot.tickets.models import Ticket, TicketEvent, TicketEventKind, TicketState, TicketStatus

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TICKET = Ticket(7, "rina@sdn1.sch.id", "ARKAS", "Gagal", "Rincian.", "form", NOW, TicketStatus.QUEUED, None)
QUEUED = TicketState(TicketStatus.QUEUED, 1, 1)
WORKED = replace(QUEUED, status=TicketStatus.IN_PROGRESS)
ASKED = replace(QUEUED, status=TicketStatus.WAITING_FOR_REPORTER)
DONE = replace(QUEUED, status=TicketStatus.SOLVED)
K, R = TicketEventKind, RemoteStatus


@pytest.mark.parametrize(
    ("status", "state", "kinds"),
    [
        (R.NEW, QUEUED, []), (R.NEW, DONE, []),
        (R.OPEN, QUEUED, [K.ASSIGNED]), (R.HOLD, QUEUED, [K.ASSIGNED]),
        (R.OPEN, WORKED, []), (R.OPEN, ASKED, [K.KEPT_OPEN]), (R.OPEN, DONE, [K.REOPENED]),
        (R.PENDING, QUEUED, [K.INFORMATION_ASKED]), (R.PENDING, ASKED, []),
        (R.PENDING, DONE, [K.REOPENED, K.INFORMATION_ASKED]),
        (R.SOLVED, QUEUED, [K.SOLVED]), (R.CLOSED, ASKED, [K.SOLVED]), (R.CLOSED, DONE, []),
        (R.SOLVED, replace(WORKED, merged_into=3), []), (R.OPEN, replace(DONE, spam=True), []),
    ],
)  # fmt: skip
def test_status_elsewhere_becomes_events_here(
    status: RemoteStatus, state: TicketState, kinds: list[TicketEventKind]
) -> None:
    assert [kind for kind, _ in rules.steps(status, state)] == kinds


def test_long_subject_and_body_are_cut_to_what_is_taken() -> None:
    ticket = replace(TICKET, subject="s" * 150, details="é" * 50_000)
    request = rules.request_of(ticket, rules.TalkRecord("Kata " * 20_000, ["[1] Judul"]))
    assert len(request.subject) == 150
    assert request.subject.startswith("#7 - sss")
    assert len(request.body.encode()) < 65_535
    assert request.body.endswith("[... dipotong ...]")


def test_key_follows_the_content() -> None:
    request = rules.request_of(TICKET, rules.TalkRecord())
    kept = NewRequest.from_json(request.as_json())
    assert rules.key_of(kept) == rules.key_of(request)
    assert rules.key_of(replace(request, uploads=("t1",))) != rules.key_of(request)
    assert len(rules.key_of(request)) <= 255


def test_note_says_what_a_button_meant() -> None:
    pressed = TicketEvent(K.KEPT_OPEN, NOW, "reporter")
    assert rules.note_of(TICKET, pressed).endswith("Pelapor masih membutuhkan bantuan.")


def test_signature_is_that_of_a_known_sum() -> None:
    """Made apart: printf '2026-11-23T03:00:00Z{}' | openssl dgst -sha256 -hmac rahasia -binary | base64."""
    assert rules.signature("rahasia", "2026-11-23T03:00:00Z", b"{}") == "CE7eODmm1nSQpgOVjzHpuELXlJMHUkfMfL5gZ/SDstA="


@pytest.mark.parametrize(("minutes", "taken"), [(0, True), (5, True), (5.1, False), (-5.1, False)])
def test_signature_lives_five_minutes(minutes: float, taken: bool) -> None:
    stamp = "2026-11-23T03:00:00Z"
    given = rules.signature("rahasia", stamp, b"{}")
    now = NOW + timedelta(minutes=minutes)
    assert rules.is_signed(given, stamp, b"{}", secret="rahasia", now=now) is taken


def test_closed_request_is_never_looked_at_again() -> None:
    assert {status for status in R if rules.next_look(status, NOW) is None} == {R.CLOSED}


@pytest.mark.parametrize(
    "wrong",
    [
        {"desk": "zendesk"},
        {"zendesk_url": "http://sekolah.zendesk.com", "zendesk_email": "a@b.id", "zendesk_token": "x"},
        {"zendesk_url": "https://sekolah.zendesk.com", "zendesk_email": "a@b.id"},
    ],
)
def test_half_or_open_account_is_refused_at_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="ZENDESK"):
        Settings.model_validate(wrong)
