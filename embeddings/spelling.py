"""Spelling repair against the words that the articles use."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST: Final = 4  # three letters have a neighbour in every language
LONGEST: Final = 30
CUTOFF: Final = 0.75  # one slip in four letters, two in eight
NEAR: Final = 0.08  # similarities closer than this are decided by how common the word is
SHORTEST_HALF: Final = 3


class SpellingRepair:
    """Finds the word that was meant.

    `vocabulary` gives the words that may be meant with their counts in the corpus; `is_known` says which words are
    right as they stand although no article has them. Both hold folded words.
    """

    def __init__(self, vocabulary: Mapping[str, int], is_known: Callable[[str], bool]) -> None:
        self._counts = dict(vocabulary)
        self._by_first: dict[str, list[str]] = {}
        for word in sorted(w for w in self._counts if len(w) >= SHORTEST and w.isalpha()):
            self._by_first.setdefault(word[0], []).append(word)
        self._is_known = is_known
        self.repair = lru_cache(maxsize=65_536)(self._repair)

    def _repair(self, word: str) -> tuple[str, ...]:
        """The word as it was meant: itself, another, or two that were written together."""
        if not SHORTEST <= len(word) <= LONGEST or not word.isalpha() or self._right(word):
            return (word,)
        return self._split(word) or (self._nearest(word) or word,)

    def _right(self, word: str) -> bool:
        return word in self._counts or self._is_known(word)

    def _nearest(self, word: str) -> str | None:
        # A slip of the thumb seldom touches the first letter, and then it mostly swaps it with the second.
        choices = [w for first in dict.fromkeys(word[:2]) for w in self._by_first.get(first, ())]
        scorer = OSA.normalized_similarity
        found = process.extract(word, choices, scorer=scorer, processor=None, score_cutoff=CUTOFF, limit=5)
        if not found:
            return None
        best = found[0][1]
        return max((w for w, score, _ in found if score >= best - NEAR), key=lambda w: self._counts[w])

    def _split(self, word: str) -> tuple[str, ...] | None:
        cuts = range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1)
        halves = [(word[:i], word[i:]) for i in cuts if word[:i] in self._counts and word[i:] in self._counts]
        return max(halves, key=lambda pair: min(self._counts[w] for w in pair), default=None)


def repair_nothing(words: Collection[str] = ()) -> SpellingRepair:
    """A repair that knows every word: for collections too small to have a vocabulary."""
    return SpellingRepair(dict.fromkeys(words, 1), lambda _: True)
