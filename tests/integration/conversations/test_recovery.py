"""What a killed process left open is answered once, in order, late and said to be so."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.clock import SettableClock
from bot.conversations.models import InboundMessage, Message
from bot.conversations.recovery import RECENT, Recovery
from bot.conversations.service import ConversationService
from bot.database import Database
from tests.integration.dialogues import EchoDialogue, HonestFallback

pytestmark = [pytest.mark.anyio, pytest.mark.integration]
PATIENCE = timedelta(seconds=24)
NewProcess = Callable[[], tuple[ConversationService, Recovery]]


@pytest.fixture
def dialogue() -> EchoDialogue:
    return EchoDialogue()


@pytest.fixture
def new_process(database: Database, clock: SettableClock, dialogue: EchoDialogue) -> NewProcess:
    def start() -> tuple[ConversationService, Recovery]:
        service = ConversationService(database, clock, dialogue, HonestFallback(), max_characters=10_000)
        return service, Recovery(service, dialogue, database, clock, patience=PATIENCE)

    return start


async def left_open(service: ConversationService, dialogue: EchoDialogue, *words: str, channel: str = "web") -> str:
    """A talk whose process died in the middle of these turns."""
    conversation, _, _ = await service.start(channel)
    alive = dialogue.turn

    async def die(_turn: object) -> list[object]:
        raise RuntimeError("killed in the middle")

    dialogue.turn = die  # type: ignore[method-assign, assignment]
    for word in words:
        with pytest.raises(RuntimeError):
            await service.receive_from_channel(conversation.id, InboundMessage(word))
    dialogue.turn = alive  # type: ignore[method-assign]
    return conversation.id


async def said(service: ConversationService, talk: str) -> list[str]:
    token = await service.hand_over(talk)
    stored: list[Message] = await service.messages(talk, token)
    return [message.text for message in stored[1:]]


async def test_what_stands_open_is_answered_in_order_and_said_to_be_late(
    new_process: NewProcess, dialogue: EchoDialogue, clock: SettableClock
) -> None:
    service, recovery = new_process()
    talk = await left_open(service, dialogue, "satu", "dua")
    clock.advance(PATIENCE)
    assert await recovery.answer_open() == 2
    assert await said(service, talk) == ["satu", "dua", "Anda berkata: satu", "Anda berkata: dua"]
    assert [turn.late for turn in dialogue.turns[-2:]] == [True, True]


async def test_several_processes_that_start_at_once_answer_it_once(
    new_process: NewProcess, dialogue: EchoDialogue, clock: SettableClock
) -> None:
    service, recovery = new_process()
    talk = await left_open(service, dialogue, "satu")
    clock.advance(PATIENCE)
    counts = await asyncio.gather(
        recovery.answer_open(), new_process()[1].answer_open(), new_process()[1].answer_open()
    )
    assert sorted(counts) == [0, 0, 1]
    assert await said(service, talk) == ["satu", "Anda berkata: satu"]


async def test_what_may_still_be_answered_and_what_is_long_past_are_left_alone(
    new_process: NewProcess, dialogue: EchoDialogue, clock: SettableClock
) -> None:
    service, recovery = new_process()
    await left_open(service, dialogue, "lama")
    clock.advance(RECENT)
    await left_open(service, dialogue, "baru saja")
    clock.advance(PATIENCE - timedelta(seconds=1))
    assert await recovery.answer_open() == 0
    clock.advance(timedelta(seconds=1))
    assert await recovery.answer_open() == 1


async def test_a_talk_that_went_on_and_a_messengers_talk_get_no_late_answer(
    new_process: NewProcess, dialogue: EchoDialogue, clock: SettableClock
) -> None:
    service, recovery = new_process()
    talk = await left_open(service, dialogue, "satu")
    await service.receive_from_channel(talk, InboundMessage("dua"))
    await left_open(service, dialogue, "halo", channel="telegram")
    clock.advance(PATIENCE)
    assert await recovery.answer_open() == 0


async def test_one_talk_that_breaks_again_does_not_keep_the_others_waiting(
    new_process: NewProcess, dialogue: EchoDialogue, clock: SettableClock
) -> None:
    service, recovery = new_process()
    await left_open(service, dialogue, "rusak")
    talk = await left_open(service, dialogue, "satu")
    clock.advance(PATIENCE)
    alive = dialogue.turn

    async def breaks(turn: object) -> list[object]:
        if getattr(turn, "text", "") == "rusak":
            raise RuntimeError("breaks whoever answers it")
        return await alive(turn)  # type: ignore[arg-type, return-value]

    dialogue.turn = breaks  # type: ignore[method-assign, assignment]
    await recovery.answer_open()
    assert (await said(service, talk))[-1] == "Anda berkata: satu"
    assert await recovery.answer_open() == 0
