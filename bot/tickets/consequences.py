"""What an event of a ticket leads to outside: mails, and the steps that follow the silence of an asked reporter.

Pure: the caller writes the errands into the outbox, in the transaction that stores the event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.outbox.models import NewItem
from bot.tickets.models import ZENDESK, Step, Ticket, TicketEvent, TicketEventKind, TicketState

MAIL: Final = "mail"
SILENCE: Final = "ticket_silence"
TALK: Final = "talk"
RATING: Final = "rating"
REMOTE_STATUS: Final = "zendesk_status"

_TEMPLATES: Final = {
    TicketEventKind.ANSWERED: "answered",
    TicketEventKind.INFORMATION_ASKED: "information_asked",
    TicketEventKind.SOLVED: "solved",
    TicketEventKind.CLOSED_FOR_SILENCE: "closed_for_silence",
    TicketEventKind.MERGED: "merged",
    TicketEventKind.INCIDENT_SOLVED: "incident_solved",
}
_SAID: Final = frozenset(
    {
        TicketEventKind.ANSWERED,
        TicketEventKind.INFORMATION_ASKED,
        TicketEventKind.SOLVED,
        TicketEventKind.INCIDENT_SOLVED,
    }
)


@dataclass(frozen=True)
class Consequences:
    """Errands to write down, and groups of earlier errands to cancel first."""

    errands: Sequence[NewItem]
    cancelled: Sequence[str]


_TOLD_ELSEWHERE: Final = frozenset(
    {
        TicketEventKind.REPORTER_REPLIED,
        TicketEventKind.THANKED,
        TicketEventKind.KEPT_OPEN,
        TicketEventKind.SOLVED,
    }
)


# What officers may take back as long as it has not left.
RECALLABLE: Final = frozenset({TicketEventKind.ANSWERED, TicketEventKind.INFORMATION_ASKED, TicketEventKind.SOLVED})


def errands_of(number: int, event: TicketEvent) -> list[str]:
    """The keys of the errands that tell the reporter of an event."""
    return [f"{kind}:{number}:{event.id}" for kind in (MAIL, TALK, RATING)]


def group_of(number: int) -> str:
    """The group of all errands of a ticket that tell its reporter something."""
    return f"ticket:{number}"


def silence_group(number: int) -> str:
    """The group of reminders and closing, with the mails that remind: cancelled by any reply."""
    return f"ticket:{number}:silence"


def consequences(number: int, before: TicketState | None, event: TicketEvent, after: TicketState) -> Consequences:
    """What follows from `event`; `before` is None for the first one. `after` is the state with deadlines."""
    cancelled = []
    if before is not None and before.waiting_since is not None and after.asked_seq != before.asked_seq:
        cancelled.append(silence_group(number))
    if event.kind is TicketEventKind.MARKED_SPAM:
        cancelled.append(group_of(number))
    if after.desk == ZENDESK:
        return Consequences(_elsewhere(number, event), cancelled)
    return Consequences([*_mails(number, before, event), *_steps(number, event, after)], cancelled)


def _elsewhere(number: int, event: TicketEvent) -> list[NewItem]:
    """A desk elsewhere mails, reminds and closes by itself: it is told of the report, and of what its reporter did."""
    payload = {"ticket": number, "event": event.id}
    told = NewItem(ZENDESK, f"zendesk:{number}:{event.id}", event.at, payload, group_of(number))
    if event.kind is TicketEventKind.OPENED:
        return [told, NewItem(REMOTE_STATUS, REMOTE_STATUS, event.at)]
    return [told] if event.kind in _TOLD_ELSEWHERE and event.actor == "reporter" else []


def _mails(number: int, before: TicketState | None, event: TicketEvent) -> list[NewItem]:
    template = _template(before, event)
    if template is None or (before is not None and before.spam):
        return []
    reminds = event.kind is TicketEventKind.REMINDED
    payload = {"ticket": number, "template": template, "event": event.id}
    group = silence_group(number) if reminds else group_of(number)
    return [NewItem(MAIL, f"mail:{number}:{event.id}", event.leaves_at, payload, group)]


def said_in_talk(ticket: Ticket, event: TicketEvent) -> list[NewItem]:
    """The errand that says an officer's words in the talk out of which the ticket came, where there is one."""
    if ticket.conversation_id is None or event.kind not in _SAID or not event.data.get("text"):
        return []
    if event.data.get("mail_only"):
        return []
    payload = {"ticket": ticket.number, "event": event.id}
    return [NewItem(TALK, f"talk:{ticket.number}:{event.id}", event.leaves_at, payload, group_of(ticket.number))]


def rating_asked(ticket: Ticket, event: TicketEvent) -> list[NewItem]:
    """The errand that asks, in the talk out of which a ticket came, how it was solved; mails ask by themselves."""
    solves = event.kind in {TicketEventKind.SOLVED, TicketEventKind.INCIDENT_SOLVED}
    if ticket.conversation_id is None or not solves:
        return []
    payload = {"ticket": ticket.number}
    return [NewItem(RATING, f"rating:{ticket.number}:{event.id}", event.leaves_at, payload, group_of(ticket.number))]


def _template(before: TicketState | None, event: TicketEvent) -> str | None:
    if event.kind is TicketEventKind.OPENED:
        return "followed_up" if event.data.get("follows") else "opened"
    if event.kind is TicketEventKind.REMINDED:
        return str(event.data["step"])
    if event.kind is TicketEventKind.REPORTER_REPLIED:
        return _receipt(before)
    return _TEMPLATES.get(event.kind)


def _receipt(before: TicketState | None) -> str | None:
    """One receipt until an officer writes again: whatever answers by itself cannot keep us writing."""
    told = before is not None and (before.closed or before.reporter_waits_since is not None)
    return None if told else "reply_received"


def _steps(number: int, event: TicketEvent, after: TicketState) -> list[NewItem]:
    """A request starts them; taking back what ended it starts them again, under names of their own."""
    again = {TicketEventKind.INFORMATION_ASKED: "", TicketEventKind.RECALLED: f":{event.seq}"}
    if event.kind not in again or after.closes_at is None:
        return []
    payload = {"ticket": number, "asked": after.asked_seq}
    key = f"silence:{number}:{after.asked_seq}"
    return [
        NewItem(SILENCE, f"{key}:{step}{again[event.kind]}", moment, payload | {"step": step.value},
                silence_group(number))
        for step, moment in (*after.reminders, (Step.CLOSE, after.closes_at))
    ]  # fmt: skip
