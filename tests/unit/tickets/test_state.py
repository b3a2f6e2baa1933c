"""The one pure function of a ticket's log, by tables."""

from collections.abc import Container
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.tickets.models import Step, TicketEvent, TicketEventKind, TicketState, TicketStatus
from bot.tickets.state import SilencePolicy, state_of

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # 16.00 WIB
K = TicketEventKind


def hours(number: float) -> datetime:
    return FRIDAY + timedelta(hours=number)


def event(kind: TicketEventKind, at: float, **data: object) -> TicketEvent:
    return TicketEvent(kind, hours(at), "somebody", data)


def state(now: float, *events: TicketEvent, paused: Container[date] = frozenset()) -> TicketState:
    return state_of([event(K.OPENED, -1), *events], hours(now), SilencePolicy(paused=paused))


ASKED = event(K.INFORMATION_ASKED, 0)
FIRST = event(K.REMINDED, 6, step="reminder_6h")
SECOND = event(K.REMINDED, 24, step="reminder_24h")


@pytest.mark.parametrize(
    ("now", "events", "due"),
    [
        (0, [ASKED], None),
        (5.99, [ASKED], None),
        (6, [ASKED], Step.REMINDER_6H),
        (6.01, [ASKED, FIRST], None),
        (24, [ASKED, FIRST], Step.REMINDER_24H),
        (24, [ASKED], Step.REMINDER_24H),
        (47.99, [ASKED, FIRST, SECOND], None),
        (48, [ASKED, FIRST, SECOND], Step.CLOSE),
        (500, [ASKED, FIRST], Step.REMINDER_24H),
        (500, [ASKED, event(K.REPORTER_REPLIED, 7)], None),
        (500, [ASKED, event(K.KEPT_OPEN, 7)], None),
        (500, [ASKED, event(K.ANSWERED, 7)], None),
        (500, [ASKED, event(K.SOLVED, 7)], None),
        (500, [ASKED, event(K.ABSORBED, 7, number=2)], None),
        (500, [ASKED, event(K.AUTO_MAIL_RECEIVED, 7), FIRST, SECOND], Step.CLOSE),
        (500, [ASKED, event(K.NOTE, 7), FIRST, SECOND], Step.CLOSE),
        (31, [ASKED, FIRST, SECOND, event(K.INFORMATION_ASKED, 26)], None),
        (32, [ASKED, FIRST, SECOND, event(K.INFORMATION_ASKED, 26)], Step.REMINDER_6H),
    ],
)
def test_next_step_of_silence(now: float, events: list[TicketEvent], due: Step | None) -> None:
    assert state(now, *events).due is due


def test_closing_is_told_from_the_beginning_and_stays() -> None:
    assert state(0, ASKED).closes_at == hours(48)
    assert state(24.5, ASKED, FIRST, event(K.REMINDED, 24.5, step="reminder_24h")).closes_at == hours(48)


def test_late_warning_leaves_time_to_answer() -> None:
    late = event(K.REMINDED, 47, step="reminder_24h")
    assert state(47, ASKED, FIRST, late).closes_at == hours(70)
    assert state(48, ASKED, FIRST, late).due is None
    assert state(70, ASKED, FIRST, late).due is Step.CLOSE


def test_clock_stands_still_on_paused_days() -> None:
    weekend = {date(2026, 11, 21), date(2026, 11, 22)}
    asked = state(0, ASKED, paused=weekend)
    assert dict(asked.reminders) == {Step.REMINDER_6H: hours(6), Step.REMINDER_24H: hours(72)}
    assert asked.closes_at == hours(96)


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([event(K.REPORTER_REPLIED, 1)], TicketStatus.QUEUED),
        ([event(K.NOTE, 1), event(K.CHANGED, 2, priority="tinggi")], TicketStatus.QUEUED),
        ([event(K.ASSIGNED, 1, officer="budi")], TicketStatus.IN_PROGRESS),
        ([ASKED, event(K.ASSIGNED, 1, officer="budi")], TicketStatus.WAITING_FOR_REPORTER),
        ([event(K.SOLVED, 1), event(K.THANKED, 2)], TicketStatus.SOLVED),
        ([event(K.SOLVED, 1), event(K.FOLLOWED_UP, 2, number=9)], TicketStatus.SOLVED),
        ([event(K.MERGED, 1, into=9)], TicketStatus.SOLVED),
        ([event(K.MARKED_SPAM, 1), event(K.REPORTER_REPLIED, 2)], TicketStatus.SOLVED),
        ([event(K.MARKED_SPAM, 1), event(K.UNMARKED_SPAM, 2)], TicketStatus.QUEUED),
    ],
)
def test_status(events: list[TicketEvent], status: TicketStatus) -> None:
    assert state(9, *events).status is status


def test_version_counts_only_what_an_officer_must_have_read() -> None:
    quiet = event(K.NOTE, 1), event(K.AUTO_MAIL_RECEIVED, 2)
    assert state(9, *quiet).version == 1
    assert state(9, ASKED, FIRST).version == 2
    assert state(9, *quiet, event(K.REPORTER_REPLIED, 3)).version == 4


def test_log_begins_with_being_opened() -> None:
    with pytest.raises(ValueError, match="opened"):
        state_of([ASKED], FRIDAY, SilencePolicy())
