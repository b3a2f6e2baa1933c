"""The best units of each document, looked at side by side or span by span."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.documents import Field, Units
from embeddings.evidence import NEIGHBOURS, Fields
from embeddings.fusion import COLUMNS, Evidence, Matrix

EVEN = (3, 1, 4, 2, 3)
LOPSIDED = (1, 1, 60, 1, 2)  # side by side, this would be mostly repetition


def fields_of(lengths: tuple[int, ...]) -> tuple[Fields, np.ndarray]:
    """A field of questions with so many units a document; every second document has no title."""
    titles = np.arange(0, len(lengths), 2)
    questions = np.repeat(np.arange(len(lengths)), lengths)
    kinds = np.array([Field.TITLE] * len(titles) + [Field.QUESTION] * len(questions), np.int8)
    documents = np.concatenate([titles, questions]).astype(np.int32)
    units = Units(tuple(map(str, range(len(kinds)))), kinds, documents)
    return Fields.of(units, len(lengths)), units.documents


@pytest.mark.parametrize("lengths", [EVEN, LOPSIDED, (1, 1, 1)])
def test_each_document_has_its_best_questions_and_the_mean_of_its_best_three(lengths: tuple[int, ...]) -> None:
    fields, documents = fields_of(lengths)
    scores: Matrix = (np.random.default_rng(1).integers(0, 5, len(documents)) / 5).astype(np.float32)  # some are equal
    found = fields.evidence(dict.fromkeys(("word", "gram", "dense"), scores))
    first = len(documents) - sum(lengths)
    for row in range(len(lengths)):
        own = scores[first:][documents[first:] == row]
        best = sorted(set(own.tolist()), reverse=True)[:NEIGHBOURS]
        assert found[row, COLUMNS.index(Evidence.GRAM_QUESTION)] == own.max()
        assert found[row, COLUMNS.index(Evidence.GRAM_QUESTIONS)] == pytest.approx(sum(best) / NEIGHBOURS)


def test_a_document_without_a_field_has_nothing_of_it() -> None:
    fields, documents = fields_of(EVEN)
    scores = np.ones(len(documents), np.float32)
    found = fields.evidence(dict.fromkeys(("word", "gram", "dense"), scores))
    assert found[:, COLUMNS.index(Evidence.DENSE_TITLE)].tolist() == [1, 0, 1, 0, 1]
    assert not found[:, COLUMNS.index(Evidence.DENSE_BODY)].any()


def test_a_lopsided_field_is_not_laid_out_side_by_side() -> None:
    even, lopsided = (fields_of(lengths)[0].rows[Field.QUESTION] for lengths in (EVEN, LOPSIDED))
    assert even.side_by_side is not None
    assert lopsided.side_by_side is None
