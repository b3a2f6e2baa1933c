import asyncio
from datetime import timedelta

import pytest

from bot.attachments.models import StoredFile
from bot.clock import SettableClock
from bot.conversations.models import EventKind, InboundMessage, Sender
from bot.conversations.service import ConversationService
from bot.database import Database
from bot.errors import EmptyMessage, NotAuthorised, UnknownConversation
from tests.integration.dialogues import EchoDialogue, HonestFallback

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


@pytest.fixture
def dialogue() -> EchoDialogue:
    return EchoDialogue()


@pytest.fixture
def service(database: Database, clock: SettableClock, dialogue: EchoDialogue) -> ConversationService:
    return ConversationService(database, clock, dialogue, HonestFallback(), max_characters=1000)


async def test_talk_begins_with_a_stored_greeting(service: ConversationService) -> None:
    conversation, token, greeting = await service.start("web")
    assert [message.sender for message in greeting] == [Sender.BOT]
    assert await service.messages(conversation.id, token) == greeting


async def test_message_and_replies_are_stored_in_order(service: ConversationService) -> None:
    conversation, token, _ = await service.start("web")
    replies = await service.receive(conversation.id, token, InboundMessage("tutup bku"))
    stored = await service.messages(conversation.id, token)
    assert [message.text for message in stored[1:]] == ["tutup bku", "Anda berkata: tutup bku"]
    assert stored[-1] == replies[0]
    assert stored[-1].buttons == [{"title": "Ya", "payload": "/affirm"}]


async def test_end_of_a_long_talk_is_read_in_its_order(service: ConversationService, dialogue: EchoDialogue) -> None:
    conversation, token, _ = await service.start("web")
    for number in range(101):
        await service.receive(conversation.id, token, InboundMessage(f"pesan {number}"))
    latest = [message.text for message in await service.latest(conversation.id, token)]
    assert len(latest) == 200
    assert (latest[0], latest[-2:]) == ("pesan 1", ["pesan 100", "Anda berkata: pesan 100"])
    assert len(dialogue.turns) == 102
    with pytest.raises(NotAuthorised):
        await service.latest(conversation.id, "salah")


async def test_repeated_client_id_is_answered_once(service: ConversationService, dialogue: EchoDialogue) -> None:
    conversation, token, _ = await service.start("web")
    first = await service.receive(conversation.id, token, InboundMessage("halo", client_id="a1"))
    again = await service.receive(conversation.id, token, InboundMessage("halo", client_id="a1"))
    assert first == again
    assert [turn.text for turn in dialogue.turns if turn.text] == ["halo"]


async def test_double_tap_at_the_same_moment_is_answered_once(
    service: ConversationService, dialogue: EchoDialogue
) -> None:
    dialogue.delay = 0.05
    conversation, token, _ = await service.start("web")
    message = InboundMessage("halo", client_id="a1")
    one, two = await asyncio.gather(*(service.receive(conversation.id, token, message) for _ in range(2)))
    assert one == two
    assert [turn.text for turn in dialogue.turns if turn.text] == ["halo"]


async def test_messages_at_the_same_moment_are_answered_in_order(
    service: ConversationService, dialogue: EchoDialogue
) -> None:
    dialogue.delay = 0.02
    conversation, token, _ = await service.start("web")
    words = [f"pesan {number}" for number in range(5)]
    await asyncio.gather(*(service.receive(conversation.id, token, InboundMessage(word)) for word in words))
    stored = [message for message in await service.messages(conversation.id, token) if message.sender is Sender.USER]
    assert [turn.text for turn in dialogue.turns if turn.text] == [message.text for message in stored]
    assert sorted(message.text for message in stored) == words


async def test_same_client_id_in_another_talk_is_another_message(service: ConversationService) -> None:
    for _ in range(2):
        conversation, token, _greeting = await service.start("web")
        replies = await service.receive(conversation.id, token, InboundMessage("halo", client_id="a1"))
        assert replies[0].text == "Anda berkata: halo"


async def test_unanswered_message_is_answered_when_sent_again(
    service: ConversationService, dialogue: EchoDialogue
) -> None:
    conversation, token, _ = await service.start("web")
    alive = dialogue.turn

    async def die(_turn: object) -> list[object]:
        raise RuntimeError("killed in the middle")

    dialogue.turn = die  # type: ignore[method-assign, assignment]
    with pytest.raises(RuntimeError):
        await service.receive(conversation.id, token, InboundMessage("halo", client_id="a1"))
    dialogue.turn = alive  # type: ignore[method-assign]
    replies = await service.receive(conversation.id, token, InboundMessage("halo", client_id="a1"))
    assert [message.text for message in replies] == ["Anda berkata: halo"]


async def test_fallback_answers_while_the_dialogue_is_away(
    service: ConversationService, dialogue: EchoDialogue
) -> None:
    conversation, token, _ = await service.start("web")
    dialogue.away = True
    replies = await service.receive(conversation.id, token, InboundMessage("halo"))
    assert [message.text for message in replies] == ["Asisten sedang terbatas; ini artikel terdekat."]


async def test_wrong_token_and_unknown_talk_are_refused(service: ConversationService) -> None:
    conversation, token, _ = await service.start("web")
    with pytest.raises(NotAuthorised):
        await service.receive(conversation.id, token + "x", InboundMessage("halo"))
    with pytest.raises(UnknownConversation):
        await service.messages("f" * 32, token)


async def test_empty_message_stores_nothing(service: ConversationService) -> None:
    conversation, token, greeting = await service.start("web")
    with pytest.raises(EmptyMessage):
        await service.receive(conversation.id, token, InboundMessage("   "))
    assert await service.messages(conversation.id, token) == greeting


async def test_events_tell_what_happened(service: ConversationService) -> None:
    conversation, _, _ = await service.start("web")
    await service.record(conversation.id, EventKind.SUGGESTED, articles=[124, 123])
    await service.record(conversation.id, EventKind.ESCALATED, reason="two_rejections")
    events = await service.events(conversation.id)
    assert [(event.kind, list(event.articles), event.reason) for event in events] == [
        (EventKind.SUGGESTED, [124, 123], None),
        (EventKind.ESCALATED, [], "two_rejections"),
    ]


async def test_transcript_holds_the_whole_talk(service: ConversationService) -> None:
    conversation, token, _ = await service.start("web")
    await service.receive(conversation.id, token, InboundMessage("tutup bku"))
    assert "Pelapor: tutup bku\nARKAS Bot: Anda berkata: tutup bku" in await service.transcript(conversation.id)


async def test_somebody_who_comes_back_after_a_day_is_announced_as_such(
    service: ConversationService, dialogue: EchoDialogue, clock: SettableClock
) -> None:
    conversation, _, _ = await service.start("web")
    for hours in (1, 25, 1):
        clock.advance(timedelta(hours=hours))
        await service.receive_from_channel(conversation.id, InboundMessage("halo"))
    assert [turn.returning for turn in dialogue.turns[1:]] == [False, True, False]


async def test_files_of_a_talk_are_those_since_the_last_ticket(
    service: ConversationService, clock: SettableClock
) -> None:
    conversation, _, _ = await service.start("web")
    sent = [StoredFile(f"{n}" * 32, f"{n}.png", "0" * 64, "image/png", 1, clock.now()) for n in (1, 2)]
    await service.receive_from_channel(conversation.id, InboundMessage(files=sent[:1]))
    first = await service.files(conversation.id)
    await service.record(conversation.id, EventKind.TICKET_OPENED, ticket=1)
    clock.advance(timedelta(minutes=1))
    await service.receive_from_channel(conversation.id, InboundMessage(files=sent[1:]))
    assert [file.name for file in first] == ["1.png"]
    assert [file.name for file in await service.files(conversation.id)] == ["2.png"]
    assert first[0].id != sent[0].id  # a row of its own: the talk may be erased while the ticket keeps its file
