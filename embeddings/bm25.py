"""BM25 over any tokens, exact, in numpy: one addition for each posting of the question's tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

K1: Final = 1.2
B: Final = 0.6  # titles and questions differ in length for no reason of matter: a little less than the usual 0.75

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class BM25:
    """Postings of all tokens end to end.

    Token t of `rows` owns `units[starts[t]:starts[t + 1]]` and, beside them, `impacts` (its whole share of a unit's
    score, so that a search only adds). The formula is that of Robertson and Zaragoza, "The Probabilistic Relevance
    Framework" (2009), with Lucene's never negative idf.
    """

    rows: Mapping[str, int]
    starts: NDArray[np.int64]
    units: NDArray[np.int32]
    impacts: NDArray[np.float32]
    idf: NDArray[np.float32]
    size: int

    @classmethod
    def build(cls, texts: Iterable[Sequence[str]], *, k1: float = K1, b: float = B) -> Self:
        """Index one sequence of tokens for each unit, in order."""
        counted = [Counter(text) for text in texts]
        lengths = np.array([sum(c.values()) for c in counted] or [0], np.float32)
        norms = k1 * (1 - b + b * lengths / max(float(lengths.mean()), 1.0))
        postings: dict[str, list[tuple[int, int]]] = {}
        for unit, counts in enumerate(counted):
            for token, count in counts.items():
                postings.setdefault(token, []).append((unit, count))
        return cls._packed(postings, norms, len(counted), k1)

    @classmethod
    def _packed(cls, postings: Mapping[str, list[tuple[int, int]]], norms: Scores, size: int, k1: float) -> Self:
        frequencies = np.array([len(p) for p in postings.values()], np.int64)
        flat = np.array([entry for p in postings.values() for entry in p], np.int64).reshape(-1, 2)
        idf = np.log1p((size - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)
        counts = flat[:, 1].astype(np.float32)
        impacts = np.repeat(idf, frequencies) * counts * (k1 + 1) / (counts + norms[flat[:, 0]])
        starts = np.concatenate([[0], np.cumsum(frequencies)]).astype(np.int64)
        rows = {token: row for row, token in enumerate(postings)}
        return cls(rows, starts, flat[:, 0].astype(np.int32), impacts.astype(np.float32), idf, size)

    def scores(self, tokens: Sequence[str]) -> Scores:
        """(units,): the BM25 score of every unit, each token of the question counted once."""
        found = [self.rows[t] for t in dict.fromkeys(tokens) if t in self.rows]
        spans = [slice(self.starts[r], self.starts[r + 1]) for r in found]
        if not spans:
            return np.zeros(self.size, np.float32)
        units = np.concatenate([self.units[s] for s in spans])
        impacts = np.concatenate([self.impacts[s] for s in spans])
        return np.bincount(units, weights=impacts, minlength=self.size).astype(np.float32)

    def weight(self, token: str) -> float:
        """The idf of a token; one that no unit holds weighs as if a single unit did."""
        row = self.rows.get(token)
        return float(self.idf[row]) if row is not None else float(np.log1p(max(self.size - 0.5, 0) / 1.5))

    def weights(self, tokens: Iterable[str]) -> float:
        """The idf of a question's tokens together: what a unit that holds each of them once would about score."""
        return sum(self.weight(t) for t in dict.fromkeys(tokens))
