"""What officers write reaches the talk out of which a ticket came."""

from dataclasses import replace

import pytest

from bot.clock import SettableClock
from bot.conversations.models import Message, Sender
from bot.conversations.officers import OfficerVoice
from bot.conversations.service import ConversationService
from bot.database import Database
from bot.outbox.worker import Worker
from bot.tickets.models import TicketEventKind
from bot.tickets.talking import TalkHandler
from tests.integration.desks import REPORT, Desk
from tests.integration.dialogues import EchoDialogue, HonestFallback

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


class Copies:
    """A messenger that is told, and may say why words do not arrive there."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Message]] = []
        self.missed: list[str] = []

    async def tell(self, conversation_id: str, message: Message) -> list[str]:
        self.told.append((conversation_id, message))
        return self.missed


class Talking:
    """A person in a talk and the desk behind it."""

    def __init__(self, database: Database, clock: SettableClock) -> None:
        self.talks = ConversationService(database, clock, EchoDialogue(), HonestFallback(), max_characters=1000)
        self.desk = Desk(database, clock)
        self.copies = Copies()
        self.voice = TalkHandler(database, clock, OfficerVoice(database, clock, self.talks.announce), self.copies)
        self.worker = Worker(database, clock, {"mail": self.desk.mails, "talk": self.voice})

    async def begin(self) -> int:
        """Begin a talk and open a ticket out of it."""
        talk, self.token, _ = await self.talks.start("web")
        self.talk = talk.id
        return (await self.desk.tickets.open(replace(REPORT, conversation_id=talk.id))).number

    async def said(self) -> list[Message]:
        await self.worker.drain()
        messages = await self.talks.messages(self.talk, self.token)
        return [message for message in messages if message.sender is Sender.OFFICER]


@pytest.fixture
def talking(database: Database, clock: SettableClock) -> Talking:
    return Talking(database, clock)


async def test_officers_words_are_said_in_the_talk_and_wake_its_listeners(talking: Talking) -> None:
    number = await talking.begin()
    arrival = talking.talks.next_arrival(talking.talk)
    await talking.desk.officers.ask_information(number, "budi", "Mohon kirim NPSN sekolah.")
    [message] = await talking.said()
    assert message.text.startswith("Mohon kirim NPSN sekolah.\n")
    assert f"email tiket #{number}" in message.text
    assert message.ticket is not None
    assert message.ticket["number"] == number
    assert arrival.is_set()


async def test_last_words_are_said_whoever_solved_it(talking: Talking) -> None:
    number = await talking.begin()
    await talking.desk.officers.solve(number, "budi", "Sudah kami perbaiki.")
    assert [message.text.splitlines()[0] for message in await talking.said()] == ["Sudah kami perbaiki."]


async def test_notes_and_empty_last_words_are_not_said(talking: Talking) -> None:
    number = await talking.begin()
    await talking.desk.officers.note(number, "budi", "Sepertinya salah versi.")
    await talking.desk.officers.solve(number, "budi")
    assert await talking.said() == []


async def test_errand_that_is_done_twice_says_it_once(talking: Talking) -> None:
    number = await talking.begin()
    talking.copies.missed = ["Tidak terkirim ke WhatsApp."]
    await talking.desk.officers.answer(number, "budi", "Silakan perbarui ARKAS.")
    told = talking.voice.handle

    async def handle_twice(item: object) -> None:
        await told(item)  # type: ignore[arg-type]
        await told(item)  # type: ignore[arg-type]

    talking.voice.handle = handle_twice  # type: ignore[method-assign]
    [said] = await talking.said()
    assert talking.copies.told == [(talking.talk, said), (talking.talk, said)], "a death in between loses no copy"
    notes = [event for event in (await talking.desk.ticket(number)).events if event.kind is TicketEventKind.NOTE]
    assert [note.data["text"] for note in notes] == ["Tidak terkirim ke WhatsApp."], "officers are told once"


async def test_ticket_of_the_form_has_no_talk_to_speak_in(talking: Talking) -> None:
    await talking.begin()
    number = (await talking.desk.tickets.open(REPORT)).number
    await talking.desk.officers.answer(number, "budi", "Silakan perbarui ARKAS.")
    assert await talking.said() == []
    assert talking.desk.mails.of(number) == ["opened", "answered"]
