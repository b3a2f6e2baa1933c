"""Puts a ticket's page together, whatever led to it: reading, a form that could not be used, a text taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from bot.attachments.models import StoredFile
from bot.channels.models import Reach, Way
from bot.console.guard import SignedIn
from bot.console.inbox import HOME, PRIORITY_TONES, STATUSES
from bot.console.pages import Console
from bot.console.talk_view import talk_lines
from bot.console.ticket_view import Reader, lines_of, name_of
from bot.errors import UnknownTicket
from bot.people.masking import masked
from bot.replies.rules import filled
from bot.tickets.consequences import RECALLABLE
from bot.tickets.inbox import InboxQuery, Order
from bot.tickets.models import Priority, Ticket, TicketEvent, TicketState
from bot.tickets.rules import PROGRAMS

_OTHERS: Final = 8
_REACH: Final = {
    Reach.FREE: "sampai di {channel}", Reach.TEMPLATE: "sampai di {channel} dalam pesan templat",
    Reach.CLOSED: "tidak sampai di {channel}: pelapor terakhir menulis lebih dari 24 jam lalu",
    Reach.LEFT: "tidak sampai di {channel}: pelapor sudah keluar",
}  # fmt: skip
_CHANNELS: Final = {"telegram": "Telegram", "whatsapp": "WhatsApp", "web": "obrolan web"}


@dataclass(frozen=True)
class Draft:
    """What the officer has typed and not sent: it stands in the page again."""

    text: str = ""
    deed: str = "jawab"
    files: Sequence[StoredFile] = ()
    mail_only: bool = False
    seen: int | None = None  # the version that was seen when it was typed


@dataclass(frozen=True)
class Shown:
    """How a page is to be made: with which draft and error."""

    draft: Draft = field(default_factory=Draft)
    error: str = ""
    status: int = 200


class TicketPages:
    """Makes pages of tickets."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._services = console.services

    async def find(self, number: int) -> Ticket:
        """The ticket. Raises UnknownTicket."""
        ticket = await self._services.tickets.find(number)
        if ticket is None:
            raise UnknownTicket
        return ticket

    async def show(
        self, request: Request, officer: SignedIn, number: int, shown: Shown, *, block: str | None = None
    ) -> Response:
        """The page, noted in the audit log."""
        ticket = await self.find(number)
        await self._console.audit(officer, "ticket.read", f"ticket:{number}")
        context = await self._context(officer, ticket, shown)
        return self._console.page(request, officer, "ticket.html", status=shown.status, block=block, **context)

    async def names(self) -> dict[str, str]:
        """How officers are called, by the names that logs hold."""
        return {one.name: one.display_name for one in await self._services.officers.all()}

    async def _context(self, officer: SignedIn, ticket: Ticket, shown: Shown) -> dict[str, Any]:
        services = self._services
        now, state, names = services.clock.now(), services.tickets.state(ticket), await self.names()
        reader = Reader(names, now, shown.draft.seen)
        lines = lines_of(ticket, await services.tickets.files(ticket), reader)
        return {
            "ticket": ticket, "state": state, "lines": lines, "draft": shown.draft, "error": shown.error, "home": HOME,
            "subject": masked(ticket.subject), "about": f"ticket:{ticket.number}",
            "standing": STATUSES[state.status], "priority_tone": PRIORITY_TONES[state.priority],
            "assignee": name_of(f"officer:{state.assignee}", names) if state.assignee else "", "names": names,
            "officers": [(name, shown_as) for name, shown_as in names.items()], "programs": PROGRAMS,
            "priorities": list(Priority), "undo": _undo(ticket, state, officer, now),
            "others": await self._others(ticket), "rating": await services.satisfaction.find(ticket.number),
            "incidents": await services.incidents.of_ticket(ticket.number),
            "canned": await self._canned(officer, ticket), "asking": self._asking(now), "file_link": self.link,
            "kept_files": self._kept(shown.draft.files), **await self._talk(ticket),
        }  # fmt: skip

    def link(self, file: StoredFile) -> str:
        """Where a file can be fetched for a while."""
        return self._services.file_links.path(file.id)

    def _kept(self, files: Sequence[StoredFile]) -> list[tuple[str, str]]:
        return [(file.name, self._services.held_files.write(file)) for file in files]

    async def _others(self, ticket: Ticket) -> list[dict[str, Any]]:
        """The newest other tickets of the same reporter."""
        query = InboxQuery(email=ticket.email, order=Order.NEWEST, limit=_OTHERS + 1)
        found = (await self._services.inbox.list(query)).lines
        return [
            {"line": line, "subject": masked(line.subject), "status": STATUSES[line.status]}
            for line in found
            if line.number != ticket.number
        ][:_OTHERS]

    async def _canned(self, officer: SignedIn, ticket: Ticket) -> list[tuple[str, str]]:
        facts = {
            "nama": "Bapak/Ibu", "nomor": str(ticket.number), "judul": ticket.subject, "program": ticket.program,
            "petugas": officer.display_name,
        }  # fmt: skip
        usable = await self._services.canned_replies.usable_by(officer.name)
        return [(reply.title, filled(reply.text, facts)) for reply in usable]

    def _asking(self, now: datetime) -> Sequence[datetime]:
        """When the reporter would be reminded twice, and the ticket closed, if it was asked now."""
        silence = self._services.policy.silence
        return [silence.after(now, hours) for hours in (silence.first, silence.second, silence.close)]

    async def _talk(self, ticket: Ticket) -> dict[str, Any]:
        if ticket.conversation_id is None:
            return {"talk": (), "ways": ()}
        told = await self._services.talks.told(ticket.conversation_id)
        ways = await self._services.messengers.ways(ticket.conversation_id)
        return {
            "talk": talk_lines(told, self._console.article_title) if told else (),
            "ways": [_way(way) for way in ways],
        }


def _way(way: Way) -> dict[str, Any]:
    channel = _CHANNELS.get(way.channel, way.channel)
    arrives = way.reach in {Reach.FREE, Reach.TEMPLATE}
    return {"text": _REACH[way.reach].format(channel=channel), "arrives": arrives, "until": way.until}


def _undo(ticket: Ticket, state: TicketState, officer: SignedIn, now: datetime) -> dict[str, Any] | None:
    """What the officer can still take back, and for how many seconds."""
    last = ticket.events[state.version - 1]
    mine = last.actor == officer.actor and last.kind in RECALLABLE and last.leaves_at > now
    return {"event": last.id, "seconds": int((last.leaves_at - now).total_seconds()) + 1} if mine else None


def taken_back(ticket: Ticket, event_id: int, officer: SignedIn, deeds: Mapping[Any, str]) -> Draft:
    """The officer's own text that was taken back, to be typed on; nothing for any other event."""
    event = next((each for each in ticket.events if each.id == event_id), None)
    if event is None or event.actor != officer.actor or not _is_recalled(ticket, event):
        return Draft()
    return replace(Draft(), text=str(event.data.get("text", "")), deed=deeds.get(event.kind, "jawab"))


def _is_recalled(ticket: Ticket, event: TicketEvent) -> bool:
    return any(each.data.get("event") == event.id for each in ticket.events if each.kind.value == "recalled")
