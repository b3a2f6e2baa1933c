"""What the open answer itself says to a follow-up, with the ranking given."""

import pytest

from bot.articles.models import Answer, ArticleCard
from bot.dialogue.finding import Finding
from bot.dialogue.talk import Talk
from bot.errors import UnknownArticle
from embeddings import Decision
from tests.unit.dialogue.test_guide import Ranker

SENTENCE = "Honor paling banyak 20% bagi sekolah negeri dan 40% bagi sekolah swasta."
STEP = "1. Tanyakan batas bulan ini kepada dinas."


class Articles(Ranker):
    def answer(self, article: int) -> Answer:
        if article == 404:
            raise UnknownArticle
        return Answer(ArticleCard(article, "Honor", "", "Juknis", "/1", "/1"), f"{SENTENCE}\n{STEP}", "sekolah", True)


@pytest.mark.parametrize(
    ("words", "first", "told"),
    [
        ("kalau swasta?", 1, SENTENCE),
        ("itu kalo sekolah negeri ya?", 1, SENTENCE),
        ("kalau paud?", 1, None),  # nothing of it
        ("kalau sekolah?", 1, None),  # stands in nearly every line of any answer
        ("kalau dinas?", 1, None),  # in a step only
        ("kalau swasta?", 2, None),  # another article fits better
        ("swasta", 1, None),  # no follow-up
    ],
)
def test_a_sentence_of_the_open_answer_that_names_the_same_is_found(words: str, first: int, told: str | None) -> None:
    finding = Finding(Articles(Decision.ANSWER, (first,)))
    assert finding.told_there(Talk(question="batas honor", told=("batas honor",), article=1), words) == told


def test_an_answer_that_is_gone_says_nothing() -> None:
    finding = Finding(Articles(Decision.ANSWER, (404,)))
    assert finding.told_there(Talk(question="batas honor", article=404), "kalau swasta?") is None


@pytest.mark.parametrize(
    ("words", "ids", "decision"),
    [
        ("pajak", (1, 2), Decision.SUGGEST),
        ("pajak", (1,), Decision.ANSWER),
        ("lapor pajak", (1, 2), Decision.ANSWER),
    ],
)
def test_one_word_leaves_open_which_of_several_is_meant(words: str, ids: tuple[int, ...], decision: Decision) -> None:
    assert Finding(Articles(Decision.ANSWER, ids)).alone(words).decision is decision
