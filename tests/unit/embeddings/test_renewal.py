"""A renewed index is the one that would have been built anew; only what changed is read and encoded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from embeddings import ArticleCollection, Document, build_index, load_articles, load_lexicon, open_served
from embeddings.bm25 import BM25
from embeddings.documents import documents_of
from embeddings.encoder import TrainedEncoder
from embeddings.fusion import Fusion
from embeddings.index import Index, make_index
from embeddings.renewal import renewed
from embeddings.storage import ENCODER, generation
from tests.unit.embeddings.conftest import article_text

QUESTIONS = ("min bku ga bs ditutup", "lupa pasword", "kode aktivsi", "cara cetak laporan", "zzz", "email")

texts = st.lists(st.lists(st.sampled_from("abcdefg"), max_size=6), max_size=8)


@given(texts, texts)
def test_renewed_postings_score_as_new_ones(before: list[list[str]], after: list[list[str]]) -> None:
    left = [(place, text) for place, text in enumerate(before)]
    origins, fresh = [], {}
    for unit, text in enumerate(after):
        place = next((p for p, t in left if t == text), -1)
        left = [(p, t) for p, t in left if p != place]
        origins.append(place)
        if place < 0:
            fresh[unit] = text
    changed = BM25.build(before).renewed(np.array(origins, np.int64), fresh)
    anew = BM25.build(after)
    assert changed.rows.keys() == anew.rows.keys()
    for question in ("abc", "g", "xa"):
        np.testing.assert_allclose(changed.scores(question), anew.scores(question), rtol=1e-5, atol=1e-6)
        assert changed.weights(question) == pytest.approx(anew.weights(question), rel=1e-5)


class Counting(TrainedEncoder):
    """The encoder, which remembers what it was given."""

    given: tuple[str, ...] = ()

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.given += tuple(texts)
        return super().passages(texts)


@pytest.fixture
def encoder(encoder_folder: Path) -> Counting:
    return Counting.load(encoder_folder)


def index_of(documents: Sequence[Document], encoder: Counting, lexicon_folder: Path) -> Index:
    return make_index(
        documents, outside=["hujan ga besok"], encoder=encoder, lexicon=load_lexicon(lexicon_folder), fusion=Fusion()
    )


@pytest.mark.parametrize("change", ["edited", "added", "removed", "reordered", "nothing"])
def test_a_renewed_index_ranks_as_one_made_anew(
    collection: ArticleCollection, encoder: Counting, lexicon_folder: Path, change: str
) -> None:
    before = documents_of(collection)
    report = Document(id=99, title="Cara cetak laporan", text="Buka menu laporan.", questions=("cetak lapooran",))
    after = {
        "edited": (before[0].model_copy(update={"text": "Isi lain tentang laporan."}), *before[1:]),
        "added": (*before, report),
        "removed": before[1:],
        "reordered": before[::-1],
        "nothing": before,
    }[change]
    old = index_of(before, encoder, lexicon_folder)
    encoder.given = ()
    changed = renewed(old, after, outside=["hujan ga besok"], fusion=Fusion())
    assert len(encoder.given) == {"edited": 1, "added": 3}.get(change, 0)
    anew = index_of(after, encoder, lexicon_folder)
    assert (changed.spelled, changed.units.texts) == (anew.spelled, anew.units.texts)
    np.testing.assert_array_equal(changed.matrix(), anew.matrix())
    for question in QUESTIONS:
        assert_alike(changed, anew, question)


def assert_alike(changed: Index, anew: Index, question: str) -> None:
    from embeddings import Ranker

    one, other = (Ranker(index).rank(question) for index in (changed, anew))
    assert (one.decision, one.understood) == (other.decision, other.understood)
    confidences = [{a.id: a.confidence for a in r.articles} for r in (one, other)]
    assert confidences[0] == pytest.approx(confidences[1], abs=1e-3)


def edit(articles_folder: Path) -> ArticleCollection:
    path = articles_folder / "akun" / "email.md"
    path.write_text(article_text(6, "Surel lama", ["surel saya hilang"], "akun"), encoding="utf-8")
    return load_articles(articles_folder)


def test_what_is_served_is_the_index_with_its_own_articles(
    articles_folder: Path, index_folder: Path, encoder_folder: Path, lexicon_folder: Path
) -> None:
    told: list[str] = []
    first = generation(index_folder)
    files = {p.name: p.stat().st_ino for p in (first / ENCODER).iterdir()}
    changed = edit(articles_folder)
    assert open_served(index_folder).collection.articles[6].title == "Kendala email tidak terdaftar"
    build_index(
        changed, encoder_dir=encoder_folder, lexicon_dir=lexicon_folder, target=index_folder, progress=told.append
    )
    served = open_served(index_folder)
    assert told[0] == "renewing the index of 6 articles"
    assert served.generation != first.name
    assert served.collection == changed
    assert served.ranker.rank("surel saya hilang").articles[0].title == "Surel lama"
    assert {p.name: p.stat().st_ino for p in (generation(index_folder) / ENCODER).iterdir()} == files  # not copied


@pytest.mark.parametrize("other", ["lexicon", "encoder", "code", "anew"])
def test_other_words_encoders_or_code_read_everything_again(
    articles_folder: Path,
    index_folder: Path,
    encoder_folder: Path,
    lexicon_folder: Path,
    other: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if other == "lexicon":
        (lexicon_folder / "slang.yml").write_text("nutup: menutup\n", encoding="utf-8")
    if other == "encoder":
        scales = np.load(encoder_folder / "scales.npy")
        np.save(encoder_folder / "scales.npy", scales[::-1])
    if other == "code":
        monkeypatch.setattr("embeddings.building.code_hash", lambda: "other")
    told: list[str] = []
    build_index(
        edit(articles_folder),
        encoder_dir=encoder_folder,
        lexicon_dir=lexicon_folder,
        target=index_folder,
        progress=told.append,
        anew=other == "anew",
    )
    assert told[0] == "reading 6 articles"
