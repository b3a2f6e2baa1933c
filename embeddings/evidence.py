"""Evidence: how well each document's fields fit a question, by words, by n-grams and by meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.analysis import Analysis
from embeddings.bm25 import Asked
from embeddings.documents import Field, Units
from embeddings.fusion import COLUMNS, Evidence, Matrix, Message
from embeddings.index import Index, grams_of, text_for

NEIGHBOURS: Final = 3  # questions of one document whose mean says how well it is covered
PADDING: Final = 4  # times a field's units that these may take side by side

WHOLE: Final = COLUMNS.index(Evidence.WORD_WHOLE)
SIGNALS: Final = ("word", "gram", "dense")
# What a field's best unit is called, and the mean of its best ones, where there is such a column.
_FIELD_NAMES: Final = {
    Field.TITLE: ("title",),
    Field.QUESTION: ("question", "questions"),
    Field.BODY: ("body",),
    Field.ALIAS: ("alias",),
    Field.CONTEXT: ("context",),
}
# For each of these: its column and its signal's row, one for each signal that has such a column.
_COLUMNS_OF: Final = {
    name: [(COLUMNS.index(Evidence(c)), at) for at, s in enumerate(SIGNALS) if (c := f"{s}.{name}") in set(COLUMNS)]
    for names in _FIELD_NAMES.values()
    for name in names
}


@dataclass(frozen=True)
class FieldRows:
    """One field's units: they are `first` to `last`, and each document's begin at `starts` (relative to `first`)."""

    first: int
    last: int
    starts: NDArray[np.int64]
    documents: NDArray[np.int32]

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """How many units each document has."""
        return np.diff(self.starts, append=self.last - self.first)

    @cached_property
    def owners(self) -> NDArray[np.int64]:
        """(units,): the place of each unit's document in `documents`."""
        return np.repeat(np.arange(len(self.starts)), self.lengths)

    @cached_property
    def side_by_side(self) -> NDArray[np.int64] | None:
        """(most units, documents): the documents' units, the last one again where a document has fewer.

        None where that would be mostly repetition. Whole rows are compared at once, which is many times as fast as
        going through one short span after the other.
        """
        most = int(self.lengths.max())
        if most * len(self.starts) > PADDING * (self.last - self.first):
            return None
        return self.starts + np.minimum(np.arange(most)[:, None], self.lengths - 1)


@dataclass(frozen=True)
class Fields:
    """Where each field's units stand among some units, and how many documents these are of."""

    rows: Mapping[Field, FieldRows]
    size: int

    @classmethod
    def of(cls, units: Units, size: int) -> Self:
        """The fields of all units."""
        return cls({field: _rows_of(units, field) for field in Field}, size)

    def evidence(self, scores: Mapping[str, Matrix]) -> Matrix:
        """(documents, len(COLUMNS)) from the (units,) scores of "word", "gram" and "dense"; nothing of whole documents.

        Zero where a document lacks the field.
        """
        found = np.zeros((len(COLUMNS), self.size), np.float32)
        stacked = np.stack([scores[signal] for signal in SIGNALS])
        for field, names in _FIELD_NAMES.items():
            rows = self.rows[field]
            if not len(rows.starts):
                continue
            units = stacked[:, rows.first : rows.last]
            figures = _best_and_mean(units, rows) if len(names) > 1 else (_best(units, rows),)
            for name, figure in zip(names, figures, strict=True):
                for column, signal in _COLUMNS_OF[name]:
                    found[column, rows.documents] = figure[signal]
        return np.ascontiguousarray(found.T)

    def outside(self, scores: Mapping[str, Matrix]) -> dict[str, float]:
        """By signal, the best score of a question that no document answers."""
        rows = self.rows[Field.OUTSIDE]
        return {kind: float(found[rows.first : rows.last].max(initial=0)) for kind, found in scores.items()}

    def largest(self, scores: Matrix, rows: FieldRows) -> Matrix:
        """(documents,): the best score of each document's units of a field, of which alone `scores` are."""
        column = np.zeros(self.size, np.float32)
        if len(rows.starts):
            column[rows.documents] = _best(scores[None], rows)[0]
        return column


def _best(units: Matrix, rows: FieldRows) -> Matrix:
    """(signals, documents with the field): the best of each document's units."""
    if len(rows.starts) == units.shape[1]:  # one each
        return units
    if rows.side_by_side is None:
        spans: Matrix = np.maximum.reduceat(units, rows.starts, axis=1)
        return spans
    best: Matrix = units.take(rows.side_by_side, axis=1).max(axis=1)
    return best


def _best_and_mean(units: Matrix, rows: FieldRows) -> tuple[Matrix, Matrix]:
    """(signals, documents with the field) twice: the best unit, and the mean of the best, each score counted once."""
    falling = tuple(islice(_falling(units, rows), NEIGHBOURS))
    total = np.zeros_like(falling[0])
    for best in falling:
        total += np.maximum(best, 0)
    return falling[0], total / np.float32(NEIGHBOURS)


def _falling(units: Matrix, rows: FieldRows) -> Iterator[Matrix]:
    """Each document's best unit, then its next best that scores otherwise, and so on; -1 where there is none."""
    if rows.side_by_side is not None:
        left = units.take(rows.side_by_side, axis=1)
        while True:
            best = left.max(axis=1)
            yield best
            np.putmask(left, left == best[:, None], -1)
    left = units.copy()
    while True:
        best = np.maximum.reduceat(left, rows.starts, axis=1)
        yield best
        np.putmask(left, left == best.take(rows.owners, axis=1), -1)


class EvidenceFinder:
    """Fills evidence matrices for one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._vectors = index.matrix()
        self._fields = Fields.of(index.units, len(index.documents))

    def __call__(self, analysis: Analysis) -> tuple[Matrix, Message]:
        """(documents, len(COLUMNS)) for one question, zero where a document lacks the field; and the message."""
        scores = dict(self.unit_scores(analysis))
        found = self._fields.evidence(scores)
        found[:, WHOLE] = whole_shares(self._index, analysis)
        return found, message_of(self._index, analysis, self._fields.outside(scores))

    def unit_scores(self, analysis: Analysis) -> Iterator[tuple[str, Matrix]]:
        """(units,) for each of "word", "gram" and "dense"; the lexical two as shares of the question's own weight."""
        index = self._index
        yield "word", index.words.shares_of(index.words.asked(analysis.terms))
        yield "gram", index.grams.shares_of(index.grams.asked(grams_of(analysis.content)))
        yield "dense", self._vectors @ index.encoder.queries([text_for(index.encoder, analysis)])[0]


def whole_shares(index: Index, analysis: Analysis) -> Matrix:
    """(documents,): the share of a question's weight that is in words which the document has anywhere."""
    return index.wholes.shares_of(index.wholes.asked(analysis.terms))


def message_of(index: Index, analysis: Analysis, outside: Mapping[str, float]) -> Message:
    """The message: `outside` as told, the share of its weight that is in words which no document has, its length."""
    asked = index.wholes.asked(analysis.terms)
    unknown = index.wholes.weight_of(Asked([], asked.unknown)) / max(index.wholes.weight_of(asked), 1e-6)
    return Message(outside, unknown, len(analysis.terms))


def _rows_of(units: Units, field: Field) -> FieldRows:
    first, last = (int(np.searchsorted(units.fields, int(field), side)) for side in ("left", "right"))
    documents, starts = np.unique(units.documents[first:last], return_index=True)
    return FieldRows(first, last, starts.astype(np.int64), documents.astype(np.int32))
