"""What a channel does itself at a person's word: erase, join, prove an address, list tickets."""

from dataclasses import dataclass
from typing import Final

from bot.channels import commands, repository, texts
from bot.channels.commands import Command
from bot.channels.erasing import PersonEraser
from bot.channels.models import ChannelPerson
from bot.channels.port import Bubble, Channel, Choice
from bot.channels.rendering import render_text
from bot.database import Database
from bot.errors import ArkasError
from bot.limits import HourlyLimit
from bot.people.service import PeopleService
from bot.people.tickets import Tickets, own_tickets
from bot.tickets.models import Ticket

_TRIES_PER_HOUR: Final = 30  # of a code to carry a talk over, as on the web


@dataclass(frozen=True)
class Reply:
    """What an event comes to: bubbles, the choice that was tapped (outbox row, place), and whether all is erased."""

    bubbles: tuple[Bubble, ...] = ()
    tapped: tuple[int, int] | None = None
    erased: bool = False


class Errands:
    """The commands that no dialogue can answer. Their words are in bot/channels/texts.py."""

    def __init__(
        self, database: Database, people: PeopleService, eraser: PersonEraser, tickets: Tickets, *, public_url: str
    ) -> None:
        self._database = database
        self._people = people
        self._eraser = eraser
        self._tickets = tickets
        self._public_url = public_url.rstrip("/")
        self._tries = HourlyLimit("links", _TRIES_PER_HOUR)
        self._own = {
            "hapus": self._ask_erase,
            "sambung": self._link,
            "situs": self._to_web,
            "email": self._email,
            "kode": self._code,
            "tiket": self._list_tickets,
        }

    def knows(self, command: Command) -> bool:
        """Whether a command may be one of these."""
        return command.name in self._own

    def for_dialogue(self, command: Command) -> tuple[str | None, str | None]:
        """What the dialogue is told for a command that is none of these: (words, payload)."""
        return commands.for_dialogue(command)

    async def run(self, channel: Channel, person: ChannelPerson, command: Command) -> Reply | None:
        """Do what a command says; None when it is the dialogue's after all."""
        try:
            return await self._own[command.name](channel, person, command.argument)
        except ArkasError as error:
            return _say(channel, error.detail)

    async def chosen(self, channel: Channel, person: ChannelPerson, chosen: str) -> Reply:
        """Do what the tap on one of our own choices says."""
        if chosen != texts.ERASE_YES:
            return _say(channel, texts.ERASE_KEPT)
        await self._eraser.erase(person.conversation_id, besides=person)
        return Reply(_say(channel, texts.ERASED).bubbles, erased=True)

    async def _ask_erase(self, channel: Channel, _person: ChannelPerson, _argument: str) -> Reply:
        return _say(channel, texts.ERASE_ASK, texts.ERASE_CHOICES)

    async def _link(self, channel: Channel, person: ChannelPerson, code: str) -> Reply:
        self._tries.count(f"{person.channel}:{person.person}")
        talk = await self._people.redeem_link(code, person.conversation_id)
        async with self._database.write() as connection:
            await repository.move_person(connection, person.channel, person.person, talk)
        return _say(channel, texts.LINKED)

    async def _to_web(self, channel: Channel, person: ChannelPerson, _argument: str) -> Reply:
        link = await self._people.make_link(person.conversation_id)
        return _say(channel, texts.LINK_TO_WEB.format(url=f"{self._public_url}/chat?sambung={link.code}"))

    async def _email(self, channel: Channel, person: ChannelPerson, address: str) -> Reply:
        if not self._people.mails:
            return _say(channel, texts.EMAIL_OFF)
        if not address:
            return _say(channel, texts.EMAIL_HOW)
        email = await self._people.ask_email(person.conversation_id, address)
        return _say(channel, texts.EMAIL_SENT.format(email=email))

    async def _code(self, channel: Channel, person: ChannelPerson, code: str) -> Reply:
        if not code:
            return _say(channel, texts.CODE_HOW)
        email = await self._people.confirm_email(person.conversation_id, code)
        return _say(channel, texts.EMAIL_JOINED.format(email=email))

    async def _list_tickets(self, channel: Channel, person: ChannelPerson, argument: str) -> Reply | None:
        if argument:
            return None
        found = await own_tickets(self._people, self._tickets, person.conversation_id)
        if not found:
            return None
        lines = "\n".join(f"{ticket.number}: {ticket.subject} ({ticket.status.value})" for ticket in found)
        choices = tuple(_ticket_choice(ticket) for ticket in found)
        return _say(channel, texts.TICKETS.format(lines=lines), choices)


def _ticket_choice(ticket: Ticket) -> Choice:
    return Choice(f"Tiket {ticket.number}", f"{texts.TYPED}cek tiket {ticket.number}", ticket.subject)


def _say(channel: Channel, text: str, choices: tuple[Choice, ...] = ()) -> Reply:
    return Reply(tuple(render_text(text, channel.capabilities, choices)))
