"""From a draft to a ticket, and from a number to its status."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from bot.articles.models import ArticleCard
from bot.attachments.models import StoredFile
from bot.clock import Clock
from bot.conversations.models import EventKind
from bot.dialogue.addressing import suggested_for, take_address
from bot.dialogue.aftermath import Wish, wish_in
from bot.dialogue.draft import Draft, Step, is_begun
from bot.dialogue.hearing import ticket_number_in
from bot.dialogue.opening import lines_of, opened
from bot.dialogue.problem import clean
from bot.dialogue.says import Happened, Outcome, Say
from bot.dialogue.stories import Field, program_told
from bot.dialogue.talk import Stage, Talk
from bot.people.rules import find_emails
from bot.tickets.models import NewTicket, Ticket

SOURCE: Final = "chat"


class Tickets(Protocol):
    """What is needed of bot.tickets.service.TicketService."""

    async def open(self, new: NewTicket, *, files: Sequence[StoredFile] = ()) -> Ticket:
        """Open a ticket with its files, once for each idempotency key. Raises InvalidInput."""
        ...

    async def find(self, number: int) -> Ticket | None:
        """The ticket with this number."""
        ...


class Hours(Protocol):
    """What is needed of bot.calendar.service.ServiceHours."""

    def next_attention(self, now: datetime) -> str:
        """When the desk will look at it, as the end of a sentence."""
        ...


def begin(
    talk: Talk, draft: Draft, words: str = "", stage: Stage | None = None, *, shown: Sequence[ArticleCard] = ()
) -> tuple[Draft, Outcome]:
    """Start the form with what the talk and the wish itself have told; an address given before is kept.

    Where nobody named a program, it is that of the articles `shown`, if they are all of one.

    A draft that was prepared, failed, or taken out again goes on, unless something else was asked meanwhile.
    """
    if is_begun(draft) and (stage is Stage.OFFER or not talk.question):
        return replace(draft, confirmation=None), _begun(talk, "utter_form_resumed")
    if wish_in(words, sent=talk.last_ticket is not None, shelved=False) is Wish.ADDITION:
        return continuation(talk, draft, words), _begun(talk, "utter_form_addition", number=str(talk.last_ticket))
    fresh = opened(draft, lines_of(talk), words)
    fresh = replace(fresh, program=fresh.program or (_program_of(shown) if fresh.story else None))
    told_now = fresh.email != draft.email or fresh.typed_email
    known = "utter_form_begin_again" if draft.email else "utter_form_begin"
    response = "utter_form_begin_told" if told_now else known
    return fresh, _begun(talk, response)


def _program_of(shown: Sequence[ArticleCard]) -> str | None:
    programs = {found for card in shown if (found := program_told(card.title) or program_told(card.category))}
    return programs.pop() if len(programs) == 1 else None


def continuation(talk: Talk, draft: Draft, words: str) -> Draft:
    """A draft that goes on from the ticket of this talk: one that was sent is not changed from here."""
    return Draft(email=draft.email, story=f"Lanjutan tiket {talk.last_ticket}\n{clean(words)}")


def _begun(talk: Talk, response: str, **values: str) -> Outcome:
    happened = Happened(EventKind.ESCALATED, talk.seen, reason=talk.escalation or "asked_for_person")
    return Outcome(replace(talk, escalation=None), None, (Say(response, values),), (happened,))


def question_for(draft: Draft, step: Step, files: Sequence[str] = ()) -> Say | None:
    """What to say next in the form: the next question with the note before it, or None when the form is at its end.

    `files` are the names of those that go with the ticket.
    """
    missing = draft.missing()
    if missing is None:
        return None
    note = f"{step.note}\n\n" if step.note else ""
    response = step.response or _question(draft, missing)
    if step.again and response in _SHORT:
        response = f"{response}_again"
    attached = f"\nLampiran: {', '.join(files)}" if files else ""
    return Say(response, {"note": note, "files": attached, **_shown(draft)})


# The questions that have a short form, for whoever has read them already.
_SHORT: Final = frozenset({f"utter_form_{name.value}" for name in Field} | {"utter_form_details_told"})


def _question(draft: Draft, missing: Field) -> str:
    if missing is Field.EMAIL and draft.typed_email and suggested_for(draft.typed_email):
        return "utter_form_email_slip" if find_emails(draft.typed_email) else "utter_form_email_broken"
    told = missing is Field.DETAILS and draft.story
    return "utter_form_details_told" if told else f"utter_form_{missing.value}"


def _shown(draft: Draft) -> dict[str, str]:
    typed = draft.typed_email or ""
    return {
        "email": draft.email or "",
        "program": draft.program or "",
        "subject": draft.subject or "",
        "details": _shortened(draft.details or ""),
        "story": _shortened(draft.story),
        "typed": typed,
        "suggested": suggested_for(typed) or "",
    }


_SHOWN_CHARACTERS: Final = 300


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS].rsplit(" ", 1)[0] + " ..."


class Reports:
    """Opens tickets from talks and tells how they stand."""

    def __init__(self, tickets: Tickets, hours: Hours, clock: Clock) -> None:
        self._tickets = tickets
        self._hours = hours
        self._clock = clock

    async def send(self, conversation_id: str, talk: Talk, draft: Draft, files: Sequence[StoredFile] = ()) -> Outcome:
        """Open the ticket with the files of the talk. The same draft sent twice is one ticket. Raises InvalidInput."""
        ticket = await self._tickets.open(
            NewTicket(
                email=draft.email or "", program=draft.program or "", subject=draft.subject or "",
                details=draft.details or "", conversation_id=conversation_id, source=SOURCE,
                idempotency_key=f"{conversation_id}:{talk.tickets + 1}",
            ),
            files=files,
        )  # fmt: skip
        values = {
            "number": str(ticket.number), "email": ticket.email,
            "attention": self._hours.next_attention(self._clock.now()).rstrip(".") + ".",
        }  # fmt: skip
        opened = Say("utter_ticket_opened", values, ticket=ticket.summary())
        happened = Happened(EventKind.TICKET_OPENED, talk.seen, ticket=ticket.number)
        done = replace(talk.settled(), tickets=talk.tickets + 1, last_ticket=ticket.number)
        if not talk.waiting:
            return Outcome(done, None, (opened,), (happened,))
        following = replace(done.asked(talk.waiting[0], again=False), waiting=talk.waiting[1:])
        offer = Say("utter_offer_next_ticket", {"problem": talk.waiting[0]})
        return Outcome(following, Stage.OFFER, (opened, offer), (happened,))

    async def repeat(self, talk: Talk) -> Outcome:
        """A second tap on Kirim, or on a summary of long ago: the ticket that there is, never another."""
        ticket = await self._tickets.find(talk.last_ticket) if talk.last_ticket is not None else None
        if ticket is None:
            return Outcome(talk, None, (Say("utter_no_form"),))
        say = Say("utter_ticket_sent_before", {"number": str(ticket.number)}, ticket=ticket.summary())
        return Outcome(talk, None, (say,))

    async def readdress(self, talk: Talk, address: str | None) -> tuple[Draft, Outcome] | None:
        """A ticket that went to a wrong address: another one like it is offered, to the right one where it was told.

        A ticket's address is what proves whose it is, so that of the first is not changed.
        """
        ticket = await self._tickets.find(talk.last_ticket) if talk.last_ticket is not None else None
        if ticket is None:
            return None
        details = f"{ticket.details}\n(Pengganti tiket {ticket.number}, yang alamat emailnya keliru.)"
        draft = Draft(program=ticket.program, subject=ticket.subject, details=details)
        draft = take_address(draft, address).draft if address else draft
        say = Say("utter_ticket_wrong_address", {"number": str(ticket.number), "email": ticket.email})
        return draft, Outcome(talk, Stage.OFFER, (say,))

    async def status(self, talk: Talk, stage: Stage | None, text: str) -> Outcome:
        """How a ticket stands. Only what the public page tells of a number too: nothing of its reporter or content."""
        number = ticket_number_in(text) or talk.last_ticket
        if number is None and stage is Stage.TICKET_NUMBER:  # asked for it already
            return Outcome(talk, None, (Say("utter_ticket_number_lost"),))
        if number is None:
            return Outcome(talk, Stage.TICKET_NUMBER, (Say("utter_ask_ticket_number"),))
        ticket = await self._tickets.find(number)
        if ticket is None:
            return Outcome(talk, None, (Say("utter_ticket_unknown", {"number": str(number)}),))
        values = {"number": str(number), "status": ticket.status.value, "explanation": ticket.status.explanation}
        return Outcome(talk, None, (Say("utter_ticket_status", values),))
