"""Several problems in one message, with the ranker's decisions given."""

from collections.abc import Mapping

import pytest

from bot.articles.models import ArticleCard, Suggestions
from bot.dialogue.several import problems_of
from embeddings import Decision

Known = Mapping[str, tuple[Decision, str]]  # by a part of the text: what the ranker decides, and the category
KNOWN: Known = {
    "nota dobel": (Decision.ANSWER, "BKU"),
    "dana tahap 2 belum masuk": (Decision.SUGGEST, "Dana"),
    "saldo selisih": (Decision.SUGGEST, "BKU"),
    "tidak bisa dihapus": (Decision.SUGGEST, "Hapus"),
    "nota": (Decision.SUGGEST, "BKU"),
    "kuitansi hilang": (Decision.ANSWER, "Dana"),
}


def parts(text: str, known: Known = KNOWN) -> list[str]:
    def rank(part: str) -> Suggestions:
        decision, category = known.get(part, (Decision.ABSTAIN, ""))
        number = list(known).index(part) if part in known else 0
        card = ArticleCard(number, "Judul", "", category, f"/{number}", "/choose_article")
        return Suggestions(part, part, decision, () if decision is Decision.ABSTAIN else (card,))

    return [part for part, _ in problems_of(text, rank)]


@pytest.mark.parametrize("link", ["dan", "sama", "serta", "&"])
def test_short_problems_that_are_each_whole_are_told_apart(link: str) -> None:
    expected = ["nota dobel", "dana tahap 2 belum masuk"]
    assert parts(f"nota dobel {link} dana tahap 2 belum masuk") == expected


@pytest.mark.parametrize(
    "text",
    [
        "nota dan kuitansi hilang",  # two things, one trouble
        "nota dobel dan tidak bisa dihapus",  # one thing, two troubles
        "nota dobel dan saldo selisih",  # of one category
        "nota dobel dan harga cabe kurang",  # one that fits nothing
        "nota dobel dan nota dan dana tahap 2 belum masuk",  # one left over
    ],
)
def test_what_may_be_one_problem_is_left_whole(text: str) -> None:
    assert parts(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tahap 2 kapan cair ya? sekolah kami blm masuk", []),  # says more about what was asked
        ("tahap 2 kapan cair ya? apa syarat tahap 2", ["tahap 2 kapan cair ya", "apa syarat tahap 2"]),
        ("tahap 2 kapan cair ya? nota dobel", ["tahap 2 kapan cair ya", "nota dobel"]),  # of another category
    ],
)
def test_after_a_question_mark_the_same_matter_goes_on_unless_it_asks_again(text: str, expected: list[str]) -> None:
    about_money = ("tahap 2 kapan cair ya", "sekolah kami blm masuk", "apa syarat tahap 2")
    assert parts(text, {**KNOWN, **dict.fromkeys(about_money, (Decision.ANSWER, "Dana"))}) == expected
