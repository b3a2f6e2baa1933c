"""Training: the parts agree with what serves, hold out what they say, and find what there is to learn."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import ArticleCollection, Document, load_lexicon
from embeddings.crossfit import Example, cross_fit, splits
from embeddings.documents import documents_of
from embeddings.encoder import EmbeddingTable, TrainedEncoder, load_hasher, open_encoder
from embeddings.features import FeatureHasher, FeatureSettings
from embeddings.fusion import COLUMNS, Evidence, Fusion, Message, Sign, load_fusion, save_fusion
from embeddings.general import general_pairs
from embeddings.learning import cross_validated, learn_fusion, learn_plain_fusion
from embeddings.noise import SLIPS, noisy
from embeddings.trainable import TrainableEncoder, random_table
from embeddings.training import Lesson, PairRecipe, Recipe, learn_articles, learn_pairs

TOPICS = {"cuaca": ("hujan ga besok",), "masak": ("resep nasi goreng", "cara rebus telur"), "salam": ("halo",)}


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - no secret


@given(st.lists(st.text(alphabet="abcdefgiknoprstu", min_size=1, max_size=12), min_size=1), st.integers(0, 99))
def test_noise_keeps_texts_texts(words: list[str], seed: int) -> None:
    spoilt = noisy(words, seeded(seed), rate=0.5)
    assert spoilt
    assert all(spoilt)
    assert noisy(words, seeded(seed), rate=0.0) == words


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_changes_little(slip: object) -> None:
    assert callable(slip)
    for seed in range(20):
        changed = slip("pengesahan", seeded(seed))
        assert changed[0] in "pengesahanoyrtw[]ewdkh"
        assert 5 <= len(changed) <= 11


def hasher() -> FeatureHasher:
    return FeatureHasher(["tutup", "bku", "sandi"], FeatureSettings(buckets=256))


def test_the_trainable_encoder_gives_what_the_served_one_gives() -> None:
    table = random_table(hasher(), 16, seed=1)
    texts = [("tutup", "bku"), ("lupa", "sandi", "lupa"), ("bku",)]
    trained = TrainedEncoder(hasher(), EmbeddingTable.of(table), "x").queries([" ".join(t) for t in texts])
    trainable = TrainableEncoder(hasher(), table)(texts).detach().numpy()
    np.testing.assert_allclose(trainable, trained, atol=0.02)  # int8 rows


def lessons() -> list[Lesson]:
    return [
        Lesson(("menutup", "bku"), (("tutup", "bulan"), ("gagal", "tutup")), (("buka", "menu", "tutup"),)),
        Lesson(("lupa", "sandi"), (("reset", "akun"), ("password", "hilang")), (("minta", "dinas", "reset"),)),
    ]


def test_questions_move_to_their_own_article_and_the_seed_decides() -> None:
    recipe = Recipe(epochs=12, rate=0.05, noise=0.0)

    def learned() -> TrainableEncoder:
        encoder = TrainableEncoder(hasher(), random_table(hasher(), 16, seed=1))
        learn_articles(encoder, lessons(), [("hujan",)], recipe, lambda _: None)
        return encoder

    encoder = learned()
    found = encoder([("reset", "akun"), ("menutup", "bku"), ("lupa", "sandi")]).detach().numpy()
    assert found[0] @ found[2] > found[0] @ found[1] + 0.3
    np.testing.assert_array_equal(encoder.floats(), learned().floats())


def test_pairs_move_together() -> None:
    encoder = TrainableEncoder(hasher(), random_table(hasher(), 16, seed=1))
    pairs = [(("kucing",), ("meong",)), (("anjing",), ("gukguk",)), (("sapi",), ("moo", "moo"))]
    learn_pairs(encoder, pairs, PairRecipe(epochs=30, batch=3, noise=0.0), lambda _: None)
    found = encoder([("kucing",), ("meong",), ("moo", "moo")]).detach().numpy()
    assert found[0] @ found[1] > found[0] @ found[2] + 0.3


def test_every_question_and_topic_is_held_out_once(collection: ArticleCollection) -> None:
    documents = documents_of(collection)
    found = list(splits(documents, TOPICS, folds=2))
    held = [question for split in found for question, _ in split.held]
    asked = [q for d in documents for q in d.questions] + [q for questions in TOPICS.values() for q in questions]
    assert sorted(held) == sorted(asked)
    for split in found:
        kept = {q for d in split.documents for q in d.questions} | {q for t in split.topics.values() for q in t}
        assert not kept & {question for question, _ in split.held}


def test_cross_fitted_evidence_comes_from_what_has_not_seen_the_question(
    collection: ArticleCollection, encoder_folder: Path, lexicon_folder: Path
) -> None:
    encoder = open_encoder(encoder_folder)
    examples = list(cross_fit(documents_of(collection), TOPICS, load_lexicon(lexicon_folder), lambda *_: encoder))
    assert len(examples) == 12 + 4
    own = [x.evidence[x.gold, COLUMNS.index(Evidence.WORD_QUESTION)] for x in examples if x.gold >= 0]
    assert max(own) < 0.999  # its own text would score its whole weight


def examples() -> list[Example]:
    """Three documents; the right one has more of two columns, and outside messages are like outside questions."""
    chance = np.random.default_rng(3)
    found = []
    for number in range(120):
        gold = number % 4 - 1
        evidence = chance.uniform(0, 0.3, (3, len(COLUMNS))).astype(np.float32)
        if gold >= 0:
            evidence[gold, COLUMNS.index(Evidence.WORD_QUESTION)] += 0.4
            evidence[gold, COLUMNS.index(Evidence.DENSE_TITLE)] += 0.4
        outside = {"gram": 0.2 + 0.5 * (gold < 0)}
        found.append(Example("q", evidence, Message(outside, 0.1, 5), gold, number % 5))
    return found


def test_the_fusion_finds_what_tells(tmp_path: Path) -> None:
    fusion = learn_fusion(examples())
    best = sorted(fusion.weights, key=lambda c: fusion.weights[c])[-2:]
    assert set(best) == {Evidence.WORD_QUESTION, Evidence.DENSE_TITLE}
    assert fusion.sign_weights[Sign.OUTSIDE_GRAM] < 0
    save_fusion(tmp_path / "fusion.json", fusion)
    assert load_fusion(tmp_path / "fusion.json") == fusion


def test_the_figures_are_those_of_held_out_folds() -> None:
    figures = cross_validated(examples())
    assert figures["questions"] == 90
    assert figures["hit@1"] > 0.9
    assert figures["auroc"] > 0.9


def test_a_plain_fusion_counts_passages_most() -> None:
    weights = learn_plain_fusion([x for x in examples() if x.gold >= 0]).weights
    assert weights[Evidence.WORD_TITLE] == pytest.approx(weights[Evidence.WORD_BODY] / 2)


def test_general_pairs_are_read_from_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        general_pairs(tmp_path)
    page = tmp_path / "BlankOn__wiki" / "page.md"
    page.parent.mkdir()
    body = "Halaman ini menerangkan cara memasang sistem dari awal."
    page.write_text(f"---\nx: 1\n---\n# Panduan\n\n{body}\n\n## Unduh\n\n{body} Lagi.\n", encoding="utf-8")
    assert general_pairs(tmp_path) == [("Panduan", body), ("Panduan Unduh", f"{body} Lagi.")]


def test_sentence_transformers_loads_what_serves(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    from embeddings.modules import save_sentence_transformer

    save_sentence_transformer(tmp_path, hasher(), random_table(hasher(), 16, seed=1))
    texts = ["tutup bku", "lupa sandi", "???"]
    model = SentenceTransformer(str(tmp_path), device="cpu", trust_remote_code=True)
    np.testing.assert_allclose(model.encode(texts), TrainedEncoder.load(tmp_path).queries(texts), atol=1e-5)
    assert load_hasher(tmp_path).vocabulary == hasher().vocabulary


def test_an_untrained_fusion_still_ranks() -> None:
    evidence = np.zeros((2, len(COLUMNS)), np.float32)
    evidence[1, COLUMNS.index(Evidence.GRAM_QUESTION)] = 0.9
    confidences = Fusion().confidences(evidence, Message())
    assert confidences[1] > confidences[0]
    assert Document(id=1, text="x").questions == ()
