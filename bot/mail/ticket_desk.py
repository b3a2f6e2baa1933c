"""The built-in desk behind the port of desk.py."""

from collections.abc import Callable, Sequence
from typing import Final

from bot.attachments.models import StoredFile
from bot.calendar.service import ServiceHours
from bot.mail.desk import Answer, Letter, Report
from bot.mail.models import MailKind, MailTemplate
from bot.tickets.models import NewTicket, Reply, ReplyKind, Ticket, TicketEvent, TicketEventKind
from bot.tickets.service import TicketService

_DEADLINES: Final = frozenset({MailTemplate.INFORMATION_ASKED, MailTemplate.REMINDER_6H, MailTemplate.REMINDER_24H})
_PROMISES: Final = frozenset({MailTemplate.OPENED, MailTemplate.FOLLOWED_UP, MailTemplate.REPLY_RECEIVED})
_QUOTES: Final = frozenset(
    {MailTemplate.ANSWERED, MailTemplate.INFORMATION_ASKED, MailTemplate.SOLVED, MailTemplate.INCIDENT_SOLVED}
)
_RATED: Final = frozenset({MailTemplate.SOLVED, MailTemplate.INCIDENT_SOLVED})
_REPLY_KINDS: Final = {MailKind.AUTO_REPLY: ReplyKind.AUTO_REPLY, MailKind.BOUNCE: ReplyKind.BOUNCE}


def _nowhere(_number: int, _good: bool) -> str:
    return ""


class BuiltInDesk:
    """Our own tickets as mail sees them.

    `link` makes the signed address at which its reporter reads a ticket, `rating` the one at which they rate it.
    """

    def __init__(
        self,
        tickets: TicketService,
        hours: ServiceHours,
        link: Callable[[Ticket], str],
        rating: Callable[[int, bool], str] = _nowhere,
    ) -> None:
        self._tickets = tickets
        self._hours = hours
        self._link = link
        self._rating = rating

    async def letter(self, number: int, template: MailTemplate, event: int | None) -> Letter | None:
        """See desk.MailDesk."""
        ticket = await self._tickets.find(number)
        if ticket is None:
            return None
        cause = next((found for found in ticket.events if found.id == event), ticket.events[-1])
        state = self._tickets.state(ticket)
        return Letter(
            template=template,
            number=number,
            subject=ticket.subject,
            recipient=ticket.email,
            link=self._link(ticket),
            words=_words(ticket, template, cause),
            attention=self._hours.next_attention(cause.at) if template in _PROMISES else "",
            closes_at=state.closes_at if template in _DEADLINES else None,
            other=_other(cause),
            rate_good=self._rating(number, True) if template in _RATED else "",
            rate_bad=self._rating(number, False) if template in _RATED else "",
        )

    async def reporter(self, number: int) -> str | None:
        """See desk.MailDesk."""
        ticket = await self._tickets.find(number)
        return ticket.email if ticket else None

    async def open(self, report: Report, files: Sequence[StoredFile]) -> int:
        """See desk.MailDesk."""
        new = NewTicket(
            email=report.sender,
            program=report.program,
            subject=report.subject,
            details=report.text,
            source="mail",
            idempotency_key=f"mail:{report.key}",
        )
        return (await self._tickets.open(new, files=files)).number

    async def answer(self, answer: Answer, files: Sequence[StoredFile]) -> int:
        """See desk.MailDesk. What was noted as a machine's keeps its key: an officer may still have it heard."""
        kind = _REPLY_KINDS.get(answer.kind, ReplyKind.WRITTEN)
        purpose = "mail" if kind is ReplyKind.WRITTEN else f"mail-{kind.value}"
        key = f"{purpose}:{answer.key}"
        reply = Reply(text=answer.text, sender=answer.sender, source="mail", kind=kind, key=key)
        return (await self._tickets.reply(answer.number, reply, files=files)).number


def _words(ticket: Ticket, template: MailTemplate, cause: TicketEvent) -> str:
    """The officer's own words; a reminder repeats the question."""
    if template in _QUOTES:
        return str(cause.data.get("text", ""))
    if template in {MailTemplate.REMINDER_6H, MailTemplate.REMINDER_24H}:
        asked = [event for event in ticket.events if event.kind is TicketEventKind.INFORMATION_ASKED]
        return str(asked[-1].data.get("text", "")) if asked else ""
    return ""


def _other(cause: TicketEvent) -> int | None:
    """The ticket that an event points to: the one it follows, or the one it was merged into."""
    found = next((cause.data[name] for name in ("follows", "into", "number") if cause.data.get(name)), None)
    return found if isinstance(found, int) else None
