"""Spelling repair against the words that the articles use."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from embeddings.remembering import remembered

T = TypeVar("T")

SHORTEST: Final = 4  # three letters have a neighbour in every language
LONGEST: Final = 30
CUTOFF: Final = 0.75  # one slip in four letters, two in eight
SHORTEST_HALF: Final = 3
COMMON: Final = 3  # times that articles use a word before its bare consonants may stand for it
BESIDE: Final = 0.78  # similarity from which a word may begin with the key beside the right one
MOST: Final = 6  # words that one may have meant
FAR: Final = 2.5  # what costs so much more than the likeliest is not considered

# What each way of misspelling costs: about minus the logarithm of how seldom it is, against a word typed as it sounds.
SOUND, VOWELLESS, SLIP, APART, OTHER = 0.0, 0.2, 1.0, 1.6, 1.2
EACH_VOWEL: Final = 0.12  # left out
MISSPELT: Final = 0.6  # one of two words that were written together
UNLIKE: Final = 6.0  # times what is missing to full similarity
FREQUENT: Final = 0.35  # off for each natural logarithm of how often articles use the word
# By how much a word that only texts at large have is likelier right than anything near it: other words have to tell.
SEEN: Final = 2.0
SEEN_BARE: Final = 0.7  # one without vowels: "dns" is a name there and "dinas" here

VOWELS: Final = "aiueo"
KEYBOARD: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURS: Final = {
    key: "".join(row[max(0, i - 1) : i] + row[i + 1 : i + 2]) for row in KEYBOARD for i, key in enumerate(row)
}

_VOWELS: Final = str.maketrans("", "", VOWELS)
_POSSESSIVE: Final = re.compile(r"(?<=[^\W\d_]{3})(?:nya|ny|x)$")
# What is written in several ways for one sound, longest first.
_SOUNDS: Final = (
    ("kh", "k"), ("sy", "s"), ("dh", "d"), ("th", "t"), ("ck", "k"), ("ai", "e"), ("au", "o"), ("oe", "u"),
    ("dj", "j"), ("tj", "c"), ("ph", "p"), ("f", "p"), ("v", "p"), ("z", "s"), ("x", "ks"), ("q", "k"),
)  # fmt: skip
_DOUBLED: Final = re.compile(r"(.)\1")


class Meant(NamedTuple):
    """What a word may have meant, in one word or two, and what it costs to believe it."""

    words: tuple[str, ...]
    cost: float


class SpellingRepair:
    """Finds the words that may have been meant.

    `vocabulary` gives the words that may be meant with their counts in the corpus; `is_known` says which words are
    right as they stand although no article has them; `is_seen` which are words of texts at large, and may be right.
    `spoken` are words that people use although no article does: they may be meant as well. `shorts` are words of two
    letters that may stick to another. All are folded words.
    """

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        is_known: Callable[[str], bool],
        spoken: Collection[str] = (),
        is_seen: Callable[[str], bool] = lambda _: False,
        shorts: Collection[str] = (),
    ) -> None:
        self._counts = dict.fromkeys(spoken, 0) | dict(vocabulary)
        words = sorted(w for w in self._counts if len(w) >= SHORTEST and w.isalpha())
        self._by_start = _grouped(words, lambda word: (word[0], len(word)))
        self._by_sound = _grouped(words, lambda word: single(sound(word)))
        common = [w for w in words if self._counts[w] >= COMMON]
        self._by_consonants = _grouped(common, lambda word: consonants(sound(word)))
        self._is_known, self._is_seen, self._shorts = is_known, is_seen, frozenset(shorts)
        self.candidates = remembered(self._candidates, 65_536)
        self._right = remembered(self._is_right, 65_536)
        self._choices = remembered(self._beginning, 4_096)

    def repair(self, word: str) -> tuple[str, ...]:
        """The word as it was likely meant, without regard to others: itself, another, or two that were glued."""
        return self.candidates(word)[0].words

    def has(self, word: str) -> bool:
        """Whether the articles use the word."""
        return self._counts.get(word, 0) > 0

    def joined(self, first: str, second: str) -> str | None:
        """The word that two are when one of them is none by itself: "pemelihara an"; misspelt when neither is one."""
        whole = first + second
        if not whole.isalpha() or (self._right(first) and self._right(second)):
            return None
        if self._counts.get(whole, 0) >= COMMON:
            return whole
        if self._right(first) or self._right(second) or len(whole) > LONGEST:
            return None
        near = min(self._easily(whole), key=lambda m: (m.cost, m.words), default=None)
        return near.words[0] if near else None

    def _candidates(self, word: str) -> tuple[Meant, ...]:
        """What may have been meant, the likeliest first; the word itself alone where it is right or nothing is near."""
        itself = Meant((word,), 0.0)
        if len(word) > LONGEST or not word.isalpha() or self._right(word):
            return (itself,)
        costs: dict[tuple[str, ...], float] = {}
        for meant, cost in self._ways(word):
            costs[meant] = min(cost, costs.get(meant, math.inf))
        if costs and self._is_seen(word):
            costs[itself.words] = min(costs.values()) - (SEEN if set(word) & set(VOWELS) else SEEN_BARE)
        found = sorted((Meant(words, cost) for words, cost in costs.items()), key=lambda m: (m.cost, m.words))
        likely = tuple(m for m in found[:MOST] if m.cost <= found[0].cost + FAR)
        return likely or (itself,)

    def _is_right(self, word: str) -> bool:
        base = word.removesuffix("nya")
        return any(w in self._counts or self._is_known(w) for w in (word, base if len(base) > SHORTEST_HALF else word))

    def _ways(self, word: str) -> Iterator[Meant]:
        """Each way in which the word may have come about, with its cost."""
        yield from self._alone(word)
        base = _POSSESSIVE.sub("", word)
        if base != word:
            bases = ((m.words, m.cost) for m in self._alone(base)) if not self._right(base) else [((base,), 0.0)]
            yield from (Meant(words, cost + OTHER / 2) for words, cost in bases)

    def _alone(self, word: str) -> Iterator[Meant]:
        yield from self._easily(word)
        if len(word) >= SHORTEST:
            yield from self._nearest(word)
            yield from self._split(word)

    def _easily(self, word: str) -> Iterator[Meant]:
        """What needs no search: written by ear, or with vowels left out."""
        yield from self._shortened(word)
        if len(word) >= SHORTEST:
            yield from (self._one(w, SOUND) for w in self._by_sound.get(single(sound(word)), ()))

    def _one(self, word: str, cost: float) -> Meant:
        return Meant((word,), cost - FREQUENT * math.log1p(self._counts[word]))

    def _shortened(self, word: str) -> Iterator[Meant]:
        """Words that this one is when some of their vowels are left out: "prngkt", "cr", "dipke".

        Two letters may stand for a word only when both are consonants; one is left to the lexicon.
        """
        heard = sound(word)
        bare = consonants(heard)
        if len(bare) < 2 or (len(word) < SHORTEST_HALF and bare != heard):
            return
        for meant in self._by_consonants.get(bare, ()):
            missing = len(sound(meant)) - len(heard)
            if missing > 0 and _within(heard, sound(meant)):
                yield self._one(meant, VOWELLESS + EACH_VOWEL * missing)

    def _nearest(self, word: str) -> Iterator[Meant]:
        # A slip of the thumb mostly swaps the first letter with the second, or hits the key beside it.
        swapped = dict.fromkeys(word[:2])
        beside = [first for first in NEIGHBOURS.get(word[0], "") if first not in swapped]
        for firsts, cutoff in ((swapped, CUTOFF), (beside, BESIDE)):
            for meant, similarity in self._similar(word, firsts):
                slipped = is_slip(word, meant)
                if slipped or similarity >= cutoff:
                    yield self._one(meant, SLIP if slipped else OTHER + UNLIKE * (1 - similarity))

    def _similar(self, word: str, firsts: Iterable[str]) -> list[tuple[str, float]]:
        choices = self._choices("".join(firsts), len(word))
        scorer = OSA.normalized_similarity
        found = process.extract(word, choices, scorer=scorer, processor=None, score_cutoff=CUTOFF, limit=8)
        return [(w, similarity) for w, similarity, _ in found]

    def _beginning(self, firsts: str, length: int) -> list[str]:
        """The words with one of these first letters that are near enough in length to reach the cut-off."""
        lengths = range(math.ceil(length * CUTOFF), math.floor(length / CUTOFF) + 1)
        groups = ([w for n in lengths for w in self._by_start.get((first, n), ())] for first in firsts)
        return [w for group in groups for w in sorted(group)]

    def _split(self, word: str) -> Iterator[Meant]:
        """Two words that were written together: both right, or one of them misspelt or two itself."""
        for cut in range(2, len(word) - 1):
            first, second = self._part(word[:cut]), self._part(word[cut:])
            if first and second:
                yield self._together(first, second)
            elif first and len(word) - cut >= SHORTEST_HALF:
                yield from (self._together(first, m, MISSPELT) for m in self._piece(word[cut:]))
            elif second and cut >= SHORTEST_HALF:
                yield from (self._together(m, second, MISSPELT) for m in self._piece(word[:cut]))

    def _part(self, word: str) -> Meant | None:
        """A part of a glued word that is right as it stands."""
        if len(word) < SHORTEST_HALF:
            return Meant((word,), 0.0) if word in self._shorts else None
        return self._one(word, 0.0) if word in self._counts else None

    def _piece(self, word: str) -> Iterator[Meant]:
        """What a part of a glued word may be that is not right: one word, or two that are."""
        yield from self._easily(word)
        if len(word) > SHORTEST:
            yield from (self._one(w, SLIP) for w, _ in self._similar(word, word[:1]) if is_slip(word, w))
            halves = ((self._part(word[:cut]), self._part(word[cut:])) for cut in range(2, len(word) - 1))
            yield from (self._together(first, second) for first, second in halves if first and second)

    def _together(self, first: Meant, second: Meant, more: float = 0.0) -> Meant:
        """What the rarer of both costs, and that a space is missing."""
        return Meant((*first.words, *second.words), APART + more + max(first.cost, second.cost))


def _grouped(words: Iterable[str], key: Callable[[str], T]) -> Mapping[T, list[str]]:
    groups: dict[T, list[str]] = {}
    for word in words:
        groups.setdefault(key(word), []).append(word)
    return groups


def consonants(word: str) -> str:
    """A word without its vowels, but for a first one.

    >>> consonants("perangkat"), consonants("aktif")
    ('prngkt', 'aktf')
    """
    return word[:1] + word[1:].translate(_VOWELS)


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """A word as it sounds, so that what is spelt by ear meets: "aktifasi" and "aktivasi", "poto" and "foto".

    >>> sound("aktifasi") == sound("aktivasi"), sound("sampe") == sound("sampai"), sound("sarat") == sound("syarat")
    (True, True, True)
    """
    for spelt, heard in _SOUNDS:
        word = word.replace(spelt, heard)
    return word


def single(word: str) -> str:
    """A word with its doubled letters once.

    >>> single("tunggu"), single("bukkti")
    ('tungu', 'bukti')
    """
    return _DOUBLED.sub(r"\1", word)


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
