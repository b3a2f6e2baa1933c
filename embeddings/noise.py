"""Spelling as thumbs make it, for training: an encoder that has met slips bears them (README of the weights)."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Final

from embeddings.spelling import NEIGHBOURS, VOWELS

_SOUNDS: Final = (("ai", "e"), ("au", "o"), ("f", "p"), ("v", "f"), ("z", "j"), ("kh", "k"), ("sy", "s"), ("x", "ks"))
_CLIPPED: Final = (
    (re.compile("^di(?=..)"), "d"), (re.compile("^ber(?=..)"), "br"), (re.compile("^ter(?=..)"), "tr"),
    (re.compile("^me(?=n|m)"), ""), (re.compile("kan$"), "in"), (re.compile("kan$"), "kn"),
    (re.compile("nya$"), "ny"), (re.compile("an$"), "n"),
)  # fmt: skip
SHORTEST: Final = 4  # a slip in a shorter word makes another word
CUT: Final = 7  # letters from which a word may be cut in two

Slip = Callable[[str, random.Random], str]


def swap(word: str, chance: random.Random) -> str:
    """Two letters in the wrong order."""
    at = chance.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def drop(word: str, chance: random.Random) -> str:
    """One letter too few."""
    at = chance.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def double(word: str, chance: random.Random) -> str:
    """One letter twice."""
    at = chance.randrange(len(word))
    return word[: at + 1] + word[at:]


def slip(word: str, chance: random.Random) -> str:
    """The key beside the right one."""
    at = chance.randrange(len(word))
    return word[:at] + chance.choice(NEIGHBOURS.get(word[at], word[at])) + word[at + 1 :]


def disemvowel(word: str, chance: random.Random) -> str:
    """Vowels after the first letter left out, each with an even chance (Indo-Collex's most frequent change)."""
    return word[0] + "".join(c for c in word[1:] if c not in VOWELS or chance.random() < 0.5)


def respell(word: str, chance: random.Random) -> str:
    """As it sounds: "sampai" as "sampe", "aktif" as "aktip"."""
    old, new = chance.choice(_SOUNDS)
    return word.replace(old, new)


def skeleton(word: str, chance: random.Random) -> str:  # noqa: ARG001 - as all slips are called
    """All vowels after the first letter left out: "sklh", "pngshn"."""
    return word[0] + "".join(c for c in word[1:] if c not in VOWELS)


def clip(word: str, chance: random.Random) -> str:
    """An affix said short: "disahkan" as "dsahkan" or "disahin", "menutup" as "nutup", "bukunya" as "bukuny"."""
    shorter = [long.sub(short, word) for long, short in _CLIPPED if long.search(word)]
    return chance.choice(shorter or [word])


SLIPS: Final[Sequence[Slip]] = (
    swap, drop, double, slip, slip, disemvowel, disemvowel, skeleton, respell, clip,
)  # fmt: skip


def noisy(words: Sequence[str], chance: random.Random, *, rate: float) -> list[str]:
    """Words with slips: each longer one is spoilt with probability `rate`; a space is left out a quarter as often, and
    one set where none belongs an eighth as often.
    """
    found: list[str] = []
    for word in words:
        spoilt = _spoilt(word, chance) if chance.random() < rate else word
        if len(spoilt) >= CUT and spoilt.isalpha() and chance.random() < rate / 8:
            at = chance.randrange(2, len(spoilt) - 1)
            found += [spoilt[:at], spoilt[at:]]
            continue
        if found and found[-1].isalpha() and word.isalpha() and chance.random() < rate / 4:
            found[-1] += spoilt
        else:
            found.append(spoilt)
    return found


def _spoilt(word: str, chance: random.Random) -> str:
    if len(word) < SHORTEST or not word.isalpha():
        return word
    return chance.choice(SLIPS)(word, chance) or word
