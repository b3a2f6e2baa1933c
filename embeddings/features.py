"""What the project's own encoder sees of a text: its words, hashed character n-grams, hashed pairs of words.

The hashed n-grams are those of fastText (Bojanowski et al. 2017, arXiv 1607.04606): they carry a misspelt word near the
right one. Numpy only, so that a serving process needs no torch.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.remembering import remembered
from embeddings.text import fold_phrase


@dataclass(frozen=True)
class FeatureSettings:
    """Sizes of the feature space: n-grams of `shortest` to `longest` characters share `buckets` with word pairs."""

    buckets: int = 32_768
    shortest: int = 3
    longest: int = 5
    pair_weight: float = 0.5

    def as_dict(self) -> dict[str, int | float]:
        """The fields by name, as they stand in an encoder's configuration."""
        return asdict(self)


class Features(NamedTuple):
    """Feature numbers (int64) with their weights (float32): one entry for each occurrence."""

    ids: NDArray[np.int64]
    weights: NDArray[np.float32]


class FeatureHasher:
    """Maps texts to features: rows 0 .. len(vocabulary) - 1 are words, the buckets follow."""

    def __init__(self, vocabulary: Sequence[str], settings: FeatureSettings) -> None:
        self.vocabulary = tuple(vocabulary)
        self.settings = settings
        self._rows = {word: row for row, word in enumerate(self.vocabulary)}
        self._word = remembered(self._word_features, 65_536)

    @property
    def size(self) -> int:
        """The number of rows of an embedding table for these features."""
        return len(self.vocabulary) + self.settings.buckets

    def __call__(self, text: str) -> Features:
        """The features of one text; a text without any word has none."""
        words = fold_phrase(text)
        found = [self._word(w) for w in words]
        if len(words) > 1:
            found.append(self._pairs(words))
        if not found:
            return Features(np.empty(0, np.int64), np.empty(0, np.float32))
        return Features(np.concatenate([f.ids for f in found]), np.concatenate([f.weights for f in found]))

    def piece(self, piece: str) -> Features:
        """The features of one word, or of a pair of words with a space between them."""
        return self._pairs(piece.split(" ")) if " " in piece else self._word(piece)

    def _word_features(self, word: str) -> Features:
        """A word's own row weighs as much as all its n-grams together."""
        grams = [self._bucket(g) for g in ngrams(word, self.settings.shortest, self.settings.longest)]
        known = [self._rows[word]] if word in self._rows else []
        weights = [1.0] * len(known) + [1 / len(grams)] * len(grams)
        return Features(np.array(known + grams, np.int64), np.array(weights, np.float32))

    def _pairs(self, words: Sequence[str]) -> Features:
        ids = [self._bucket(f"{a} {b}") for a, b in pairwise(words)]
        return Features(np.array(ids, np.int64), np.full(len(ids), self.settings.pair_weight, np.float32))

    def _bucket(self, piece: str) -> int:
        return len(self.vocabulary) + zlib.crc32(piece.encode()) % self.settings.buckets


def ngrams(word: str, shortest: int, longest: int) -> list[str]:
    """Character n-grams of a word with its boundaries; a word shorter than all of them is its own.

    >>> ngrams("bku", 3, 4)
    ['<bk', 'bku', 'ku>', '<bku', 'bku>']
    """
    marked = f"<{word}>"
    grams = [marked[i : i + n] for n in range(shortest, longest + 1) for i in range(len(marked) - n + 1)]
    return grams or [marked]


def packed(found: Iterable[Features]) -> tuple[Features, NDArray[np.int64]]:
    """Many texts' features end to end, and the offset at which each text begins (as torch's EmbeddingBag wants)."""
    rows = list(found)
    offsets = np.cumsum([0, *(len(r.ids) for r in rows)])[:-1].astype(np.int64)
    ids = np.concatenate([r.ids for r in rows]) if rows else np.empty(0, np.int64)
    weights = np.concatenate([r.weights for r in rows]) if rows else np.empty(0, np.float32)
    return Features(ids, weights), offsets
