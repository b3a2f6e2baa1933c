"""The one pure function from a ticket's log and a moment to how the ticket stands.

Guide, section "Tiket tertutup otomatis": when the desk asks and no answer comes, the reporter is reminded 6 and 24
hours after the request, and the ticket closes 2x24 hours after it. Real hours; a setting may leave days out.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any, Final

from bot.calendar.rules import add_clock_time
from bot.tickets.models import BUILTIN, Priority, Step, TicketEvent, TicketEventKind, TicketState, TicketStatus


@dataclass(frozen=True)
class SilencePolicy:
    """How long an asked reporter may be silent.

    `last_warning`: however late the last reminder was sent (the worker stood still for a day), the ticket never closes
    sooner than this after it. In time, it was sent 24 hours before the end, and this changes nothing.
    """

    first: timedelta = timedelta(hours=6)
    second: timedelta = timedelta(hours=24)
    close: timedelta = timedelta(hours=48)
    last_warning: timedelta = timedelta(hours=23)
    paused: Container[date] = frozenset()

    def after(self, start: datetime, hours: timedelta) -> datetime:
        """The moment at which the reporter was silent for `hours`."""
        return add_clock_time(start, hours, self.paused)


def state_of(events: Sequence[TicketEvent], now: datetime, policy: SilencePolicy) -> TicketState:
    """How the ticket stands at `now`.

    Raises ValueError for a log that does not begin with the ticket being opened.
    """
    return _with_deadlines(folded(events), now, policy)


def folded(events: Sequence[TicketEvent]) -> TicketState:
    """What the events alone mean, without the deadlines. Raises ValueError as `state_of` does."""
    if not events or events[0].kind is not TicketEventKind.OPENED:
        raise ValueError("a ticket begins with an opened event")
    taken_back = (event.data.get("event") for event in events if event.kind is TicketEventKind.RECALLED)
    recalled = frozenset(number for number in taken_back if isinstance(number, int))
    return reduce(_after, events, TicketState(status=TicketStatus.QUEUED, version=0, length=0, recalled=recalled))


# What changes nothing that somebody who is just writing an answer would have to read first.
_UNNOTICED: Final = {
    TicketEventKind.REMINDED,
    TicketEventKind.NOTE,
    TicketEventKind.AUTO_MAIL_RECEIVED,
    TicketEventKind.INCIDENT_ATTACHED,
    TicketEventKind.INCIDENT_DETACHED,
}


def _after(state: TicketState, event: TicketEvent) -> TicketState:
    length = state.length + 1
    version = state.version if event.kind in _UNNOTICED else length
    change = None if event.id in state.recalled else _CHANGES.get(event.kind)
    return replace(state, length=length, version=version, **(change(state, event) if change else {}))


_Change = dict[str, Any]
_SILENT: Final[_Change] = {"waiting_since": None, "asked_seq": None, "reminded": {}}


def _opened(_state: TicketState, event: TicketEvent) -> _Change:
    follows = event.data.get("follows")
    desk = str(event.data.get("desk", BUILTIN))
    return {
        "reporter_waits_since": event.at, "follows": follows, "links": frozenset({follows} - {None}), "desk": desk,
    }  # fmt: skip


def _assigned(state: TicketState, event: TicketEvent) -> _Change:
    queued = state.status is TicketStatus.QUEUED
    return {"assignee": event.data.get("officer")} | ({"status": TicketStatus.IN_PROGRESS} if queued else {})


def _answered(state: TicketState, event: TicketEvent) -> _Change:
    return {
        **_SILENT,
        "status": TicketStatus.IN_PROGRESS,
        "last_reply_at": event.at,
        "first_answered_at": state.first_answered_at or event.at,
        "reporter_waits_since": None,
    }


def _asked(state: TicketState, event: TicketEvent) -> _Change:
    asked = {"status": TicketStatus.WAITING_FOR_REPORTER, "waiting_since": event.at, "asked_seq": state.length + 1}
    return _answered(state, event) | asked


def _reminded(state: TicketState, event: TicketEvent) -> _Change:
    return {"reminded": {**state.reminded, Step(str(event.data["step"])): event.at}}


def _heard(state: TicketState, event: TicketEvent) -> _Change:
    """The reporter did something: it is our turn, and the clock stops."""
    if state.closed:  # spam, or what came in the moment of closing
        return {}
    waited = state.status is TicketStatus.WAITING_FOR_REPORTER
    status = TicketStatus.IN_PROGRESS if waited else state.status
    return {**_SILENT, "status": status, "reporter_waits_since": state.reporter_waits_since or event.at}


def _replied(state: TicketState, event: TicketEvent) -> _Change:
    return _heard(state, event) | {"last_reply_at": event.at}


def _thanked(_state: TicketState, event: TicketEvent) -> _Change:
    return {"last_reply_at": event.at}


def _closed(_state: TicketState, event: TicketEvent) -> _Change:
    return {**_SILENT, "status": TicketStatus.SOLVED, "solved_at": event.at, "reporter_waits_since": None}


def _solved(state: TicketState, event: TicketEvent) -> _Change:
    return _closed(state, event) | {"last_reply_at": event.at}


def _incident_solved(state: TicketState, event: TicketEvent) -> _Change:
    """Who was told that it is over when the ticket was closed already keeps the moment at which it was."""
    return {} if state.closed else _solved(state, event)


def _reopened(_state: TicketState, event: TicketEvent) -> _Change:
    return {"status": TicketStatus.IN_PROGRESS, "solved_at": None, "reporter_waits_since": event.at}


def _followed_up(state: TicketState, event: TicketEvent) -> _Change:
    return {"followed_up_by": event.data["number"], **_linked(state, event)}


def _merged(state: TicketState, event: TicketEvent) -> _Change:
    into = event.data["into"]
    return _closed(state, event) | {"merged_into": into, "links": state.links | {into}}


def _absorbed(state: TicketState, event: TicketEvent) -> _Change:
    """Whoever was asked and opened another ticket instead of answering has answered all the same.

    A follow-up may be merged back into the ticket that it followed; what comes then goes on here.
    """
    return _heard(state, event) | _linked(state, event) | {"followed_up_by": None}


def _linked(state: TicketState, event: TicketEvent) -> _Change:
    return {"links": state.links | {event.data["number"]}}


def _changed(state: TicketState, event: TicketEvent) -> _Change:
    priority = Priority(str(event.data.get("priority", state.priority)))
    return {"program": event.data.get("program", state.program), "priority": priority}


def _spam(state: TicketState, event: TicketEvent) -> _Change:
    return _closed(state, event) | {"spam": True}


def _no_spam(state: TicketState, event: TicketEvent) -> _Change:
    status = TicketStatus.IN_PROGRESS if state.assignee else TicketStatus.QUEUED
    return {"spam": False, "status": status, "solved_at": None, "reporter_waits_since": event.at}


_CHANGES: Final[Mapping[TicketEventKind, Callable[[TicketState, TicketEvent], _Change]]] = {
    TicketEventKind.OPENED: _opened,
    TicketEventKind.ASSIGNED: _assigned,
    TicketEventKind.ANSWERED: _answered,
    TicketEventKind.INFORMATION_ASKED: _asked,
    TicketEventKind.REMINDED: _reminded,
    TicketEventKind.REPORTER_REPLIED: _replied,
    TicketEventKind.THANKED: _thanked,
    TicketEventKind.KEPT_OPEN: _heard,
    TicketEventKind.SOLVED: _solved,
    TicketEventKind.INCIDENT_SOLVED: _incident_solved,
    TicketEventKind.REOPENED: _reopened,
    TicketEventKind.CLOSED_FOR_SILENCE: _closed,
    TicketEventKind.FOLLOWED_UP: _followed_up,
    TicketEventKind.MERGED: _merged,
    TicketEventKind.ABSORBED: _absorbed,
    TicketEventKind.LINKED: _linked,
    TicketEventKind.CHANGED: _changed,
    TicketEventKind.MARKED_SPAM: _spam,
    TicketEventKind.UNMARKED_SPAM: _no_spam,
}


def _with_deadlines(state: TicketState, now: datetime, policy: SilencePolicy) -> TicketState:
    asked_at = state.waiting_since
    if asked_at is None or state.desk != BUILTIN:  # a desk elsewhere reminds and closes by its own clock
        return state
    reminders = _reminders(state, asked_at, now, policy)
    closes_at = _closing(state, asked_at, now, policy)
    return replace(state, reminders=reminders, closes_at=closes_at, due=_due(reminders, closes_at, now))


def _reminders(
    state: TicketState, asked_at: datetime, now: datetime, policy: SilencePolicy
) -> tuple[tuple[Step, datetime], ...]:
    first, second = policy.after(asked_at, policy.first), policy.after(asked_at, policy.second)
    if Step.REMINDER_24H in state.reminded:
        return ()
    if Step.REMINDER_6H in state.reminded or now >= second:  # two reminders at once would help nobody
        return ((Step.REMINDER_24H, second),)
    return ((Step.REMINDER_6H, first), (Step.REMINDER_24H, second))


def _closing(state: TicketState, asked_at: datetime, now: datetime, policy: SilencePolicy) -> datetime:
    warned_at = state.reminded.get(Step.REMINDER_24H) or max(now, policy.after(asked_at, policy.second))
    return max(policy.after(asked_at, policy.close), policy.after(warned_at, policy.last_warning))


def _due(reminders: Sequence[tuple[Step, datetime]], closes_at: datetime, now: datetime) -> Step | None:
    for step, moment in reminders:
        if moment <= now:
            return step
    return Step.CLOSE if closes_at <= now else None
