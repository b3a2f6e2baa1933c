"""Ratings on both databases: by tap in the talk, once a ticket, changeable, and only of one's own solved ticket."""

from datetime import timedelta

import pytest

from bot.clock import SettableClock
from bot.conversations import repository as talks
from bot.conversations.models import Conversation, Sender
from bot.conversations.officers import OfficerVoice
from bot.database import Database
from bot.dialogue.port import Turn
from bot.errors import TicketOpen, UnknownTicket
from bot.outbox.worker import Worker
from bot.satisfaction.links import RatingLinks
from bot.satisfaction.service import SatisfactionService
from bot.satisfaction.talking import RatingAsker, RatingDialogue
from bot.tickets.desk import TicketDesk
from bot.tickets.models import NewTicket
from bot.tickets.service import TicketService
from tests.integration.dialogues import EchoDialogue

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

TALK, OTHER = "a" * 32, "b" * 32
REPORT = NewTicket(
    "rina@sdn1.sch.id", "ARKAS", "Tidak bisa tutup BKU", "Tombolnya abu-abu sejak kemarin.", TALK, "chat"
)


class Nobody:
    async def tell(self, conversation_id: str, message: object) -> list[str]:  # noqa: ARG002 - no messenger
        return []


class Room:
    """A talk, its ticket, an officer and the worker."""

    def __init__(self, database: Database, clock: SettableClock) -> None:
        self.database, self.clock = database, clock
        self.tickets, self.desk = TicketService(database, clock), TicketDesk(database, clock)
        self.ratings = SatisfactionService(database, clock, self.tickets)
        links = RatingLinks("rahasia", clock, timedelta(days=180), "https://bantuan.example")
        self.dialogue = RatingDialogue(EchoDialogue(), self.ratings, links)
        asker = RatingAsker(database, OfficerVoice(database, clock), Nobody())
        self.worker = Worker(database, clock, {"rating": asker})

    async def solved(self) -> int:
        number = (await self.tickets.open(REPORT)).number
        await self.desk.solve(number, "budi", "Sudah.")
        self.clock.advance(timedelta(minutes=1))
        await self.worker.drain()
        return number

    async def tap(self, payload: str, talk: str = TALK) -> str:
        return (await self.dialogue.turn(Turn(talk, None, payload)))[0].text


@pytest.fixture
async def room(database: Database, clock: SettableClock) -> Room:
    async with database.write() as connection:
        for name in (TALK, OTHER):
            await talks.insert_conversation(connection, Conversation(name, "web", "x", clock.now()))
    return Room(database, clock)


async def asked(room: Room) -> list[str]:
    """The payloads that the talk offers."""
    async with room.database.read() as connection:
        said = await talks.messages_after(connection, TALK)
    return [button["payload"] for message in said for button in message.buttons if message.sender is Sender.BOT]


async def test_the_talk_asks_once_and_a_tap_answers(room: Room) -> None:
    number = await room.solved()
    good, bad = await asked(room)
    assert f"https://bantuan.example/tiket/{number}/nilai?kunci=" in await room.tap(bad)
    rating = await room.ratings.find(number)
    assert rating is not None
    assert (rating.good, rating.source, rating.comment) == (False, "chat", "")
    await room.tap(good)
    changed = await room.ratings.find(number)
    assert changed is not None
    assert changed.good


async def test_a_tap_in_somebody_elses_talk_rates_nothing(room: Room) -> None:
    number = await room.solved()
    good, _ = await asked(room)
    assert "belum bisa dinilai" in await room.tap(good, talk=OTHER)
    assert await room.ratings.find(number) is None


@pytest.mark.parametrize("payload", ["/rate_ticket", '/rate_ticket{"ticket":"x","vote":"good"}', "/affirm"])
async def test_other_payloads_are_the_dialogues(room: Room, payload: str) -> None:
    assert await room.tap(payload) == (await EchoDialogue().turn(Turn(TALK, None, payload)))[0].text


async def test_only_a_solved_ticket_is_rated(room: Room) -> None:
    number = (await room.tickets.open(REPORT)).number
    with pytest.raises(TicketOpen):
        await room.ratings.rate(number, good=True, comment=None, source="mail")
    with pytest.raises(UnknownTicket):
        await room.ratings.rate(number + 1, good=True, comment=None, source="mail")
    assert not await room.ratings.rateable(number)


async def test_a_comment_stays_when_only_the_vote_changes(room: Room) -> None:
    number = await room.solved()
    await room.ratings.rate(number, good=False, comment="Lama\x00 sekali " + "x" * 2000, source="mail")
    await room.ratings.rate(number, good=True, comment=None, source="chat")
    rating = await room.ratings.find(number)
    assert rating is not None
    assert rating.good
    assert rating.comment.startswith("Lama sekali x")
    assert len(rating.comment) < 1001
