"""How sure to be: the sharpness that questions teach, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings import Ranker, load_articles, load_lexicon
from embeddings.calibrating import SHARPEST, best_sharpness, calibrated
from embeddings.evaluation import FALSE_ABSTENTION, LabelledQuestion, read_questions
from embeddings.fusion import COLUMNS, Fusion, Message, softmax
from embeddings.storage import open_index
from embeddings.text import fold_phrase


@pytest.mark.parametrize("true", [1.0, 1.5, 2.2])
def test_the_sharpness_that_questions_were_answered_with_is_found(true: float) -> None:
    chance = np.random.default_rng(7)
    scores = chance.normal(0, 1.5, (4_000, 12)).astype(np.float32)
    right = [int(chance.choice(12, p=shares / shares.sum())) for shares in map(softmax, scores * true)]
    assert best_sharpness(scores, right) == pytest.approx(true, rel=0.1)


def test_what_is_always_right_is_as_sharp_as_it_may_be() -> None:
    assert best_sharpness(np.eye(5, dtype=np.float32), range(5)) == pytest.approx(SHARPEST, rel=0.02)


def test_sharpness_changes_how_sure_but_neither_order_nor_sets() -> None:
    chance = np.random.default_rng(3)
    evidence = chance.uniform(0, 0.4, (20, len(COLUMNS))).astype(np.float32)
    plain, sharp = Fusion(), Fusion(sharpness=1.6)
    one, other = (fusion.confidences(evidence, Message()) for fusion in (plain, sharp))
    assert one.argsort().tolist() == other.argsort().tolist()
    assert one.max() < other.max()
    assert one.sum() == pytest.approx(other.sum(), rel=1e-4)
    falling = [np.sort(found)[::-1] for found in (one, other)]
    assert plain.enough(falling[0]) == sharp.enough(falling[1])


def test_the_bar_lies_between_what_either_sample_teaches() -> None:
    assert Fusion(abstain_below=0.64).bar == 0.64
    assert Fusion(abstain_below=0.64, asked_below=0.81).bar == pytest.approx(0.72)


def test_few_of_the_questions_that_set_the_bar_fall_below_it(index_folder: Path) -> None:
    index = open_index(index_folder)
    asked = [LabelledQuestion(id=f"{d} {n}", q=title, gold=(d,)) for d, title in index.documents for n in range(10)]
    fusion = calibrated(index, asked)
    ranker = Ranker(replace(index, fusion=replace(fusion, abstain_below=fusion.asked_below)))
    sure = [sum(a.confidence for a in ranker.rank(q.q).articles) for q in asked]
    assert np.mean(np.array(sure) < fusion.bar - 1e-3) <= FALSE_ABSTENTION
    assert min(sure) <= fusion.asked_below <= max(sure)


def test_few_questions_teach_nothing_and_unknown_articles_are_passed_over(index_folder: Path) -> None:
    index = open_index(index_folder)
    index = replace(index, fusion=replace(index.fusion, sharpness=2.0))
    asked = [LabelledQuestion(id=n, q="tutup bku", gold=(999_999,)) for n in range(500)]
    assert calibrated(index, asked).sharpness == 1.0
    number = index.documents[0][0]
    known = [LabelledQuestion(id=n, q=index.documents[0][1], gold=(number,)) for n in range(60)]
    assert 1.0 <= calibrated(index, known).sharpness <= SHARPEST


def test_the_questions_that_set_confidences_stand_nowhere_else() -> None:
    """Neither in an index, where they would be too easy, nor among those that measure."""
    data = Path(__file__).parents[3] / "data"
    asked = {fold_phrase(x.q) for x in read_questions(data / "calibration" / "asked.jsonl")}
    measured = {fold_phrase(x.q) for path in (data / "evaluation").glob("*.jsonl") for x in read_questions(path)}
    written = {fold_phrase(q) for a in load_articles(data / "articles").articles.values() for q in a.questions}
    outside = {fold_phrase(q) for q in load_lexicon(data / "lexicon").outside}
    assert len(asked) > 400
    assert not asked & (measured | written | outside)
