"""Which of several words was meant, told by the texts: the one that stands together with the other words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from embeddings.bm25 import BM25

# (terms that are sure, terms of each choice) -> how well each choice goes with what is sure, 0 to 1
Support = Callable[[Sequence[str], Sequence[Sequence[str]]], Sequence[float]]

TOGETHER: Final = 3  # texts whose mean tells how well a word goes with others
TELLING: Final = 6  # words of a question that are looked at, the rarest


class Context:
    """Looks choices up in the texts of one index."""

    def __init__(self, words: BM25) -> None:
        self._words = words

    def __call__(self, sure: Sequence[str], choices: Sequence[Sequence[str]]) -> Sequence[float]:
        """For each choice, the share of the sure words' weight that the best texts with its words have."""
        words = self._words
        telling = sorted({t for t in sure if t in words.rows}, key=lambda t: (-words.weight(t), t))[:TELLING]
        if not telling:
            return [0.0] * len(choices)
        scores = words.scores(telling) / max(words.weights(telling), 1e-6)
        return [min((self._with(term, scores) for term in choice), default=0.0) for choice in choices]

    def _with(self, term: str, scores: np.ndarray) -> float:
        row = self._words.rows.get(term)
        if row is None:
            return 0.0
        found = scores[self._words.units[self._words.starts[row] : self._words.starts[row + 1]]]
        best = np.partition(found, -TOGETHER)[-TOGETHER:] if len(found) > TOGETHER else found
        return float(best.sum() / TOGETHER)
