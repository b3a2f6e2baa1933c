"""BM25 over any tokens, exact, in numpy: one addition for each posting of the question's tokens.

Where there are many units, the tokens that stand in many of them are also held as one byte for each unit, so that a
search may begin with the tokens that tell most and look up the others for its candidates alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress, count, islice, pairwise
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

K1: Final = 1.2
B: Final = 0.6  # titles and questions differ in length for no reason of matter: a little less than the usual 0.75

MOST_COUNTED: Final = 65_535  # what a count's two bytes hold
AT_ONCE: Final = 2_048  # units whose tokens are counted together: keeps what is counted with in the cache
FREQUENT: Final = 0.1  # of the units; from here a byte for each of them is smaller than ten for each posting
LEVELS: Final = 255

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Postings:
    """Which unit holds which token how often: three columns of one row for each pair."""

    tokens: NDArray[np.int32]
    units: NDArray[np.int32]
    counts: NDArray[np.int32]


@dataclass(frozen=True)
class Frequent:
    """Tokens of many units: row `places[t]` of `levels` (tokens, units) times `step` is what token t's impacts are.

    Rounded: the largest impact of all is 255 steps, so no score is off by more than 0.2 % of that for each token.
    """

    places: Mapping[int, int]
    levels: NDArray[np.uint8]
    step: float


class Begun(NamedTuple):
    """The scores of all units by the tokens that tell most, and the rows of the tokens that were left out."""

    scores: Scores
    left: tuple[int, ...]


class Asked(NamedTuple):
    """A question's different tokens: the rows of those that are known, and how many are not."""

    rows: list[int]
    unknown: int


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
    frequent: Frequent | None = None

    @classmethod
    def build(cls, texts: Iterable[Sequence[str]], *, k1: float = K1, b: float = B) -> Self:
        """Index one sequence of tokens for each unit, in order."""
        rows: dict[str, int] = {}
        numbers = count()
        found = _postings_of(((number, tokens) for tokens, number in zip(texts, numbers, strict=False)), rows)
        return cls._packed(rows, found, next(numbers), k1=k1, b=b)

    def renewed(self, sources: NDArray[np.int64], fresh: Mapping[int, Sequence[str]]) -> Self:
        """The index of other units, of which most are here: unit u was `sources[u]`, or has the tokens `fresh[u]`.

        It scores as one that was built anew does. `sources` is -1 where there is no old unit, and names none twice.
        """
        rows = dict(self.rows)
        place = np.full(self.size, -1, np.int32)
        place[sources[sources >= 0]] = np.flatnonzero(sources >= 0)
        kept = place[self.units] >= 0
        tokens = np.repeat(np.arange(len(self.rows), dtype=np.int32), np.diff(self.starts))
        more = _postings_of(fresh.items(), rows)
        postings = Postings(
            np.concatenate([tokens[kept], more.tokens]),
            np.concatenate([place[self.units[kept]], more.units]),
            np.concatenate([self.counts[kept].astype(np.int32), more.counts]),
        )
        return self._packed(rows, postings, len(sources), k1=self.k1, b=self.b)

    @classmethod
    def _packed(cls, rows: Mapping[str, int], found: Postings, size: int, *, k1: float, b: float) -> Self:
        lengths = np.bincount(found.units, weights=found.counts, minlength=max(size, 1))
        norms = (k1 * (1 - b + b * lengths / max(float(lengths.mean()), 1.0))).astype(np.float32)
        frequencies = np.bincount(found.tokens, minlength=len(rows))
        held = frequencies > 0  # a token whose last unit went is unknown again
        names = {t: n for n, t in enumerate(compress(rows, held.tolist()))}
        order = np.argsort(found.tokens, kind="stable")
        units, frequencies = found.units[order], frequencies[held]
        counts = np.minimum(found.counts[order], MOST_COUNTED).astype(np.uint16)
        idf = np.log1p((size - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)
        impacts = np.repeat(idf * np.float32(k1 + 1), frequencies) * (counts / (counts + norms[units]))
        starts = np.concatenate([[0], np.cumsum(frequencies)]).astype(np.int64)
        return cls(names, starts, units, counts, impacts.astype(np.float32), idf, size, k1, b)

    def with_frequent(self) -> Self:
        """The same with the bytes of frequent tokens, for `begin` and `finish`."""
        rows = np.flatnonzero(np.diff(self.starts) > FREQUENT * self.size).tolist()
        spans = [slice(self.starts[r], self.starts[r + 1]) for r in rows]
        step = max((float(self.impacts[s].max()) for s in spans), default=1.0) / LEVELS
        levels = np.zeros((len(rows), self.size), np.uint8)
        for row, span in zip(levels, spans, strict=True):
            row[self.units[span]] = np.rint(self.impacts[span] / step)
        return replace(self, frequent=Frequent({r: at for at, r in enumerate(rows)}, levels, step))

    def begin(self, tokens: Sequence[str], most: int) -> Begun:
        """The scores of all units by the `most` rarest of the tokens alone: what candidates are chosen by."""
        found = dict.fromkeys(self.rows[t] for t in tokens if t in self.rows)
        rarest = sorted(found, key=lambda row: -self.idf[row])
        scores, levels = np.zeros(self.size, np.float32), np.zeros(self.size, np.uint16)
        for row in rarest[:most]:
            self._add(row, scores, levels)
        if self.frequent:
            scores += levels * np.float32(self.frequent.step)
        return Begun(scores, tuple(rarest[most:]))

    def _add(self, row: int, scores: Scores, levels: NDArray[np.uint16]) -> None:
        if self.frequent and row in self.frequent.places:
            levels += self.frequent.levels[self.frequent.places[row]]
        else:
            span = self._spans[row]
            scores[self.units[span]] += self.impacts[span]

    def finish(self, begun: Begun, units: NDArray[np.int64]) -> Scores:
        """(units,): the whole scores of some different units, with the tokens that were left out."""
        found, levels = begun.scores[units], np.zeros(len(units), np.uint32)
        wanted, places = np.zeros(self.size, np.bool_), np.empty(self.size, np.int32)
        wanted[units], places[units] = True, np.arange(len(units))
        for row in begun.left:
            if self.frequent and row in self.frequent.places:
                levels += self.frequent.levels[self.frequent.places[row]][units]
            else:
                span = self._spans[row]
                having = self.units[span]
                chosen = np.flatnonzero(wanted.take(having))
                found[places.take(having.take(chosen))] += self.impacts[span].take(chosen)
        return found + levels * np.float32(self.frequent.step) if self.frequent else found

    def scores(self, tokens: Sequence[str]) -> Scores:
        """(units,): the BM25 score of every unit, each token of the question counted once."""
        return self.scores_of(self.asked(tokens))

    def asked(self, tokens: Iterable[str]) -> Asked:
        """Look the tokens of a question up, each once."""
        distinct = dict.fromkeys(tokens)
        found = [row for row in map(self.rows.get, distinct) if row is not None]
        return Asked(found, len(distinct) - len(found))

    def scores_of(self, asked: Asked) -> Scores:
        """(units,): what `scores` gives."""
        if not asked.rows:
            return np.zeros(self.size, np.float32)
        spans = self._spans
        units, impacts = zip(*((self.units[spans[r]], self.impacts[spans[r]]) for r in asked.rows), strict=True)
        # Cast while they are put together: bincount would do it in a second pass.
        where, what = np.concatenate(units, dtype=np.intp), np.concatenate(impacts, dtype=np.float64)
        return np.bincount(where, weights=what, minlength=self.size).astype(np.float32)

    def shares_of(self, asked: Asked) -> Scores:
        """(units,): their scores as shares of the question's own weight."""
        return self.scores_of(asked) / max(self.weight_of(asked), 1e-6)

    def weight(self, token: str) -> float:
        """The idf of a token; one that no unit holds weighs as if a single unit did."""
        row = self.rows.get(token)
        return float(self.idf[row]) if row is not None else self._alone

    def weights(self, tokens: Iterable[str]) -> float:
        """The idf of a question's tokens together: what a unit that holds each of them once would about score."""
        return self.weight_of(self.asked(tokens))

    def weight_of(self, asked: Asked) -> float:
        """What `weights` gives."""
        return float(self.idf[asked.rows].sum()) + asked.unknown * self._alone

    @cached_property
    def _spans(self) -> list[slice]:
        starts = self.starts.tolist()
        return [slice(first, last) for first, last in pairwise(starts)]

    @cached_property
    def _alone(self) -> float:
        return float(np.log1p(max(self.size - 0.5, 0) / 1.5))


def _postings_of(units: Iterable[tuple[int, Sequence[str]]], rows: dict[str, int]) -> Postings:
    """The postings of units' tokens; tokens that are new get the next rows."""
    left = iter(units)
    pieces = [_counted([], rows)]
    while some := list(islice(left, AT_ONCE)):
        pieces.append(_counted(some, rows))
    return Postings(*(np.concatenate(columns) for columns in zip(*pieces, strict=True)))


def _counted(units: Sequence[tuple[int, Sequence[str]]], rows: dict[str, int]) -> tuple[NDArray[np.int32], ...]:
    """Tokens, units and counts of some units."""
    tokens = np.array([rows.setdefault(t, len(rows)) for _, found in units for t in found], np.int64)
    owners = np.repeat(np.array([u for u, _ in units], np.int64), [len(found) for _, found in units])
    keys, counts = np.unique(owners << 32 | tokens, return_counts=True)
    return (keys & 0xFFFFFFFF).astype(np.int32), (keys >> 32).astype(np.int32), counts.astype(np.int32)
