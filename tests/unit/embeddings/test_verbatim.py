"""What was written down as a question is answered when it is asked so."""

from pathlib import Path

import pytest

from embeddings import Decision, Document, Ranker, load_lexicon
from embeddings.encoder import TrainedEncoder
from embeddings.fusion import Fusion
from embeddings.index import make_index
from embeddings.verbatim import Verbatim, Written

DOCUMENTS = (
    Document(id=1, title="Jam layanan", text="Petugas melayani pada hari kerja.", questions=("jam brp buka", "pagi")),
    Document(id=2, title="Buka BKU", text="BKU dibuka kembali oleh dinas.", questions=("sama saja", "cara buka bku")),
    Document(id=3, title="Tutup BKU", text="BKU ditutup setiap bulan.", questions=("sama saja", "cara tutup bku")),
)


@pytest.fixture
def ranker(encoder_folder: Path, lexicon_folder: Path) -> Ranker:
    encoder, lexicon = TrainedEncoder.load(encoder_folder), load_lexicon(lexicon_folder)
    outside = ("kereta jam berapa", "bku kapal laut")
    return Ranker(make_index(DOCUMENTS, outside=outside, encoder=encoder, lexicon=lexicon, fusion=Fusion()))


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


def test_the_question_that_nobody_answers_is_declined(ranker: Ranker) -> None:
    assert ranker.rank("bku kapal laut").decision is Decision.ABSTAIN


@pytest.mark.parametrize("asked", ["pagi", "sama saja", "cara tutup", ""])
def test_one_word_what_stands_with_two_and_a_part_say_nothing(ranker: Ranker, asked: str) -> None:
    assert Verbatim.of(ranker.index.units)(asked) is None
