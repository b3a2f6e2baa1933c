"""The second look: what it sees of a text, what it learns, and that it ranks, declines and is kept as learned."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import Document, load_lexicon
from embeddings.analysis import Analyzer
from embeddings.corpora import corpus_ranker
from embeddings.encoder import open_encoder
from embeddings.lexicon import Lexicon
from embeddings.passage_data import Asked, Passage, help_sections, native_passages, news_passages
from embeddings.ranking import Decision
from embeddings.reranker_training import Lesson, Pool, answered_pairs, learn_network, learn_reranker
from embeddings.reranking import FILE, INPUTS, Calibration, Learned, Network, inputs_of
from embeddings.signals import SIGNALS, SignalFinder, Weighed
from embeddings.translation import Translations, learn_translations
from embeddings.wordstream import Shape, WordStream, shape_of
from embeddings.wordvectors import WordVectors, learn_word_vectors

ROOT = Path(__file__).parents[3]
READ = Analyzer(Lexicon())
TEXTS = (
    "Marconi menemukan radio pada tahun 1895. Ia lahir di Bologna.",
    "Bologna adalah kota di Italia. Luasnya 140 kilometer persegi.",
    "Radio dijual di toko. Harganya mahal sekali hari ini.",
)
NO_VECTORS = WordVectors({}, WordVectors.of(["x"], np.ones((1, 4), np.float32)).table)
NO_TRANSLATIONS = learn_translations([])


def documents(texts: tuple[str, ...] = TEXTS) -> list[Document]:
    return [Document(id=row, text=text) for row, text in enumerate(texts)]


def finder(texts: tuple[str, ...] = TEXTS, vectors: WordVectors = NO_VECTORS) -> SignalFinder:
    return SignalFinder(WordStream.of(documents(texts), READ), READ, vectors, NO_TRANSLATIONS)


def signals_of(question: str, find: SignalFinder) -> dict[str, np.ndarray]:
    found = find(find.weigh(READ(question)), np.arange(find.stream.size))
    return dict(zip(SIGNALS, found.T, strict=True))


@pytest.mark.parametrize(
    ("typed", "first", "shape"),
    [
        ("radio", False, Shape.LOWER),
        ("Marconi", False, Shape.NAME),
        ("Marconi", True, Shape.FIRST),
        ("BKU", True, Shape.CAPITALS),
        ("1895", False, Shape.YEAR),
        ("3095", False, Shape.NUMBER),
        ("12", False, Shape.SMALL),
        ("4.2.1", False, Shape.NUMBER),
    ],
)
def test_a_word_looks_like_what_it_may_answer(typed: str, first: bool, shape: Shape) -> None:
    assert shape_of(typed, first=first) is shape


def test_a_stream_holds_words_and_sentences_of_each_document() -> None:
    stream = WordStream.of([Document(id=1, title="Penemu radio", text=TEXTS[0]), Document(id=2, text="  ")], READ)
    assert stream.size == 2
    part = stream.part(np.array([0]))
    names = list(stream.vocabulary)
    sentences = np.split(stream.words[part.at], part.sentences[1:])
    assert [" ".join(names[w] for w in sentence) for sentence in sentences] == [
        "penemu radio", "marconi menemukan radio pada tahun 1895", "ia lahir di bologna",
    ]  # fmt: skip
    assert stream.part(np.array([1])).lengths.tolist() == [1]  # an empty document is one empty word


def test_a_stream_of_chosen_documents_keeps_their_order() -> None:
    stream = WordStream.of(documents(), READ)
    part = stream.part(np.array([2, 0]))
    assert list(stream.vocabulary)[stream.words[part.at[0]]] == "radio"
    assert part.first_sentences.tolist() == [0, 2]


def test_signals_tell_what_stands_where() -> None:
    found = signals_of("Siapa yang menemukan radio?", finder())
    assert found["exact"].argmax() == 0
    assert found["sentence.root"].argmax() == 0
    assert found["bigrams"][0] > found["bigrams"][2]
    assert found["rarest"].tolist() == [1, 0, 0]
    assert found["missing"][0] < found["missing"][1]
    born = signals_of("lahir di Bologna", finder())
    assert born["best.place"][0] == pytest.approx(0.2)  # the second sentence
    assert born["first.root"][0] < born["sentence.root"][0]
    assert born["names"].tolist() == [1, 1, 0]
    assert born["head.root"][1] > 0
    dated = signals_of("radio 1895", finder())
    assert dated["numbers"][0] > 0 == dated["numbers"][1]


def test_company_stands_in_for_a_word() -> None:
    vectors = WordVectors.of(["biaya", "mahal"], np.array([[1, 0], [0.8, 0.6]], np.float32))
    far = signals_of("biaya", finder())
    near = signals_of("biaya", finder(vectors=vectors))
    assert far["soft"].tolist() == [0, 0, 0]
    assert near["soft"][2] == pytest.approx(0.8, abs=0.02)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=120), min_size=1, max_size=4))
def test_whatever_is_asked_of_whatever_text_gives_figures(question: str, texts: list[str]) -> None:
    find = finder(tuple(texts))
    analysis = READ(question)
    if analysis.content:
        found = find(find.weigh(analysis), np.arange(len(texts)))
        assert found.shape == (len(texts), len(SIGNALS))
        assert np.isfinite(found).all()


def test_words_that_stand_together_are_near() -> None:
    texts = [["raja", "wafat", "tua"], ["raja", "meninggal", "tua"], ["kucing", "makan", "ikan"]] * 5
    vectors = learn_word_vectors(texts, seed=1)
    rows = vectors.numbers(["wafat", "meninggal", "ikan", "unta"])
    likeness = vectors.likeness(rows, rows)
    assert likeness[0, 1] > 0.9
    assert likeness[0, 2] < 0.2
    assert likeness[3].max() == 0


def test_a_year_answers_when() -> None:
    pairs = [(("kapan", "lahir"), ("lahir", "#year")), (("siapa", "lahir"), ("lahir", "#name"))] * 12
    found = learn_translations(pairs)
    when = found.table[found.asked["kapan"]]
    assert when[found.said["#year"]] > 0.5 > 0.1 > when[found.said["#name"]]
    stream = WordStream.of(documents(), READ)
    evidence = found.bound(stream).evidence(stream, stream.part(np.arange(3)), ["kapan"])
    assert evidence[:, 0].argmax() == 0  # the only text with a year


def network(seed: int = 0) -> Network:
    chance = np.random.default_rng(seed)
    size, hidden = 2 * len(INPUTS), 3

    def some(*shape: int) -> np.ndarray:
        return chance.normal(0, 0.3, shape).astype(np.float32)

    return Network(some(size), np.ones(size, np.float32), some(size), some(size, hidden), some(hidden), some(hidden))


def learned(**weights: float) -> Learned:
    """Scores by the stated inputs alone; sure of an answer when the document has all of the question."""
    size = 2 * len(INPUTS)
    straight = np.zeros(size, np.float32)
    for name, weight in weights.items():
        straight[INPUTS.index(name)] = weight
    nothing = np.zeros((size, 1), np.float32)
    plain = Network(
        np.zeros(size, np.float32), np.ones(size, np.float32), straight, nothing, np.zeros(1, np.float32), nothing[0]
    )
    calibration = Calibration(sign_weights={"root": 8.0}, bias=-4.0, abstain_below=0.3, masses={0.1: 0.9})
    pairs = [(("kapan",), ("tahun", "#year"))] * 12
    return Learned(plain, NO_VECTORS, learn_translations(pairs), calibration)


def test_what_is_learned_is_kept_to_the_byte(tmp_path: Path) -> None:
    before = replace(learned(root=3.0), network=network())
    for name in ("one.npz", "other.npz"):
        before.save(tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()
    after = Learned.load(tmp_path / "one.npz")
    inputs = np.random.default_rng(1).random((4, len(INPUTS)), np.float32)
    np.testing.assert_array_equal(before.network.scores(inputs), after.network.scores(inputs))
    np.testing.assert_allclose(before.translations.table, after.translations.table, atol=1e-3)
    assert after.calibration == before.calibration
    assert after.vectors.rows == before.vectors.rows


def lesson(chance: np.random.Generator, group: int) -> Lesson:
    """The right document has more of one input."""
    inputs = (chance.random((6, len(INPUTS))) / 2).astype(np.float32)
    right = int(chance.integers(6))
    inputs[right, INPUTS.index("bigrams")] += 1
    asked = Weighed(("a",), np.zeros(1, np.int64), np.ones(1, np.float32), np.zeros(1, bool), np.zeros(1, bool))
    return Lesson(inputs, np.zeros(6, np.float32), right, asked, fresh=False, group=group)


def test_the_network_finds_what_tells_the_right_document_and_the_seed_decides() -> None:
    chance = np.random.default_rng(2)
    lessons = [lesson(chance, 0) for _ in range(1_000)]
    one, other = learn_network(lessons), learn_network(lessons)
    fresh = [lesson(chance, 0) for _ in range(100)]
    right = [int(one.scores(x.inputs).argmax()) == x.right for x in fresh]
    assert np.mean(right) > 0.9
    np.testing.assert_array_equal(one.straight, other.straight)


@pytest.fixture
def general_folder(encoder_folder: Path) -> Path:
    learned(root=30.0).save(encoder_folder / FILE)
    return encoder_folder


def test_a_collection_is_looked_at_twice(general_folder: Path, lexicon_folder: Path) -> None:
    ranker = corpus_ranker(documents(), encoder=general_folder, lexicon=load_lexicon(lexicon_folder))
    found = ranker.rank("menemukan radio")
    assert found.articles[0].id == 0
    assert found.articles[0].confidence > 0.9
    assert found.decision is Decision.ANSWER
    assert sum(a.confidence for a in found.articles) <= 1.001
    assert ranker.rank("resep nasi goreng").decision is Decision.ABSTAIN
    cases = ranker.explain("menemukan radio", 2)
    assert [c.id for c in cases] == [a.id for a in found.articles[:2]]
    assert [c.confidence for c in cases] == [a.confidence for a in found.articles[:2]]


def test_titles_and_questions_are_looked_at_too(general_folder: Path, lexicon_folder: Path) -> None:
    collection = [
        Document(id="a", title="Cara mengganti foto", text="Buka menu profil lalu simpan."),
        Document(id="b", text="Tekan tombol.", questions=("bagaimana mengunduh faktur",)),
        Document(id="c", title="Menghapus akun", text="Hubungi petugas lewat formulir."),
    ]
    ranker = corpus_ranker(collection, encoder=general_folder, lexicon=load_lexicon(lexicon_folder))
    for question, right in (("mengganti foto", "a"), ("mengunduh faktur", "b"), ("hapus akun", "c")):
        assert ranker.rank(question).articles[0].id == right


@pytest.mark.parametrize("text", ["", " \n", "🙂", "?!", "a" * 5_000, "مرحبا", "1998", "'; drop table --"])
def test_bad_input_is_ranked_or_declined(text: str, general_folder: Path, lexicon_folder: Path) -> None:
    ranker = corpus_ranker(documents(), encoder=general_folder, lexicon=load_lexicon(lexicon_folder))
    assert ranker.rank(text).decision in Decision


def squad(*entries: tuple[str, str, str]) -> str:
    def entry(context: str, question: str, answer: str) -> dict[str, object]:
        answers = [{"text": answer, "answer_start": 0}] if answer else []
        return {"context": context, "qas": [{"question": question, "answers": answers, "is_impossible": not answer}]}

    return json.dumps([entry(*e) for e in entries])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Public data in miniature."""
    for folder in ("idk_mrc", "baseline/tydiqa"):
        path = tmp_path / "rifkiaputri__IDK-MRC/dataset" / folder
        path.mkdir(parents=True)
        (path / "train.json").write_text(squad(("Teks satu.", "apa satu?", "satu"), ("Teks satu.", "siapa?", "")))
        (path / "valid.json").write_text(squad(("Teks dua.", "apa dua?", "dua")))
    facqa = tmp_path / "IndoNLP__indonlu/dataset/facqa_qa-factoid-itb"
    facqa.mkdir(parents=True)
    for name, passages in (("train", ["a", "b"]), ("valid", ["b", "c"]), ("test", ["d", "a"])):
        rows = "".join(f"\"['apa', '?']\",\"['{p}', '.']\",x\n" for p in passages)
        (facqa / f"{name}_preprocess.csv").write_text("question,passage,seq_label\n" + rows)
    pages = tmp_path / "BlankOn__wiki"
    pages.mkdir()
    (pages / "a.md").write_text(
        "# Panduan\n\n## Memasang sistem operasi\n\n" + "Unduh berkas lalu jalankan pemasang. " * 3
        + "\n\n## Langkah\n\n" + "Tekan tombol lanjut sampai selesai semuanya. " * 3
    )  # fmt: skip
    return tmp_path


def test_passages_keep_their_answerable_questions_and_whether_they_are_fresh(data: Path) -> None:
    found = {p.text: p for p in native_passages(data)}
    assert found["Teks satu."] == Passage("Teks satu.", (Asked("apa satu?", "satu"),), fresh=False)
    assert found["Teks dua."].fresh
    assert {(p.text, p.fresh) for p in news_passages(data)} == {
        ("b .", False),
        ("c .", True),
    }  # a and d are of the test


def test_headings_that_say_enough_ask_for_their_sections(data: Path) -> None:
    asked = [a.question for p in help_sections(data / "BlankOn__wiki") for a in p.asked]
    assert asked == ["Panduan Memasang sistem operasi"]


def pools() -> list[list[Passage]]:
    """Three small pools in which a question's passage is told by its words."""
    topics = ("kucing", "anjing", "sapi", "kuda", "ayam", "bebek", "ikan", "burung")
    return [
        [
            Passage(f"Hewan {t} nomor {n}. Makanan {t} dijual {n} kali.", (Asked(f"makanan {t}", str(n)),))
            for t in topics
        ]
        for n in (11, 12, 13)
    ]


def test_the_whole_recipe_learns_without_what_is_kept_out(
    monkeypatch: pytest.MonkeyPatch, encoder_folder: Path, lexicon_folder: Path, tmp_path: Path
) -> None:
    asked_for: list[frozenset[str]] = []

    def some(_: Path, without: frozenset[str], __: int) -> list[list[Passage]]:
        asked_for.append(without)
        return pools()

    monkeypatch.setattr("embeddings.reranker_training.passage_pools", some)
    monkeypatch.setattr("embeddings.reranker_training.plain_texts", lambda _, raw: [p.text for q in raw for p in q])
    encoder, lexicon = open_encoder(encoder_folder), load_lexicon(lexicon_folder)
    without = frozenset({"Teks"})
    found = learn_reranker(tmp_path, encoder=encoder, lexicon=lexicon, without=without, progress=lambda _: None)
    assert asked_for == [without]
    assert found.calibration.sharpness > 0
    assert found.calibration.dense == 0  # nothing that the encoder has not seen, so nothing to weigh it by
    assert 0 < found.calibration.abstain_below < 1
    assert np.isfinite(found.network.straight).all()


def test_an_answer_is_looked_for_in_its_own_sentence(encoder_folder: Path) -> None:
    passages = [Passage("Radio itu tua sekali. Ia lahir tahun 1895 di Bologna.", (Asked("kapan lahir", "1895"),))]
    rows = documents((passages[0].text,))
    stream = WordStream.of(rows, READ)
    from embeddings.fusion import Fusion
    from embeddings.index import make_index

    index = make_index(rows, encoder=open_encoder(encoder_folder), lexicon=Lexicon(), fusion=Fusion())
    ((question, answer),) = answered_pairs(Pool(passages, index, stream, 0))
    assert question == ("kapan", "lahir")
    assert "#year" in answer
    assert "radio" not in answer


def test_inputs_hold_the_first_look_and_the_second() -> None:
    from embeddings.fusion import COLUMNS, Evidence

    evidence = np.zeros((3, len(COLUMNS)), np.float32)
    evidence[1, COLUMNS.index(Evidence.WORD_TITLE)] = 0.7
    find = finder()
    inputs = inputs_of(find, find.weigh(READ("radio")), np.arange(3), evidence)
    assert inputs.shape == (3, len(INPUTS))
    assert inputs[:, INPUTS.index("word")].tolist() == pytest.approx([0, 0.7, 0])
    assert torch.from_numpy(inputs).isfinite().all()


def test_nothing_known_translates_nothing() -> None:
    assert isinstance(NO_TRANSLATIONS, Translations)
    stream = WordStream.of(documents(), READ)
    found = NO_TRANSLATIONS.bound(stream).evidence(stream, stream.part(np.arange(3)), ["kapan"])
    assert not found.any()
