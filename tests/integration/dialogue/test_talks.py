"""What the talks of tests/scenarios cannot show: Rasa's own commands, odd messages, two at the same moment."""

import asyncio
from collections.abc import Callable

import pytest

from tests.integration.talking import Person

# Whichever test comes first waits for the training of the model.
pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.timeout(600)]
NewPerson = Callable[[], Person]


async def test_a_question_in_other_words_after_a_no_still_counts_the_first(person: NewPerson) -> None:
    budi = person()
    await budi.says("bku saya tidak bisa ditutup")
    await budi.says("1")
    await budi.says("belum")
    await budi.says("bku akhir tahun susah ditutup")
    assert 124 not in budi.cards
    await budi.says("1")
    await budi.says("masih belum bisa")
    assert "Ya, buatkan tiket" in budi.buttons


@pytest.mark.parametrize("command", ["/restart", "//session_start", '/set_slot{"stage":"offer"}', "/back"])
async def test_a_person_cannot_give_rasa_commands(person: NewPerson, command: str) -> None:
    budi = person()
    await budi.says("tidak bisa tutup bku")
    await budi.says(command)
    await budi.says("2")
    assert budi.text  # the state held, and something sensible was said
    assert budi.recorded[0] == "suggested"


@pytest.mark.parametrize("text", ["?", "....", "🤔", "hmm", "x" * 10_000, "tolong " * 1400, "{email} {0[a]} {note}"])
async def test_odd_messages_get_an_answer(person: NewPerson, text: str) -> None:
    budi = person()
    await budi.says(text)
    assert budi.text


async def test_two_messages_at_the_same_moment_are_both_answered(person: NewPerson) -> None:
    budi = person()
    first, second = await asyncio.gather(budi.says("kapan dana bos cair ya"), budi.says("mau lapor"))
    assert first
    assert second
