"""What is offered for a question that leans on the one before, with both rankings given."""

import pytest

from bot.articles.models import ArticleCard, SearchHit, SearchResult, Suggestions
from bot.dialogue.leaning import has_own_subject, lean, may_lean
from embeddings import Decision


def found(decision: Decision, *ids: int) -> SearchResult:
    cards = (ArticleCard(i, f"Artikel {i}", "", "BKU", f"/{i}", f"/{i}") for i in ids)
    return SearchResult("q", "q", decision, tuple(SearchHit(card, 0.5) for card in cards))


def ids(suggestions: Suggestions) -> list[int]:
    return [card.id for card in suggestions.cards]


def test_what_was_just_shown_is_not_offered_again() -> None:
    offered = lean("kalau ditolak?", found(Decision.ABSTAIN, 5), found(Decision.ANSWER, 1, 2, 3), shown={1})
    assert offered.decision is Decision.SUGGEST
    assert 1 not in ids(offered)


def test_what_both_rankings_know_stands_first() -> None:
    offered = lean("kalau ditolak?", found(Decision.ABSTAIN, 5, 6, 3), found(Decision.ANSWER, 1, 2, 3), shown={1})
    assert ids(offered)[0] == 3


def test_own_words_that_fit_the_subject_are_the_answer() -> None:
    offered = lean("kalau ganti laptop?", found(Decision.ANSWER, 7), found(Decision.ANSWER, 1, 7), shown={1})
    assert (offered.decision, ids(offered)[0]) == (Decision.ANSWER, 7)


def test_own_words_of_another_subject_are_only_a_suggestion() -> None:
    offered = lean("kalau swasta?", found(Decision.ANSWER, 7), found(Decision.ANSWER, 1, 2), shown={1})
    assert offered.decision is Decision.SUGGEST
    assert 7 in ids(offered)


def test_words_about_that_are_only_a_suggestion_however_well_they_fit() -> None:
    offered = lean("itu kalo negeri ya?", found(Decision.ANSWER, 7), found(Decision.ANSWER, 1, 7), shown={1})
    assert (offered.decision, ids(offered)[0]) == (Decision.SUGGEST, 7)


def test_with_nothing_shown_the_whole_question_decides() -> None:
    offered = lean("kalau swasta?", found(Decision.ABSTAIN, 7), found(Decision.ANSWER, 1, 2), shown=set())
    assert (offered.decision, ids(offered)) == (Decision.ANSWER, [1, 2])


def test_what_was_shown_before_it_is_not_the_answer_again() -> None:
    offered = lean("kalau swasta?", found(Decision.SUGGEST, 7), found(Decision.ANSWER, 1, 2), shown={1, 9})
    assert (offered.decision, ids(offered)[0]) == (Decision.SUGGEST, 7)


def test_own_words_that_fit_nothing_only_put_the_whole_in_order() -> None:
    offered = lean("trus kalo ditolak?", found(Decision.ABSTAIN, 7, 3), found(Decision.ANSWER, 1, 2, 3), shown={1})
    assert (offered.decision, ids(offered)) == (Decision.SUGGEST, [3, 2])


def test_a_longer_text_of_no_subject_of_ours_is_not_pulled_in() -> None:
    words = "terus kalau cuaca besok hujan gimana"
    assert lean(words, found(Decision.ABSTAIN, 7), found(Decision.ANSWER, 1), shown={1}).cards == ()


def test_nothing_fits_nothing() -> None:
    nothing = lean("kalau ungu?", found(Decision.ABSTAIN, 7), found(Decision.ABSTAIN, 1), shown={1})
    assert (nothing.decision, nothing.cards) == (Decision.ABSTAIN, ())


@pytest.mark.parametrize(
    ("words", "unheard", "leans"),
    [
        ("lewat apa bayarnya", 0, True),
        ("tokonya tutup", 0, True),
        ("boleh diwakilkan?", 1, True),
        ("siapa presiden indonesia", 2, False),
        ("biasanya begitu", 0, False),
        ("harga cabe hari ini", 0, False),
        ("resepnya soto ayam kampung bumbu", 0, True),
        ("tpgnya kapan", 0, True),
    ],
)
def test_what_points_back_leans_unless_its_words_are_of_another_world(words: str, unheard: int, *, leans: bool) -> None:
    assert may_lean(words, unheard) is leans


@pytest.mark.parametrize(
    ("words", "own"),
    [
        ("itu kalo sekolah negeri ya?", False),
        ("trus kalo udah lewat dari tanggalnya gimana dong", False),
        ("kalau swasta boleh ga min", False),
        ("kalau anak sakit boleh libur sekolah?", True),
        ("terus resep rendang padang gimana", True),
        ("kalau pagu belum muncul di arkas gimana", False),
    ],
)
def test_a_follow_up_has_its_own_subject_when_it_tells_enough_of_another(words: str, *, own: bool) -> None:
    assert has_own_subject(words) is own
