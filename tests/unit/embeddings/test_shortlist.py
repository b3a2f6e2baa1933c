"""The likeliest documents of very many: the same as when all are looked at."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from embeddings import Document, Ranker, ranker, shortlist, storage
from embeddings.bm25 import BM25
from embeddings.encoder import TrainedEncoder
from embeddings.fusion import Fusion
from embeddings.index import Index, make_index
from embeddings.lexicon import load_lexicon
from embeddings.storage import read_generation, save_index

WORDS = [
    a + b + c for a in ("ba", "du", "ki", "to") for b in ("lam", "ris", "pen") for c in ("an", "u", "it", "sa", "ok")
]
DOCUMENTS = 700


def text(chance: random.Random, size: int) -> str:
    # A few words are everywhere, as in any language.
    return " ".join(WORDS[min(int(chance.expovariate(0.08)), len(WORDS) - 1)] for _ in range(size))


@pytest.fixture
def large(encoder_folder: Path, lexicon_folder: Path) -> Index:
    chance = random.Random(4)  # noqa: S311 - no secret
    documents = [
        Document(id=n, title=text(chance, 4), text=text(chance, 120), questions=(text(chance, 6),) if n % 3 else ())
        for n in range(DOCUMENTS)
    ]
    return make_index(
        documents,
        outside=[text(chance, 5)],
        encoder=TrainedEncoder.load(encoder_folder),
        lexicon=load_lexicon(lexicon_folder),
        fusion=Fusion(),
    )


def test_the_first_documents_are_those_of_the_whole_index(large: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(5)  # noqa: S311 - no secret
    questions = [text(chance, size) for size in (1, 2, 4, 8, 30) for _ in range(8)]
    whole = [Ranker(large).rank(q) for q in questions]
    monkeypatch.setattr(ranker, "MANY", 0)
    short = [Ranker(large).rank(q) for q in questions]
    same = [[a.id for a in w.articles[:3]] == [a.id for a in s.articles[:3]] for w, s in zip(whole, short, strict=True)]
    assert np.mean(same) >= 0.95
    for w, s in zip(whole, short, strict=True):
        assert s.articles[0].confidence == pytest.approx(w.articles[0].confidence, abs=0.05)


def test_a_large_index_is_read_from_the_disk_with_its_frequent_words(
    large: Index, encoder_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "MANY", 0)
    save_index(large, tmp_path / "index", encoder_folder)
    found = read_generation(storage.generation(tmp_path / "index"))
    assert found.grams.frequent is not None
    assert len(found.grams.frequent.places) > 0
    assert found.grams.scores(["<ba", "an>"]).tolist() == large.grams.scores(["<ba", "an>"]).tolist()
    monkeypatch.setattr(ranker, "MANY", 0)
    question = text(random.Random(6), 6)  # noqa: S311 - no secret
    read, made = (Ranker(index).rank(question).articles[0] for index in (found, large))
    assert read.id == made.id
    assert read.confidence == pytest.approx(made.confidence, abs=0.01)


@pytest.mark.parametrize("most", [0, 1, 3, 10])
def test_a_search_that_was_begun_ends_in_the_whole_scores(most: int) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    bm25 = BM25.build(text(chance, 20).split() for _ in range(200))
    question = text(chance, 8).split()
    places = np.array([0, 3, 50, 199])
    for index, tolerance in ((bm25, 1e-5), (bm25.with_frequent(), 0.02)):
        found = index.finish(index.begin(question, most), places)
        np.testing.assert_allclose(found, bm25.scores(question)[places], rtol=tolerance, atol=tolerance)


def test_no_more_is_begun_than_asked_for() -> None:
    bm25 = BM25.build([["rare", "often"], ["often"], ["often"]])
    begun = bm25.begin(["often", "rare", "unknown"], 1)
    assert begun.scores[1] == 0 < begun.scores[0]
    assert begun.left == (bm25.rows["often"],)


def test_fewer_documents_than_are_chosen_are_all_looked_at(large: Index) -> None:
    few = make_index(
        [Document(id=n, text=f"{WORDS[n]} {WORDS[n + 1]}") for n in range(5)],
        encoder=large.encoder,
        lexicon=large.lexicon,
        fusion=Fusion(),
    )
    found = shortlist.Shortlist(few)(few.analyzer()(WORDS[2]))
    assert found.rows.tolist() == [0, 1, 2, 3, 4]
    assert found.left == 0
