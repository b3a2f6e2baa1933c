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

MOST_COUNTED: Final = 65_535  # what a count's two bytes hold

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Postings:
    """Which unit holds which token how often: three columns of one row for each pair."""

    tokens: NDArray[np.int64]
    units: NDArray[np.int64]
    counts: NDArray[np.int64]


@dataclass(frozen=True)
class BM25:
    """Postings of all tokens end to end.

    Token t of `rows` owns `units[starts[t]:starts[t + 1]]` and, beside them, `counts` and `impacts` (its whole share of
    a unit's score, so that a search only adds). The formula is that of Robertson and Zaragoza, "The Probabilistic
    Relevance Framework" (2009), with Lucene's never negative idf.
    """

    rows: Mapping[str, int]
    starts: NDArray[np.int64]
    units: NDArray[np.int32]
    counts: NDArray[np.uint16]
    impacts: NDArray[np.float32]
    idf: NDArray[np.float32]
    size: int
    k1: float = K1
    b: float = B

    @classmethod
    def build(cls, texts: Iterable[Sequence[str]], *, k1: float = K1, b: float = B) -> Self:
        """Index one sequence of tokens for each unit, in order."""
        rows: dict[str, int] = {}
        listed = list(texts)
        return cls._packed(rows, _postings_of(enumerate(listed), rows), len(listed), k1=k1, b=b)

    def renewed(self, sources: NDArray[np.int64], fresh: Mapping[int, Sequence[str]]) -> Self:
        """The index of other units, of which most are here: unit u was `sources[u]`, or has the tokens `fresh[u]`.

        It scores as one that was built anew does. `sources` is -1 where there is no old unit, and names none twice.
        """
        rows = dict(self.rows)
        place = np.full(self.size, -1, np.int64)
        place[sources[sources >= 0]] = np.flatnonzero(sources >= 0)
        kept = place[self.units] >= 0
        tokens = np.repeat(np.arange(len(self.rows)), np.diff(self.starts))
        more = _postings_of(fresh.items(), rows)
        postings = Postings(
            np.concatenate([tokens[kept], more.tokens]),
            np.concatenate([place[self.units[kept]], more.units]),
            np.concatenate([self.counts[kept].astype(np.int64), more.counts]),
        )
        return self._packed(rows, postings, len(sources), k1=self.k1, b=self.b)

    @classmethod
    def _packed(cls, rows: Mapping[str, int], found: Postings, size: int, *, k1: float, b: float) -> Self:
        lengths = np.bincount(found.units, weights=found.counts, minlength=max(size, 1))
        norms = k1 * (1 - b + b * lengths / max(float(lengths.mean()), 1.0))
        frequencies = np.bincount(found.tokens, minlength=len(rows))
        held = frequencies > 0  # a token whose last unit went is unknown again
        names = dict(zip((t for t, h in zip(rows, held, strict=True) if h), range(len(rows)), strict=False))
        order = np.argsort(found.tokens, kind="stable")
        units, frequencies = found.units[order], frequencies[held]
        counts = np.minimum(found.counts[order], MOST_COUNTED)
        idf = np.log1p((size - frequencies + 0.5) / (frequencies + 0.5))
        impacts = np.repeat(idf, frequencies) * counts * (k1 + 1) / (counts + norms[units])
        starts = np.concatenate([[0], np.cumsum(frequencies)]).astype(np.int64)
        columns = units.astype(np.int32), counts.astype(np.uint16), impacts.astype(np.float32)
        return cls(names, starts, *columns, idf.astype(np.float32), size, k1, b)

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


def _postings_of(units: Iterable[tuple[int, Sequence[str]]], rows: dict[str, int]) -> Postings:
    """The postings of units' tokens; tokens that are new get the next rows."""
    found = [
        (rows.setdefault(token, len(rows)), unit, count)
        for unit, tokens in units
        for token, count in Counter(tokens).items()
    ]
    columns = np.array(found, np.int64).reshape(-1, 3)
    return Postings(columns[:, 0], columns[:, 1], columns[:, 2])
