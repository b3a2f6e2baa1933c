"""What answers while Rasa is away."""

import pytest

from bot.dialogue.fallback import FallbackDialogue
from bot.dialogue.port import Reply, Turn
from embeddings import Decision
from tests.unit.dialogue.test_guide import Ranker

pytestmark = pytest.mark.anyio
FORM = "https://bantuan.example/hubungi-kami"


async def turn(text: str | None, payload: str | None = None, *, ranker: Ranker | None = None) -> list[Reply]:
    return await FallbackDialogue(ranker or Ranker(), FORM).turn(Turn("c", text, payload))


async def test_a_question_gets_cards_the_truth_and_the_form() -> None:
    (reply,) = await turn("bku saya tidak bisa ditutup")
    assert [(card.id, card.number) for card in reply.articles] == [(1, 1), (2, 2), (3, 3)]  # to be chosen by number
    assert "terganggu" in reply.text
    assert FORM in reply.text


async def test_without_a_fit_no_article_is_invented() -> None:
    (reply,) = await turn("bku berkokok keras", ranker=Ranker(Decision.ABSTAIN, ()))
    assert reply.articles == ()
    assert FORM in reply.text


async def test_a_tapped_card_is_answered_with_feedback_buttons() -> None:
    answer, question = await turn(None, '/choose_article{"article":"1"}')
    assert "Langkah." in answer.text
    assert [button.title for button in question.buttons] == ["Ya", "Belum"]


@pytest.mark.parametrize(
    "payload", ['/choose_article{"article":"404"}', '/choose_article{"article":"x"}', "/deny", "/ask_person"]
)
async def test_every_dead_end_shows_the_form(payload: str) -> None:
    ranker = Ranker()
    replies = await turn(None, payload.replace('"x"', '"404"'), ranker=ranker)
    assert FORM in replies[-1].text


@pytest.mark.parametrize("text", ["hubungkan ke petugas", "buat tiket", "", None, "halo", "🙏"])
async def test_short_words_never_end_in_silence(text: str | None) -> None:
    replies = await turn(text)
    assert replies
    assert FORM in replies[0].text


async def test_it_is_always_ready() -> None:
    assert await FallbackDialogue(Ranker(), FORM).ready()
