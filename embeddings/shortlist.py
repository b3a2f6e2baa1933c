"""Evidence where there are very many texts: cheap estimates for all, the whole evidence for the likeliest documents.

What is left out at first: all but the rarest words and n-grams, and the lesser axes of the vectors. The documents that
the estimates put first then get the same evidence as `evidence.py` gives; the estimates of the others only tell how
much probability they share. Held against looking at all of 20,000 made-up articles, with 40 questions, half of them
misspelt: the same first three articles for each, 98 to 99 % of the first ten, confidences 0.01 apart in the mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.analysis import Analysis
from embeddings.bm25 import Begun
from embeddings.documents import Field
from embeddings.encoder import Matrix
from embeddings.evidence import WHOLE, FieldRows, Fields, message_of, whole_shares
from embeddings.fusion import COLUMNS, Evidence, Message
from embeddings.index import Index, grams_of, text_for

MANY: Final = 30_000  # units: below, looking at all takes less than choosing
CHOSEN: Final = 120  # documents; ten are shown
RAREST: Final = 20  # words and n-grams that candidates are chosen by
AXES: Final = 32  # of the vectors, those in which they differ most
SAMPLE: Final = 10_000  # vectors that the axes are found by

SIGNALS: Final = ("word", "gram", "dense")

Places = NDArray[np.int64]


class Shortlisted(NamedTuple):
    """The documents that were looked at: rows, (rows, columns) evidence; the probability that is left to the others."""

    rows: Places
    evidence: Matrix
    message: Message
    left: float


@dataclass(frozen=True)
class _Question:
    """A question's begun searches: what its full scores are shares of, and its vector."""

    words: Begun
    grams: Begun
    word_weight: float
    gram_weight: float
    vector: Matrix


class Shortlist:
    """Finds evidence for the likeliest documents of one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._vectors = index.matrix()
        self._turn = _axes(self._vectors)
        self._heads = np.ascontiguousarray(self._vectors @ self._turn)
        self._fields = Fields.of(index.units, len(index.documents))
        weights = dict(zip(COLUMNS, index.fusion.ranking_weights, strict=True))
        self._whole = weights[Evidence.WORD_WHOLE]
        self._weights = {field: [_weight(weights, s, names) for s in SIGNALS] for field, names in _NAMES_OF.items()}

    def __call__(self, analysis: Analysis) -> Shortlisted:
        """The evidence of the likeliest documents, as the whole index would show it."""
        asked = self._begun(analysis)
        wholes = whole_shares(self._index, analysis)
        estimates = self._estimates(asked) + wholes * self._whole
        rows = np.sort(np.argpartition(-estimates, min(CHOSEN, len(estimates)) - 1)[:CHOSEN])
        places, fields = self._compact(rows)
        scores = self._scores(asked, places)
        evidence = fields.evidence(scores)
        evidence[:, WHOLE] = wholes[rows]
        left = _share(np.delete(estimates, rows), evidence @ self._index.fusion.ranking_weights)
        return Shortlisted(rows, evidence, message_of(self._index, analysis, fields.outside(scores)), left)

    def _begun(self, analysis: Analysis) -> _Question:
        index, grams = self._index, grams_of(analysis.content)
        return _Question(
            index.words.begin(analysis.terms, RAREST),
            index.grams.begin(grams, RAREST),
            max(index.words.weights(analysis.terms), 1e-6),
            max(index.grams.weights(grams), 1e-6),
            index.encoder.queries([text_for(index.encoder, analysis)])[0],
        )

    def _estimates(self, asked: _Question) -> Matrix:
        """(documents,): about what `Fusion` would score, each field by its best unit."""
        dense = self._heads @ (asked.vector @ self._turn)
        found = np.zeros(self._fields.size, np.float32)
        for field, (word, gram, near) in self._weights.items():
            rows = self._fields.rows[field]
            at = slice(rows.first, rows.last)
            units = asked.words.scores[at] * np.float32(word / asked.word_weight)
            units += asked.grams.scores[at] * np.float32(gram / asked.gram_weight)
            units += dense[at] * near
            found += self._fields.largest(units, rows)
        return found

    def _compact(self, documents: Places) -> tuple[Places, Fields]:
        """The units of some documents, and the fields of these units by themselves."""
        places: list[Places] = []
        fields, first = {}, 0
        for field, rows in self._fields.rows.items():
            found, own = _of_documents(rows, documents, whole=field == Field.OUTSIDE)
            fields[field] = FieldRows(first, first + len(found), own.starts, own.documents)
            places.append(found)
            first += len(found)
        return np.concatenate(places), Fields(fields, len(documents))

    def _scores(self, asked: _Question, places: Places) -> dict[str, Matrix]:
        index = self._index
        return {
            "word": index.words.finish(asked.words, places) / np.float32(asked.word_weight),
            "gram": index.grams.finish(asked.grams, places) / np.float32(asked.gram_weight),
            "dense": self._vectors[places] @ asked.vector,
        }


_NAMES_OF: Final = {
    Field.TITLE: ("title",),
    Field.QUESTION: ("question", "questions"),
    Field.BODY: ("body",),
    Field.ALIAS: ("alias",),
    Field.CONTEXT: ("context",),
}


def _weight(weights: Mapping[Evidence, np.float32], signal: str, names: Sequence[str]) -> np.float32:
    """What a field counts for by one signal in all its columns."""
    return np.float32(sum(weights[c] for name in names for c in COLUMNS if c == f"{signal}.{name}"))


def _share(ours: Matrix, theirs: Matrix) -> float:
    """What of the softmax over both falls on the first."""
    powers = np.exp(np.concatenate([ours, theirs]) - max(ours.max(initial=-np.inf), theirs.max()))
    return float(powers[: len(ours)].sum() / powers.sum())


def _axes(vectors: Matrix) -> Matrix:
    """(dimension, AXES): the axes along which the vectors differ most (principal components)."""
    sample = vectors[:: max(1, len(vectors) // SAMPLE)]
    _, axes = np.linalg.eigh(sample.T @ sample)
    found: Matrix = np.ascontiguousarray(axes[:, ::-1][:, :AXES], np.float32)
    return found


def _of_documents(rows: FieldRows, documents: Places, *, whole: bool) -> tuple[Places, FieldRows]:
    """The places of some documents' units of a field, one document after the other; or of all of them."""
    if whole or not len(rows.documents):
        return np.arange(rows.first, rows.last), FieldRows(0, 0, rows.starts[:0], rows.documents[:0])
    at = np.searchsorted(rows.documents, documents)
    has = (at < len(rows.documents)) & (rows.documents[np.minimum(at, len(rows.documents) - 1)] == documents)
    firsts = rows.starts[at[has]]
    lengths = np.append(rows.starts, rows.last - rows.first)[at[has] + 1] - firsts
    starts = np.cumsum(lengths) - lengths
    places = np.repeat(firsts - starts, lengths) + np.arange(int(lengths.sum())) + rows.first
    return places, FieldRows(0, 0, starts, np.flatnonzero(has).astype(np.int32))
