"""The encoder while it is trained: the same sums as at rest, computed once for each distinct word of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from embeddings.encoder import Matrix
from embeddings.features import FeatureHasher, Features


class TrainableEncoder(nn.Module):
    """A table of feature vectors; `forward` gives unit rows, (texts, dimension).

    A batch repeats its words many times, so each word's vector is summed from its n-grams once and then used wherever
    the word stands: some eight times less work than summing every text's features.
    """

    def __init__(self, hasher: FeatureHasher, table: Matrix) -> None:
        super().__init__()
        self.hasher = hasher
        self.table = nn.Parameter(torch.from_numpy(table.copy()))
        self._features = lru_cache(maxsize=1_000_000)(hasher.piece)

    def forward(self, texts: Sequence[Sequence[str]]) -> Tensor:
        """Texts are given as their words."""
        pieces: dict[str, int] = {}
        rows = [[pieces.setdefault(p, len(pieces)) for p in _pieces(words)] for words in texts]
        vectors = self._bag([self._features(p) for p in pieces])
        flat = torch.tensor([r for row in rows for r in row], dtype=torch.long)
        total = nn.functional.embedding_bag(flat, vectors, _offsets([len(r) for r in rows]), mode="sum")
        return nn.functional.normalize(total, dim=-1)

    def _bag(self, found: Sequence[Features]) -> Tensor:
        ids = torch.from_numpy(np.concatenate([f.ids for f in found]))
        weights = torch.from_numpy(np.concatenate([f.weights for f in found]))
        offsets = _offsets([len(f.ids) for f in found])
        return nn.functional.embedding_bag(ids, self.table, offsets, mode="sum", per_sample_weights=weights)

    def floats(self) -> Matrix:
        """The table as it stands."""
        return np.array(self.table.detach().numpy(), np.float32)


def random_table(hasher: FeatureHasher, dimension: int, seed: int) -> Matrix:
    """Small normal figures to start from."""
    return np.random.default_rng(seed).normal(0, 0.1, (hasher.size, dimension)).astype(np.float32)


def _pieces(words: Sequence[str]) -> list[str]:
    return [*words, *(f"{a} {b}" for a, b in pairwise(words))]


def _offsets(lengths: Sequence[int]) -> Tensor:
    return torch.tensor([0, *np.cumsum(lengths)[:-1].tolist()], dtype=torch.long)
