"""What officers (petugas) may do with tickets.

Every operation takes the `version` that the officer saw (TicketState.version) and raises TicketChanged when somebody
worked on the ticket since; None overrides that. All raise UnknownTicket for an absent number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.attachments.models import StoredFile
from bot.clock import Clock
from bot.database import Database
from bot.errors import CannotMerge, TicketClosed, TicketOpen, TooLateToRecall
from bot.tickets import rules
from bot.tickets.log import Change, DeskPolicy, TicketLog, check_version
from bot.tickets.models import Priority, Ticket, TicketEvent, TicketEventKind

K = TicketEventKind


@dataclass(frozen=True)
class Sending:
    """How an officer's words leave: after `undo`, until when they can be taken back, and whether by mail alone."""

    undo: timedelta = timedelta()
    mail_only: bool = False

    def facts(self, now: datetime) -> dict[str, object]:
        """What the event has to hold of it."""
        held = {"held_until": (now + self.undo).isoformat()} if self.undo else {}
        return held | ({"mail_only": True} if self.mail_only else {})


_AT_ONCE: Final = Sending()


class TicketDesk:
    """The officers' side of tickets."""

    def __init__(self, database: Database, clock: Clock, policy: DeskPolicy | None = None) -> None:
        self._log = TicketLog(database, clock, policy or DeskPolicy())

    async def assign(self, number: int, by: str, *, to: str, version: int | None = None) -> Ticket:
        """Give the ticket to an officer; it leaves the queue. Raises TicketClosed."""
        return await self._do(number, K.ASSIGNED, by, {"officer": to}, version=version)

    async def answer(
        self, number: int, by: str, text: str, *, version: int | None = None, files: Sequence[StoredFile] = (),
        sending: Sending = _AT_ONCE,
    ) -> Ticket:  # fmt: skip
        """Write to the reporter; while `sending` holds it back it can be taken back (`recall`).

        Raises TicketClosed, EmptyMessage, MessageTooLong.
        """
        data: dict[str, object] = {"text": rules.parse_text(text)}
        return await self._do(number, K.ANSWERED, by, data, version=version, files=files, sending=sending)

    async def ask_information(
        self, number: int, by: str, text: str, *, version: int | None = None, files: Sequence[StoredFile] = (),
        sending: Sending = _AT_ONCE,
    ) -> Ticket:  # fmt: skip
        """Ask the reporter; the clock of reminders and closing starts anew. Raises as `answer` does."""
        data: dict[str, object] = {"text": rules.parse_text(text)}
        return await self._do(number, K.INFORMATION_ASKED, by, data, version=version, files=files, sending=sending)

    async def solve(
        self, number: int, by: str, text: str = "", *, version: int | None = None, files: Sequence[StoredFile] = (),
        sending: Sending = _AT_ONCE,
    ) -> Ticket:  # fmt: skip
        """Close the ticket as handled, with a last word to the reporter. Raises TicketClosed, MessageTooLong."""
        data: dict[str, object] = {"text": rules.parse_text(text, may_be_empty=True), "by": by}
        return await self._do(number, K.SOLVED, by, data, version=version, files=files, sending=sending)

    async def recall(self, number: int, by: str, *, event_id: int) -> Ticket:
        """Take back one's own answer, request or solution that has not left yet; the ticket stands as before it.

        It stays in the log, and means nothing. Nobody was told: its errands are cancelled in the same transaction, and
        only if no worker has begun one. Raises TooLateToRecall otherwise, and when anything happened since.
        """
        async with self._log.change() as change:
            ticket = await change.hold(number)
            event = next((each for each in ticket.events if each.id == event_id), None)
            if event_id in change.state(ticket).recalled:
                return ticket
            if event is None or event.actor != _officer(by) or not await change.withdraw(ticket, event):
                raise TooLateToRecall
            return await change.append(ticket, K.RECALLED, _officer(by), {"event": event_id})

    async def note(self, number: int, by: str, text: str, *, files: Sequence[StoredFile] = ()) -> Ticket:
        """Write something that only officers read; a note disturbs nobody's version. Raises EmptyMessage."""
        return await self._do(number, K.NOTE, by, {"text": rules.parse_text(text)}, files=files, also_closed=True)

    async def change(
        self, number: int, by: str, *, program: str | None = None, priority: str | None = None,
        version: int | None = None,
    ) -> Ticket:  # fmt: skip
        """Correct the program or the priority. What already is so is no event. Raises InvalidProgram."""
        wanted: dict[str, object] = {"program": rules.parse_program(program)} if program else {}
        wanted |= {"priority": Priority(priority).value} if priority else {}
        async with self._log.change() as change:
            ticket = await change.hold(number, version)
            is_so = {"program": ticket.program, "priority": change.state(ticket).priority.value}
            new = {name: value for name, value in wanted.items() if is_so[name] != value}
            return await change.append(ticket, K.CHANGED, _officer(by), new) if new else ticket

    async def spam(self, number: int, by: str, *, is_spam: bool = True, version: int | None = None) -> Ticket:
        """Put the ticket among the spam, where nothing is mailed, or back into the queue."""
        async with self._log.change() as change:
            ticket = await change.hold(number, version)
            if change.state(ticket).spam == is_spam:
                return ticket
            return await change.append(ticket, K.MARKED_SPAM if is_spam else K.UNMARKED_SPAM, _officer(by))

    async def link(self, number: int, by: str, *, to: int) -> Ticket:
        """Link two tickets, both ways. Linked ones stay as they are. Raises CannotMerge for one and the same."""
        if number == to:
            raise CannotMerge
        async with self._log.change() as change:
            ticket, other = await change.hold_both(number, to)
            if to in change.state(ticket).links:
                return ticket
            await change.append(other, K.LINKED, _officer(by), {"number": number})
            return await change.append(ticket, K.LINKED, _officer(by), {"number": to})

    async def split(
        self, number: int, by: str, *, subject: str, text: str, event_id: int, version: int | None = None
    ) -> Ticket:
        """Make a part of a ticket another ticket of the same reporter, linked both ways; returns the new one.

        The files that came with the event are in both. Raises InvalidSubject, InvalidDetails.
        """
        async with self._log.change() as change:
            ticket = await change.hold(number, version)
            new = rules.part_of(ticket, rules.parse_subject(subject), rules.parse_details(text))
            part = await change.open(new, _officer(by), files=await change.copies_of_files(ticket, event_id))
            await change.append(ticket, K.LINKED, _officer(by), {"number": part.number})
            return await change.append(part, K.LINKED, _officer(by), {"number": number})

    async def merge(self, number: int, by: str, *, into: int, version: int | None = None) -> Ticket:
        """Close the ticket as a part of another one, where replies to it arrive from now on.

        Merging a follow-up back into the ticket that it follows undoes it. Into an open ticket it counts as the
        reporter's answer there. Raises CannotMerge for one and the same, for a ticket that was merged already, and
        for one that is spam.
        """
        async with self._log.change() as change:
            target = await change.find_end(into)
            ticket, other = await self._mergeable(change, number, target, version)
            await change.append(other, K.ABSORBED, _officer(by), {"number": number})
            return await change.append(ticket, K.MERGED, _officer(by), {"into": target})

    async def _mergeable(self, change: Change, number: int, target: int, version: int | None) -> tuple[Ticket, Ticket]:
        if number == target:
            raise CannotMerge
        ticket, other = await change.hold_both(number, target)
        check_version(ticket, version)
        states = change.state(ticket), change.state(other)
        if any(state.merged_into is not None or state.spam for state in states):
            raise CannotMerge
        return ticket, other

    async def reopen(self, number: int, by: str, *, event_id: int | None = None) -> Ticket:
        """Follow a closed ticket up, in a new one: for a thank-you (`event_id`) that was none, or a closing too soon.

        Asked again, it gives the same follow-up. Raises TicketOpen when the ticket is not closed, or goes on in the
        one that it was merged into, or is spam (`spam` takes it out).
        """
        async with self._log.change() as change:
            ticket = await change.hold(number)
            state = change.state(ticket)
            if not state.closed or state.spam or state.merged_into is not None:
                raise TicketOpen
            if state.followed_up_by is not None:
                return await change.hold(state.followed_up_by)
            return await change.follow_up(ticket, _text_of(ticket, event_id), _officer(by))

    async def _do(
        self, number: int, kind: K, by: str, data: dict[str, object], *, version: int | None = None,
        files: Sequence[StoredFile] = (), also_closed: bool = False, sending: Sending = _AT_ONCE,
    ) -> Ticket:  # fmt: skip
        async with self._log.change() as change:
            ticket = await change.hold(number, version)
            if change.state(ticket).closed and not also_closed:
                raise TicketClosed
            facts = data | sending.facts(change.now)
            return await change.append(ticket, kind, _officer(by), facts, files=files)


def _officer(name: str) -> str:
    return f"officer:{name}"[:100]


def _text_of(ticket: Ticket, event_id: int | None) -> str:
    found: TicketEvent | None = next((event for event in ticket.events if event.id == event_id), None)
    return str(found.data.get("text", "")) if found else rules.STILL_THERE
