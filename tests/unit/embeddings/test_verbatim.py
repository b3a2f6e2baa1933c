"""What was written down as a question is answered when it is asked so."""

from pathlib import Path

import pytest

from embeddings import Decision, Document, Ranker, load_lexicon
from embeddings.encoder import TrainedEncoder
from embeddings.fusion import Fusion
from embeddings.index import make_index
from embeddings.verbatim import Verbatim, Written

DOCUMENTS = (
    Document(
        id=1,
        title="Jam layanan",
        text="Petugas melayani pada hari kerja.",
        questions=("jam brp buka", "pagi"),
        aliases=("hari libur", "sama saja", "cara buka bku"),
    ),
    Document(id=2, title="Buka BKU", text="BKU dibuka kembali oleh dinas.", questions=("sama saja", "cara buka bku")),
    Document(id=3, title="Tutup BKU", text="BKU ditutup setiap bulan.", questions=("sama saja", "cara tutup bku")),
)


@pytest.fixture
def ranker(encoder_folder: Path, lexicon_folder: Path) -> Ranker:
    encoder, lexicon = TrainedEncoder.load(encoder_folder), load_lexicon(lexicon_folder)
    outside = ("kereta jam berapa", "bku kapal laut")
    strict = Fusion(abstain_below=0.9)
    return Ranker(make_index(DOCUMENTS, outside=outside, encoder=encoder, lexicon=lexicon, fusion=strict))


@pytest.mark.parametrize(("asked", "article"), [("Jam brp, buka??", 1), ("cara buka bku", 2), ("cara tutup BKU", 3)])
def test_the_question_that_was_written_for_an_article_is_answered_by_it(
    ranker: Ranker, asked: str, article: int
) -> None:
    ranking = ranker.rank(asked)
    assert (ranking.decision, ranking.articles[0].id) == (Decision.ANSWER, article)
    assert len({a.id for a in ranking.articles}) == len(DOCUMENTS)
    assert sum(a.confidence for a in ranking.articles) <= 1.001


def test_two_words_are_shown_among_others(ranker: Ranker) -> None:
    written = Verbatim.of(ranker.index.units)
    assert (written("Jam layanan"), written("buka BKU?")) == (Written(0, 0.7), Written(1, 0.7))
    ranking = ranker.rank("hari libur")
    assert (ranking.decision, ranking.articles[0].id) == (Decision.SUGGEST, 1)
    assert ranking.answerable >= 0.95


def test_a_keyword_is_written_for_its_article_where_no_question_says_otherwise(ranker: Ranker) -> None:
    written = Verbatim.of(ranker.index.units)
    assert (written("hari libur"), written("cara buka bku")) == (Written(0, 0.7), Written(1, 0.95))


def test_the_question_that_nobody_answers_is_declined(ranker: Ranker) -> None:
    assert ranker.rank("bku kapal laut").decision is Decision.ABSTAIN


@pytest.mark.parametrize("asked", ["pagi", "sama saja", "cara tutup", ""])
def test_one_word_what_stands_with_two_and_a_part_say_nothing(ranker: Ranker, asked: str) -> None:
    assert Verbatim.of(ranker.index.units)(asked) is None
