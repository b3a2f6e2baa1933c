"""Verdicts correct the weights when they agree, and leave them alone when they teach nothing."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.adapting import CANDIDATES, FEWEST, Lesson, adapted, candidates_of
from embeddings.fusion import COLUMNS, Evidence, Fusion, Matrix, Message

BODY, TITLE = COLUMNS.index(Evidence.WORD_BODY), COLUMNS.index(Evidence.WORD_TITLE)
PLAIN = Fusion(weights={Evidence.WORD_TITLE: 2.0, Evidence.WORD_BODY: 1.0})


def lessons(count: int, right: int, wrong: int, *, decided: bool = True) -> list[Lesson]:
    """The right document has one piece of evidence, a wrong one the other; the rest is noise."""
    chance = np.random.default_rng(1)
    found = []
    for number in range(count):
        evidence = chance.normal(0, 0.05, (4, len(COLUMNS))).astype(np.float32)
        evidence[0, right] += 1
        evidence[1, wrong] += 1
        found.append(Lesson(evidence, number % 5, decided))
    return found


def first(fusion: Fusion, lesson: Lesson) -> int:
    return int(fusion.confidences(lesson.evidence, Message()).argmax())


def test_verdicts_that_agree_change_what_comes_first() -> None:
    given = lessons(60, BODY, TITLE)
    taught = adapted(PLAIN, given)
    assert [first(PLAIN, x) for x in given].count(0) == 0
    assert [first(taught, x) for x in given].count(0) > 50
    assert taught.weights == PLAIN.weights


def test_whether_anything_answers_is_judged_as_before() -> None:
    given = lessons(60, BODY, TITLE)
    taught = adapted(PLAIN, given)
    sums = [float(f.confidences(given[0].evidence, Message()).sum()) for f in (PLAIN, taught)]
    assert sums[0] == pytest.approx(sums[1])


def test_few_verdicts_teach_nothing_beyond_their_questions() -> None:
    assert adapted(PLAIN, lessons(FEWEST - 1, BODY, TITLE)).nudges == {}


def test_verdicts_without_rhyme_or_reason_change_next_to_nothing() -> None:
    chance = np.random.default_rng(2)
    noise = [Lesson(chance.normal(0, 1, (4, len(COLUMNS))).astype(np.float32), n % 5, decided=True) for n in range(60)]
    assert max(map(abs, adapted(Fusion(weights={}), noise).nudges.values()), default=0.0) < 0.3


def test_anchors_hold_the_weights() -> None:
    given, anchors = lessons(60, BODY, TITLE), lessons(200, TITLE, BODY, decided=False)
    free, held = adapted(PLAIN, given), adapted(PLAIN, [*given, *anchors])
    assert held.nudges[Evidence.WORD_TITLE] > free.nudges[Evidence.WORD_TITLE]


def test_a_lesson_keeps_the_right_document_first_and_the_likeliest_others() -> None:
    evidence: Matrix = np.zeros((200, len(COLUMNS)), np.float32)
    evidence[:, TITLE] = np.arange(200)
    kept = candidates_of(evidence, 3, PLAIN)
    assert kept.shape == (CANDIDATES, len(COLUMNS))
    assert kept[0, TITLE] == 3
    assert kept[1:, TITLE].min() == 200 - (CANDIDATES - 1)
