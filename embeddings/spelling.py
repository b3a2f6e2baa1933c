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
COMMON: Final = 3  # times that articles use a word before its bare consonants may stand for it

_VOWELS: Final = str.maketrans("", "", "aiueo")


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
        self._by_consonants: dict[str, list[str]] = {}
        for word in sorted(w for w, n in self._counts.items() if n >= COMMON and len(w) >= SHORTEST and w.isalpha()):
            self._by_consonants.setdefault(consonants(word), []).append(word)
        self._is_known = is_known
        self.repair = lru_cache(maxsize=65_536)(self._repair)

    def _repair(self, word: str) -> tuple[str, ...]:
        """The word as it was meant: itself, another, or two that were written together."""
        if len(word) > LONGEST or not word.isalpha() or self._right(word):
            return (word,)
        if meant := self._shortened(word):
            return (meant,)
        return (word,) if len(word) < SHORTEST else self._split(word) or (self._nearest(word) or word,)

    def _right(self, word: str) -> bool:
        return any(w in self._counts or self._is_known(w) for w in (word, word.removesuffix("nya")))

    def _shortened(self, word: str) -> str | None:
        """The commonest word that this one is when some of its vowels are left out: "prngkt", "cr", "dipke".

        Two letters may stand for a word only when both are consonants; one is left to the lexicon.
        """
        bare = consonants(word)
        if len(bare) < 2 or (len(word) < SHORTEST_HALF and bare != word):
            return None
        choices = [w for w in self._by_consonants.get(bare, ()) if len(w) > len(word) and _within(word, w)]
        return max(choices, key=lambda w: self._counts[w], default=None)

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


def consonants(word: str) -> str:
    """A word without its vowels, but for a first one.

    >>> consonants("perangkat"), consonants("aktif")
    ('prngkt', 'aktf')
    """
    return word[:1] + word[1:].translate(_VOWELS)


def _within(part: str, whole: str) -> bool:
    """Whether the letters of `part` stand in `whole` in this order."""
    left = iter(whole)
    return all(letter in left for letter in part)


def repair_nothing(words: Collection[str] = ()) -> SpellingRepair:
    """A repair that knows every word: for collections too small to have a vocabulary."""
    return SpellingRepair(dict.fromkeys(words, 1), lambda _: True)
