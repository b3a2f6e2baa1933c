"""Index and ranker together: right articles, atomic generations, any text answered."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings import (
    ArticleCollection,
    Decision,
    Document,
    IndexMismatch,
    IndexMissing,
    Ranker,
    build_index,
    index_is_current,
    load_lexicon,
    source_hash,
)
from embeddings.encoder import WEIGHTS, TrainedEncoder
from embeddings.fusion import Fusion
from embeddings.index import make_index
from embeddings.storage import CURRENT, generation
from embeddings.text import LONGEST_QUESTION


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("min bku ga bs ditutup", 1),
        ("cara nutup bku", 2),
        ("lupa pasword arkas", 4),
        ("kode aktivsi ditolak", 5),
        ("email tdk terdaftar", 6),
    ],
)
def test_the_right_article_comes_first(index_folder: Path, question: str, article: int) -> None:
    ranking = Ranker.open(index_folder).rank(question)
    assert ranking.articles[0].id == article
    confidences = [a.confidence for a in ranking.articles]
    assert confidences == sorted(confidences, reverse=True)
    assert 0 <= sum(confidences) <= 1.001


def test_what_was_guessed_is_told(index_folder: Path) -> None:
    ranker = Ranker.open(index_folder)
    assert ranker.rank("kode aktivsi").understood == "kode aktivasi"
    assert ranker.rank("kode aktivasi").understood == "kode aktivasi"
    assert ranker.rank("lupa sandi", limit=2).articles[2:] == ()


def test_a_follow_up_is_read_with_what_came_before(index_folder: Path) -> None:
    ranker = Ranker.open(index_folder)
    assert ranker.rank("yang maret gimana", before="mau hapus bku").articles[0].id == 3


def test_one_problem_gets_one_ranking(index_folder: Path) -> None:
    ranker = Ranker.open(index_folder)
    assert ranker.rank_each("lupa kata sandi") == (ranker.rank("lupa kata sandi"),)


@pytest.mark.parametrize(
    ("message", "articles"),
    [
        ("lupa password arkas terus mau hapus bku maret", {4, 3}),
        ("kode aktivasi ditolak sama langkah menutup bku", {5, 2}),
        ("lupa password dan sandi salah terus", {4}),  # one matter said twice
        ("hapus bku dan langkah menutup bku", None),  # of one category: asked together
    ],
)
def test_two_problems_of_one_sentence_are_ranked_apart(
    index_folder: Path, message: str, articles: set[int] | None
) -> None:
    rankings = Ranker.open(index_folder).rank_each(message)
    found = {r.articles[0].id for r in rankings}
    assert found == articles if articles else len(rankings) == 1


@pytest.mark.parametrize("text", ["", "   ", "🙏", "\x00\u202e", "；；"])
def test_nothing_said_is_abstained_from(index_folder: Path, text: str) -> None:
    ranking = Ranker.open(index_folder).rank(text)
    assert (ranking.decision, ranking.articles) == (Decision.ABSTAIN, ())


@pytest.fixture
def ranker(index_folder: Path) -> Ranker:
    return Ranker.open(index_folder)


@given(text=st.text(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_is_answered(ranker: Ranker, text: str) -> None:
    assert ranker.rank(text).question == text


HOSTILE = st.one_of(
    st.sampled_from(
        [
            "yang di dan ke ",
            "\x00\x07",
            "\u202etutup\u202c",
            "\u200f",
            "'; DROP TABLE a;--",
            "<img src=x onerror=y>",
            "🙏",
            "帮助我",
        ]
    ),
    st.sampled_from(["sklh ", "pngshn", "kmiblm", "te rcatt ", "ttp bku ", "d tolak ", "64bit ", "abu2 ", "zzzzzz "]),
    st.text(max_size=60),
    st.text(alphabet="abcdeghijklmnoprstu", min_size=20, max_size=40),
)


@given(pieces=st.lists(HOSTILE, min_size=1, max_size=12), times=st.sampled_from([1, 3, 400]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_whatever_is_mixed_is_answered_and_only_so_much_is_read(ranker: Ranker, pieces: list[str], times: int) -> None:
    text = "".join(pieces) * times
    rankings = (ranker.rank(text), *ranker.rank_each(text), ranker.rank(text, before=text))
    assert all(0 <= a.confidence <= 1 for ranking in rankings for a in ranking.articles)
    assert len(ranker.analyse(text).text) <= 2 * LONGEST_QUESTION


@pytest.mark.parametrize(
    "text", ["bku " * 25_000, "a" * 100_000, "'; DROP TABLE articles;--", "<script>", "帮助", "\u200f\u202e"]
)
def test_hostile_text_is_answered(ranker: Ranker, text: str) -> None:
    assert len(ranker.rank(text).articles) <= 10


def test_threads_share_a_ranker(ranker: Ranker) -> None:
    questions = ["tutup bku", "lupa sandi", "kode aktivasi", "hapus bku"] * 10
    alone = [ranker.rank(q) for q in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ranker.rank, questions)) == alone


def test_no_index_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="arkas index"):
        Ranker.open(tmp_path)


def test_an_index_of_other_sources_is_refused(index_folder: Path) -> None:
    with pytest.raises(IndexMismatch):
        Ranker.open(index_folder, sources="other")


@pytest.mark.parametrize("name", ["vectors.faiss", "words.units.npy", "texts.json", "encoder"])
def test_a_damaged_index_is_refused(index_folder: Path, name: str) -> None:
    path = generation(index_folder) / name
    shutil.rmtree(path) if path.is_dir() else path.write_bytes(path.read_bytes()[:10])
    with pytest.raises(IndexMismatch):
        Ranker.open(index_folder)


def test_an_index_of_another_encoder_or_format_is_refused(index_folder: Path) -> None:
    path = generation(index_folder) / "meta.json"
    meta = json.loads(path.read_text(encoding="utf-8"))
    for change in ({"encoder": "other"}, {"format": -1}):
        path.write_text(json.dumps(meta | change), encoding="utf-8")
        with pytest.raises(IndexMismatch):
            Ranker.open(index_folder)


def test_a_new_generation_takes_over_and_the_old_goes(
    index_folder: Path, collection: ArticleCollection, encoder_folder: Path, lexicon_folder: Path
) -> None:
    serving = Ranker.open(index_folder)
    before = generation(index_folder)
    build_index(collection, encoder_dir=encoder_folder, lexicon_dir=lexicon_folder, target=index_folder)
    assert generation(index_folder) != before
    assert sorted(p.name for p in index_folder.iterdir()) == sorted([CURRENT, generation(index_folder).name])
    assert serving.rank("tutup bku").articles  # the files that it holds are gone, it is not


def test_a_build_that_fails_leaves_the_old(
    index_folder: Path,
    collection: ArticleCollection,
    encoder_folder: Path,
    lexicon_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = sorted(index_folder.iterdir())

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("embeddings.storage.save_fusion", full)
    with pytest.raises(OSError, match="no space"):
        build_index(collection, encoder_dir=encoder_folder, lexicon_dir=lexicon_folder, target=index_folder)
    assert sorted(index_folder.iterdir()) == before


def test_an_index_is_current_until_a_source_changes(
    index_folder: Path, collection: ArticleCollection, encoder_folder: Path, lexicon_folder: Path
) -> None:
    def sources() -> str:
        return source_hash(collection, encoder_dir=encoder_folder, lexicon_dir=lexicon_folder)

    assert index_is_current(index_folder, sources=sources())
    (lexicon_folder / "slang.yml").write_text("nutup: menutup\n", encoding="utf-8")
    assert not index_is_current(index_folder, sources=sources())
    weights = encoder_folder / WEIGHTS
    weights.write_bytes(weights.read_bytes() + b"x")
    assert not index_is_current(index_folder, sources=sources())


def test_any_documents_can_be_ranked(encoder_folder: Path, lexicon_folder: Path) -> None:
    documents = [
        Document(id="a", text="Ibu kota Jawa Barat adalah Bandung."),
        Document(id="b", text="Candi Borobudur terletak di Magelang, Jawa Tengah."),
    ]
    index = make_index(
        documents,
        encoder=TrainedEncoder.load(encoder_folder),
        lexicon=load_lexicon(lexicon_folder),
        fusion=Fusion(),
    )
    assert Ranker(index).rank("di mana candi borobudur").articles[0].id == "b"
