import asyncio

import pytest

from bot.dialogue.cautious import CautiousDialogue
from bot.dialogue.port import DialogueUnavailable, Reply, Turn

pytestmark = pytest.mark.anyio

TURN = Turn("talk", "halo", None)


class Hanging:
    """Answers, or hangs until its timeout as a stopped process does."""

    def __init__(self) -> None:
        self.hangs = False
        self.asked = 0

    async def turn(self, turn: Turn) -> list[Reply]:  # noqa: ARG002
        self.asked += 1
        if self.hangs:
            raise DialogueUnavailable("timeout")
        return [Reply("Halo")]

    async def ready(self) -> bool:
        if self.hangs:
            await asyncio.sleep(60)
        return True

    async def forget(self, conversation_id: str) -> None:
        raise DialogueUnavailable(conversation_id)


@pytest.fixture
def hanging() -> Hanging:
    return Hanging()


@pytest.fixture
def cautious(hanging: Hanging) -> CautiousDialogue:
    return CautiousDialogue(hanging, probe_seconds=0.01)


async def test_turns_are_passed_on(cautious: CautiousDialogue) -> None:
    assert await cautious.turn(TURN) == [Reply("Halo")]


async def test_after_a_failure_nobody_waits_for_a_turn_again(cautious: CautiousDialogue, hanging: Hanging) -> None:
    hanging.hangs = True
    for _ in range(3):
        with pytest.raises(DialogueUnavailable):
            await cautious.turn(TURN)
    assert hanging.asked == 1


async def test_the_talk_goes_on_with_the_first_message_after_it_came_back(
    cautious: CautiousDialogue, hanging: Hanging
) -> None:
    hanging.hangs = True
    with pytest.raises(DialogueUnavailable):
        await cautious.turn(TURN)
    hanging.hangs = False
    assert await cautious.turn(TURN) == [Reply("Halo")]


async def test_readiness_and_forgetting_are_the_others(cautious: CautiousDialogue) -> None:
    assert await cautious.ready()
    with pytest.raises(DialogueUnavailable):
        await cautious.forget("talk")
