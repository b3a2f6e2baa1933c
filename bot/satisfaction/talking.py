"""Ratings in talks: the question after a ticket was solved, and the tap that answers it."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final, Protocol

from bot.conversations.models import Message
from bot.database import Database
from bot.dialogue.port import Button, Dialogue, Reply, Turn
from bot.errors import TicketOpen, UnknownTicket
from bot.outbox.models import OutboxItem, PermanentFailure
from bot.satisfaction.links import RatingLinks
from bot.tickets import repository

_TAPPED: Final = re.compile(r'/rate_ticket(\{"ticket":"[0-9]{1,15}","vote":"(?:good|bad)"\})')
_ASK: Final = "Tiket #{number} sudah selesai. Apakah Bapak/Ibu puas dengan penanganannya?"
_THANKS: Final = "Terima kasih atas penilaiannya, Bapak/Ibu. Ingin menambahkan komentar? Tulis di sini: {link}"
_NOT_NOW: Final = "Tiket itu belum bisa dinilai di sini. Bila ada kendala, silakan tulis saja, Bapak/Ibu."


def rating_payload(number: int, vote: str) -> str:
    """What the button of a vote sends."""
    return "/rate_ticket" + json.dumps({"ticket": str(number), "vote": vote}, separators=(",", ":"))


class Ratings(Protocol):
    """What is needed of bot.satisfaction.service.SatisfactionService."""

    async def rate_in_talk(self, number: int, conversation_id: str, *, good: bool) -> None:
        """Store a vote. Raises UnknownTicket, TicketOpen."""
        ...


class RatingDialogue:
    """Answers the taps that rate a ticket itself, and passes every other turn on."""

    def __init__(self, inner: Dialogue, ratings: Ratings, links: RatingLinks) -> None:
        self._inner = inner
        self._ratings = ratings
        self._links = links

    async def turn(self, turn: Turn) -> list[Reply]:
        """Return the replies to this turn. Raises DialogueUnavailable."""
        tapped = _TAPPED.fullmatch(turn.payload) if turn.payload else None
        if tapped is None:
            return await self._inner.turn(turn)
        vote = json.loads(tapped[1])
        number = int(vote["ticket"])
        try:
            await self._ratings.rate_in_talk(number, turn.conversation_id, good=vote["vote"] == "good")
        except (UnknownTicket, TicketOpen):
            return [Reply(_NOT_NOW)]
        return [Reply(_THANKS.format(link=self._links.address(number)))]

    async def ready(self) -> bool:
        """Whether a turn would be taken now."""
        return await self._inner.ready()

    async def forget(self, conversation_id: str) -> None:
        """Drop what is remembered of a conversation. Raises DialogueUnavailable."""
        await self._inner.forget(conversation_id)


class Voice(Protocol):
    """What is needed of bot.conversations.officers.OfficerVoice."""

    async def ask(
        self, conversation_id: str, text: str, *, key: str, ticket: Mapping[str, Any], buttons: list[dict[str, Any]]
    ) -> Message:
        """Add a message with buttons to a talk; the same key again adds nothing and returns the first."""
        ...


class Copies(Protocol):
    """What is needed of bot.channels.reaching.Messengers."""

    async def tell(self, conversation_id: str, message: Message) -> list[str]:
        """Hand a message of the talk to the person's messengers."""
        ...


class RatingAsker:
    """Does the errands of kind `rating`."""

    def __init__(self, database: Database, voice: Voice, copies: Copies) -> None:
        self._database = database
        self._voice = voice
        self._copies = copies

    async def handle(self, item: OutboxItem) -> None:
        """Ask in the ticket's talk how it was solved. Raises PermanentFailure when there is none any more."""
        async with self._database.read() as connection:
            ticket = await repository.find_ticket(connection, item.payload["ticket"])
        if ticket is None or ticket.conversation_id is None:
            raise PermanentFailure("the ticket or its talk is gone")
        choices = {"Puas": "good", "Belum puas": "bad"}
        buttons = [asdict(Button(name, rating_payload(ticket.number, vote))) for name, vote in choices.items()]
        text, summary = _ASK.format(number=ticket.number), asdict(ticket.summary())
        said = await self._voice.ask(ticket.conversation_id, text, key=item.key, ticket=summary, buttons=buttons)
        await self._copies.tell(ticket.conversation_id, said)
