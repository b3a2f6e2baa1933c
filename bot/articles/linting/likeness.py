"""When two questions are the same in all but their writing.

Two questions are near-duplicates when either holds:

* **their letters agree:** RapidFuzz's token-sort ratio (the normalised insert-and-delete similarity of the folded
  words in alphabetical order) is at least 85. Folding takes case, accents, punctuation, stretched letters and the
  "2" of "abu2" away, so that typing variants and re-ordered words count as the same; above 85 the shipped questions
  hold only such pairs, and from 84 downwards pairs that truly ask different things begin ("SSH itu apa sih" and
  "silpa itu apa sih" have 81).
* **their meaning agrees:** the lexicon reads both as the same words - abbreviations written out, slang, dialect and
  spelling variants in their plain form, courtesies dropped, roots without affixes.

Nothing is sampled: lengths alone exclude most pairs (a ratio of 85 cannot be reached when one text is over 1.35
times as long), so sorting by length leaves a narrow band to compare.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from rapidfuzz import fuzz, process

from embeddings import Lexicon
from embeddings.analysis import Analyzer
from embeddings.text import fold_phrase, parts

CUTOFF: Final = 85.0
_ROWS_AT_ONCE: Final = 512

Signature = tuple[str, frozenset[str]]


@dataclass(frozen=True, order=True)
class Likeness:
    """Texts `first` < `second` (positions) are near-duplicates; `ratio` is 100 where their meaning agrees."""

    first: int
    second: int
    ratio: float


class KnownTexts:
    """Texts that others are compared with, one at a time.

    What `before` has read by the same lexicon is not read again: six thousand questions take more than a second.
    """

    def __init__(self, texts: Sequence[str], lexicon: Lexicon, before: KnownTexts | None = None) -> None:
        self.lexicon = lexicon
        self._read = reader(lexicon)
        known = before.signatures if before is not None and before.lexicon == lexicon else {}
        self.signatures: dict[str, Signature] = {text: known.get(text) or self._signature(text) for text in texts}
        self._surfaces = [self.signatures[text][0] for text in texts]
        self._meanings: dict[frozenset[str], list[int]] = {}
        for position, text in enumerate(texts):
            self._meanings.setdefault(self.signatures[text][1], []).append(position)

    def alike(self, text: str) -> list[int]:
        """The positions of the texts that are near-duplicates of `text` (itself too, where it is among them)."""
        letters, meaning = self.signatures.get(text) or self._signature(text)
        scores = process.cdist([letters], self._surfaces, scorer=fuzz.ratio, score_cutoff=CUTOFF, dtype=np.float32)
        same = self._meanings.get(meaning, []) if meaning else []
        return sorted({*map(int, np.flatnonzero(scores[0])), *same})

    def _signature(self, text: str) -> Signature:
        return surface(text), self._read(text)


def near_duplicates(texts: Sequence[str], lexicon: Lexicon) -> tuple[Likeness, ...]:
    """All near-duplicates among `texts`."""
    found = {(a, b): ratio for a, b, ratio in _of_same_letters([surface(t) for t in texts])}
    for pair in _of_same_meaning(texts, reader(lexicon)):
        found.setdefault(pair, 100.0)
    return tuple(sorted(Likeness(a, b, ratio) for (a, b), ratio in found.items()))


def surface(text: str) -> str:
    """The folded words in alphabetical order.

    >>> surface("Tombolnya ABU2 terusss?")
    'abu abu terus tombolnya'
    """
    return " ".join(sorted(part for word in fold_phrase(text) for part in parts(word)))


def reader(lexicon: Lexicon) -> Callable[[str], frozenset[str]]:
    """Returns what reads a text as the set of its words' plain forms."""
    analyze = Analyzer(lexicon)
    return lambda text: frozenset(analyze(text).terms)


def _of_same_letters(surfaces: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    order = sorted(range(len(surfaces)), key=lambda i: len(surfaces[i]))
    texts = [surfaces[i] for i in order]
    lengths = [len(t) for t in texts]
    for start in range(0, len(texts), _ROWS_AT_ONCE):
        rows = texts[start : start + _ROWS_AT_ONCE]
        end = bisect_right(lengths, longest_alike(len(rows[-1])))
        # `ratio` over sorted words is the token-sort ratio, without sorting them for each pair again.
        scores = process.cdist(rows, texts[start:end], scorer=fuzz.ratio, score_cutoff=CUTOFF, dtype=np.float32)
        for row, column in np.argwhere(np.triu(scores, 1) > 0):
            a, b = sorted((order[start + int(row)], order[start + int(column)]))
            yield a, b, float(scores[row, column])


def longest_alike(length: int) -> int:
    """The length above which no text can reach the cut-off: 2 * short / (short + long) is the highest ratio."""
    return int(length * (200 / CUTOFF - 1))


def _of_same_meaning(texts: Sequence[str], read: Callable[[str], frozenset[str]]) -> Iterator[tuple[int, int]]:
    groups: dict[frozenset[str], list[int]] = {}
    for position, text in enumerate(texts):
        groups.setdefault(read(text), []).append(position)
    for words, positions in groups.items():
        if words:
            yield from combinations(positions, 2)
