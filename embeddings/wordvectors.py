"""Vectors of single words: which words stand in the same company, so that "wafat" is near "meninggal"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import EmbeddingTable, Matrix

DIMENSION: Final = 128
WINDOW: Final = 6  # words to each side, nearer ones counting more
LEAST: Final = 3  # times that a word must occur
MOST: Final = 40_000  # words
SMOOTHING: Final = 0.75  # of the context's frequency (Levy, Goldberg and Dagan 2015)
ROUNDS: Final = 3  # power iterations


@dataclass(frozen=True)
class WordVectors:
    """Rows of length one, as int8; a word that is not in `rows` is near none."""

    rows: dict[str, int]
    table: EmbeddingTable

    @classmethod
    def of(cls, words: Sequence[str], table: Matrix) -> Self:
        """Quantise float rows."""
        return cls({word: row for row, word in enumerate(words)}, EmbeddingTable.of(table))

    def numbers(self, words: Iterable[str]) -> NDArray[np.int64]:
        """The rows of words, -1 for those that have none."""
        return np.array([self.rows.get(w, -1) for w in words], np.int64)

    def likeness(self, ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> Matrix:
        """(ours, theirs): cosines, nothing below zero; zero where a word has no row."""
        found: Matrix = np.maximum(self._floats(ours) @ self._floats(theirs).T, 0)
        return found

    def _floats(self, rows: NDArray[np.int64]) -> Matrix:
        scales = np.where(rows >= 0, self.table.scales[rows].astype(np.float32), 0)
        return self.table.rows[rows].astype(np.float32) * scales[:, None]


def learn_word_vectors(texts: Sequence[Sequence[str]], seed: int) -> WordVectors:
    """Positive pointwise mutual information of words in a window, reduced by a singular value decomposition.

    Levy and Goldberg, "Neural Word Embedding as Implicit Matrix Factorization" (2014): on texts as few as these it
    does better than what is trained by steps, and takes a minute.
    """
    from sklearn.utils.extmath import randomized_svd  # seconds to import, and only training needs it

    counts = Counter(word for text in texts for word in text)
    words = [w for w, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST] if n >= LEAST]
    information = _information(texts, words)
    left, sizes, _ = randomized_svd(information, DIMENSION, n_iter=ROUNDS, random_state=seed)
    vectors = left * np.sqrt(sizes)
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return WordVectors.of(words, (vectors / lengths).astype(np.float32))


def _information(texts: Sequence[Sequence[str]], words: Sequence[str]):  # type: ignore[no-untyped-def] # noqa: ANN202 - scipy has no types
    """(words, words), sparse: how much more often two stand together than chance would have it, in logs."""
    from scipy import sparse

    rows = {word: row for row, word in enumerate(words)}
    gap = [-1] * WINDOW
    flat = np.array([n for text in texts for n in (*(rows.get(w, -1) for w in text), *gap)], np.int32)
    together = sparse.csr_matrix((len(words), len(words)), dtype=np.float64)
    for distance in range(1, WINDOW + 1):
        one, other = flat[:-distance], flat[distance:]
        both = (one >= 0) & (other >= 0)
        weights = np.full(int(both.sum()), (WINDOW + 1 - distance) / WINDOW)
        together += sparse.coo_matrix((weights, (one[both], other[both])), together.shape).tocsr()
    together = (together + together.T).tocoo()
    often = np.asarray(together.sum(axis=1)).ravel()
    smooth = often**SMOOTHING / (often**SMOOTHING).sum()
    values = np.log(together.data / (often[together.row] * smooth[together.col]))
    kept = values > 0
    return sparse.csr_matrix((values[kept], (together.row[kept], together.col[kept])), together.shape)
