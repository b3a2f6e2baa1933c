"""Spelling repair against the words that the articles use."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
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
BESIDE: Final = 0.78  # similarity from which a word may begin with the key beside the right one
LIKELY: Final = 0.1  # what a slip of the thumb's own kind adds to a similarity

VOWELS: Final = "aiueo"
KEYBOARD: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURS: Final = {
    key: "".join(row[max(0, i - 1) : i] + row[i + 1 : i + 2]) for row in KEYBOARD for i, key in enumerate(row)
}

_VOWELS: Final = str.maketrans("", "", VOWELS)


class SpellingRepair:
    """Finds the word that was meant.

    `vocabulary` gives the words that may be meant with their counts in the corpus; `is_known` says which words are
    right as they stand although no article has them. `spoken` are words that people use although no article does: they
    may be meant as well. All are folded words.
    """

    def __init__(
        self, vocabulary: Mapping[str, int], is_known: Callable[[str], bool], spoken: Collection[str] = ()
    ) -> None:
        self._counts = dict.fromkeys(spoken, 0) | dict(vocabulary)
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
        if len(word) < SHORTEST:
            return (word,)
        nearest = self._nearest(word)
        if nearest and is_slip(word, nearest):
            return (nearest,)
        return self._split(word) or (nearest or word,)

    def joined(self, first: str, second: str) -> str | None:
        """The word that two are when one of them is none by itself: "pemelihara an"."""
        whole = first + second
        if not whole.isalpha() or self._counts.get(whole, 0) < COMMON or (self._right(first) and self._right(second)):
            return None
        return whole

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
        # A slip of the thumb mostly swaps the first letter with the second, or hits the key beside it.
        swapped = dict.fromkeys(word[:2])
        beside = [first for first in NEIGHBOURS.get(word[0], "") if first not in swapped]
        found = [*self._similar(word, swapped, CUTOFF), *self._similar(word, beside, BESIDE)]
        if not found:
            return None
        scored = [(similarity + LIKELY * is_slip(word, w), w) for w, similarity in found]
        best = max(score for score, _ in scored)
        return max((w for score, w in scored if score >= best - NEAR), key=lambda w: self._counts[w])

    def _similar(self, word: str, firsts: Iterable[str], cutoff: float) -> list[tuple[str, float]]:
        choices = [w for first in firsts for w in self._by_first.get(first, ())]
        scorer = OSA.normalized_similarity
        found = process.extract(word, choices, scorer=scorer, processor=None, score_cutoff=cutoff, limit=8)
        return [(w, similarity) for w, similarity, _ in found]

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


def is_slip(typed: str, meant: str) -> bool:
    """Whether one slip of a kind that thumbs make turned a word into another: a neighbouring key, two letters swapped,
    a letter doubled, a vowel left out.

    >>> is_slip("bosa", "bisa"), is_slip("bosa", "bosp"), is_slip("tutpu", "tutup"), is_slip("aktifasi", "aktivasi")
    (True, False, True, False)
    """
    at = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    if len(typed) == len(meant):
        beside = typed[at : at + 1] in NEIGHBOURS.get(meant[at : at + 1], "") and typed[at + 1 :] == meant[at + 1 :]
        swapped = typed[at : at + 2] == meant[at : at + 2][::-1] and typed[at + 2 :] == meant[at + 2 :]
        return beside or swapped
    if len(typed) == len(meant) + 1:
        return typed[at : at + 1] == typed[at - 1 : at] and typed[at + 1 :] == meant[at:]
    return meant[at : at + 1] in VOWELS and typed[at:] == meant[at + 1 :]


def _within(part: str, whole: str) -> bool:
    """Whether the letters of `part` stand in `whole` in this order."""
    left = iter(whole)
    return all(letter in left for letter in part)


def repair_nothing(words: Collection[str] = ()) -> SpellingRepair:
    """A repair that knows every word: for collections too small to have a vocabulary."""
    return SpellingRepair(dict.fromkeys(words, 1), lambda _: True)
