"""Evidence: how well each document's fields fit a question, by words, by n-grams and by meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.analysis import Analysis
from embeddings.documents import Field, Units
from embeddings.fusion import COLUMNS, Evidence, Matrix, Message
from embeddings.index import Index, grams_of, text_for

NEIGHBOURS: Final = 3  # questions of one document whose mean says how well it is covered

_WHOLE: Final = COLUMNS.index(Evidence.WORD_WHOLE)
_COLUMNS_OF: Final = {
    signal: [(at, c.partition(".")[2]) for at, c in enumerate(COLUMNS) if c.startswith(signal) and at != _WHOLE]
    for signal in ("word", "gram", "dense")
}
_FIELD_NAMES: Final = {"title": Field.TITLE, "question": Field.QUESTION, "body": Field.BODY, "alias": Field.ALIAS}


@dataclass(frozen=True)
class FieldRows:
    """One field's units: they are `first` to `last`, and each document's begin at `starts` (relative to `first`)."""

    first: int
    last: int
    starts: NDArray[np.int64]
    documents: NDArray[np.int32]


class EvidenceFinder:
    """Fills evidence matrices for one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._vectors = index.matrix()
        self._fields = {field: _rows_of(index.units, field) for field in Field}
        self._size = len(index.documents)

    def __call__(self, analysis: Analysis) -> tuple[Matrix, Message]:
        """(documents, len(COLUMNS)) for one question, zero where a document lacks the field; and the message."""
        found = np.zeros((self._size, len(COLUMNS)), np.float32)
        outside = {}
        for kind, scores in self.unit_scores(analysis):
            for at, name in _COLUMNS_OF[kind]:
                found[:, at] = self._of_field(scores, name)
            rows = self._fields[Field.OUTSIDE]
            outside[kind] = float(scores[rows.first : rows.last].max(initial=0))
        wholes = self._index.wholes
        found[:, _WHOLE] = wholes.scores(analysis.terms) / max(wholes.weights(analysis.terms), 1e-6)
        return found, Message(outside, self._unknown(analysis), len(analysis.terms))

    def unit_scores(self, analysis: Analysis) -> Iterator[tuple[str, Matrix]]:
        """(units,) for each of "word", "gram" and "dense"; the lexical two as shares of the question's own weight."""
        index = self._index
        grams = grams_of(analysis.content)
        yield "word", index.words.scores(analysis.terms) / max(index.words.weights(analysis.terms), 1e-6)
        yield "gram", index.grams.scores(grams) / max(index.grams.weights(grams), 1e-6)
        yield "dense", self._vectors @ index.encoder.queries([text_for(index.encoder, analysis)])[0]

    def _unknown(self, analysis: Analysis) -> float:
        """The share of a question's weight that is in words which no document has."""
        words = self._index.wholes
        missing = [t for t in analysis.terms if t not in words.rows]
        return words.weights(missing) / max(words.weights(analysis.terms), 1e-6)

    def _of_field(self, scores: Matrix, name: str) -> Matrix:
        if name == "context":
            return self._largest(scores, self._fields[Field.CONTEXT])
        if name == "questions":
            return self._mean_of_best(scores, self._fields[Field.QUESTION])
        return self._largest(scores, self._fields[_FIELD_NAMES[name]])

    def _largest(self, scores: Matrix, rows: FieldRows) -> Matrix:
        column = np.zeros(self._size, np.float32)
        if len(rows.starts):
            column[rows.documents] = np.maximum.reduceat(scores[rows.first : rows.last], rows.starts)
        return column

    def _mean_of_best(self, scores: Matrix, rows: FieldRows) -> Matrix:
        column = np.zeros(self._size, np.float32)
        if not len(rows.starts):
            return column
        left = scores[rows.first : rows.last].copy()
        for _ in range(NEIGHBOURS):
            best = np.maximum.reduceat(left, rows.starts)
            column[rows.documents] += np.maximum(best, 0) / NEIGHBOURS
            left[left == np.repeat(best, np.diff([*rows.starts, len(left)]))] = -1
        return column


def _rows_of(units: Units, field: Field) -> FieldRows:
    first, last = (int(np.searchsorted(units.fields, int(field), side)) for side in ("left", "right"))
    documents, starts = np.unique(units.documents[first:last], return_index=True)
    return FieldRows(first, last, starts.astype(np.int64), documents.astype(np.int32))
