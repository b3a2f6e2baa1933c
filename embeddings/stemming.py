"""Light Indonesian affix handling: a word is brought back to a root that is known, or nearly left alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from embeddings.remembering import remembered

SHORTEST_ROOT: Final = 3
SHORTEST_UNKNOWN_ROOT: Final = 4

_CLITICS: Final = re.compile(r"(?:lah|kah|tah|pun|nya|ku|mu)$")
_SUFFIXES: Final = ("", "kan", "an", "i", "in", "ken")
# Morphophonemics of me-/pe-: the nasal swallows p, t, k, s or stands before the root's own first letter
# (Tata Bahasa Baku Bahasa Indonesia, ch. 5). The bare nasal is the colloquial and Javanese prefix ("nutup", "ngirim").
_NASALS: Final = (
    ("meny", "s"), ("peny", "s"), ("ny", "s"),
    ("menge", ""), ("penge", ""), ("nge", ""),
    ("meng", ""), ("meng", "k"), ("peng", ""), ("peng", "k"), ("ng", ""), ("ng", "k"),
    ("mem", ""), ("mem", "p"), ("pem", ""), ("pem", "p"), ("m", "p"),
    ("men", ""), ("men", "t"), ("pen", ""), ("pen", "t"), ("n", "t"),
    ("me", ""), ("pe", ""),
)  # fmt: skip
_PLAIN: Final = (("ber", ""), ("bel", ""), ("be", ""), ("ter", ""), ("per", ""), ("di", ""), ("ke", ""), ("se", ""))
# By first letter, since most words begin with no letter of most prefixes.
_PREFIXES: Final = {
    letter: tuple(p for p in (*_PLAIN, *_NASALS) if p[0][0] == letter) for letter in {p[0] for p, _ in _PLAIN + _NASALS}
}


class Stemmer:
    """Finds the root of a word among known roots; protected words are their own roots."""

    def __init__(self, roots: Iterable[str], protected: Iterable[str]) -> None:
        self._roots = frozenset(roots)
        self._protected = frozenset(protected)
        self.stem = remembered(self._stem, 65_536)
        self._known_root = remembered(self._root_of, 65_536)

    def knows(self, word: str) -> bool:
        """Whether a word is a known root or an affixed form of one."""
        return word in self._protected or self._known_root(word) is not None

    def _stem(self, word: str) -> str:
        if word in self._protected or not word.isalpha():
            return word
        return self._known_root(word) or _without_clitic(word)

    def _root_of(self, word: str) -> str | None:
        return next((c for c in _candidates(word) if c in self._roots), None)


def _candidates(word: str) -> Iterator[str]:
    """Possible roots, those that cost the fewest affixes first."""
    bare = _without_clitic(word, SHORTEST_ROOT)
    for base in dict.fromkeys((word, bare)):
        yield from _without_suffix(base)
    for base in dict.fromkeys((word, bare)):
        for once in _without_prefix(base):
            yield from _without_suffix(once)
            for twice in _without_prefix(once):
                yield from _without_suffix(twice)


def _without_suffix(word: str) -> Iterator[str]:
    for suffix in _SUFFIXES:
        root = word.removesuffix(suffix)
        if (not suffix or root != word) and len(root) >= SHORTEST_ROOT:
            yield root


def _without_prefix(word: str) -> Iterator[str]:
    for prefix, first in _PREFIXES.get(word[:1], ()):
        if word.startswith(prefix) and len(word) - len(prefix) + len(first) >= SHORTEST_ROOT:
            yield first + word[len(prefix) :]


def _without_clitic(word: str, shortest: int = SHORTEST_UNKNOWN_ROOT) -> str:
    bare = _CLITICS.sub("", word)
    return bare if len(bare) >= shortest else word
