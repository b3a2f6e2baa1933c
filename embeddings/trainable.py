"""The encoder while it is trained: the same sums as at rest, computed once for each distinct word of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from embeddings.encoder import Matrix
from embeddings.features import FeatureHasher

Numbers = NDArray[np.int64]
Words = tuple[str, ...]


class PieceTable:
    """Every word and pair of words met so far, with its features end to end: piece p has `starts[p]:starts[p + 1]`."""

    def __init__(self, hasher: FeatureHasher) -> None:
        self._hasher = hasher
        self._numbers: dict[str, int] = {}
        self._ids = np.empty(1 << 20, np.int64)
        self._weights = np.empty(1 << 20, np.float32)
        self._starts = [0]
        self.of_text = lru_cache(maxsize=500_000)(self._of_text)

    def _of_text(self, words: Words) -> Numbers:
        """The piece numbers of a text."""
        pieces = [*words, *(f"{a} {b}" for a, b in pairwise(words))]
        return np.array([self._number(p) for p in pieces], np.int64)

    def _number(self, piece: str) -> int:
        if piece not in self._numbers:
            self._numbers[piece] = len(self._numbers)
            self._append(piece)
        return self._numbers[piece]

    def _append(self, piece: str) -> None:
        found = self._hasher.piece(piece)
        first, last = self._starts[-1], self._starts[-1] + len(found.ids)
        if last > len(self._ids):
            self._ids = np.concatenate([self._ids, np.empty_like(self._ids)])
            self._weights = np.concatenate([self._weights, np.empty_like(self._weights)])
        self._ids[first:last], self._weights[first:last] = found.ids, found.weights
        self._starts.append(last)

    def features(self, pieces: Numbers) -> tuple[Numbers, Matrix, Numbers]:
        """Feature numbers and weights of some pieces end to end, and the offset of each."""
        starts = np.asarray(self._starts, np.int64)
        firsts, lengths = starts[pieces], starts[pieces + 1] - starts[pieces]
        offsets = np.cumsum(lengths) - lengths
        at = np.repeat(firsts - offsets, lengths) + np.arange(int(lengths.sum()))
        return self._ids[at], self._weights[at], offsets


class TrainableEncoder(nn.Module):
    """A table of feature vectors; `forward` gives unit rows, (texts, dimension).

    A batch repeats its words many times, so each word's vector is summed from its n-grams once and then used wherever
    the word stands: some eight times less work than summing every text's features.
    """

    def __init__(self, hasher: FeatureHasher, table: Matrix) -> None:
        super().__init__()
        self.hasher = hasher
        self.table = nn.Parameter(torch.from_numpy(table.copy()))
        self._pieces = PieceTable(hasher)

    def forward(self, texts: Sequence[Words]) -> Tensor:
        """Texts are given as their words; one without any has a row of zeros."""
        rows = [self._pieces.of_text(words) for words in texts]
        lengths = np.array([len(row) for row in rows])
        pieces, places = np.unique(np.concatenate(rows), return_inverse=True)
        vectors = self._bag(pieces)
        starts = torch.from_numpy(np.cumsum(lengths) - lengths)
        total = nn.functional.embedding_bag(torch.from_numpy(places), vectors, starts, mode="sum")
        return nn.functional.normalize(total, dim=-1)

    def _bag(self, pieces: Numbers) -> Tensor:
        ids, weights, offsets = map(torch.from_numpy, self._pieces.features(pieces))
        return nn.functional.embedding_bag(ids, self.table, offsets, mode="sum", per_sample_weights=weights)

    def floats(self) -> Matrix:
        """The table as it stands."""
        return np.array(self.table.detach().numpy(), np.float32)


def random_table(hasher: FeatureHasher, dimension: int, seed: int) -> Matrix:
    """Small normal figures to start from."""
    return np.random.default_rng(seed).normal(0, 0.1, (hasher.size, dimension)).astype(np.float32)
