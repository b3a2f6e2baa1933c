"""Text as people type it on a phone: folding, tokens, repeated letters. Knows no language and no lexicon."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

LONGEST_QUESTION: Final = 4_000  # characters that are looked at; a story longer than that is told in its two ends

_UNSEEN: Final = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_APOSTROPHES: Final = str.maketrans("’‘`´ʼ", "'''''")
# Versions, dates, amounts and codes ("4.2.1", "2x24", "30/6/2026", "08.00-17.00") stay whole; words take digits along.
_TOKEN: Final = re.compile(r"\d+(?:[.,:/x-]\d+)+|[^\W_]+(?:'[^\W_]+)*")
_RUN: Final = re.compile(r"([^\W\d_])\1{2,}")
_DOUBLED: Final = re.compile(r"^([^\W\d_]{2,})2(nya|an|in|kan|lah)?$")
_GLUED: Final = re.compile(r"^([^\W\d_]{3,})(\d+(?:[.,]\d+)*)$|^(\d+)([^\W\d_]{2,})$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number of a text: folded form, and where it stands in the text (`start`, `end` in characters)."""

    form: str
    start: int
    end: int


def clean(text: str) -> str:
    """Compatibility characters composed, controls and invisible marks gone, both ends of an overlong text kept.

    >>> clean("tutup\\u200b\\x00BKU")
    'tutup BKU'
    """
    if len(text) > LONGEST_QUESTION:
        half = LONGEST_QUESTION // 2
        text = f"{text[:half]} {text[-half:]}"
    if text.isascii() and text.isprintable():  # most texts, and nothing below changes more of them than this
        return text.replace("`", "'")
    text = _CONTROL.sub(" ", _UNSEEN.sub("", text))
    return unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)[: 2 * LONGEST_QUESTION]


def tokens(text: str) -> list[Token]:
    """The words and numbers of a cleaned text, in order."""
    return [Token(fold(m[0]), m.start(), m.end()) for m in _TOKEN.finditer(text)]


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Lower case without accents, a letter typed three times or more once.

    >>> fold("TOLOOONG")
    'tolong'
    """
    plain = unicodedata.normalize("NFKD", word.casefold())
    return _RUN.sub(r"\1", "".join(c for c in plain if not unicodedata.combining(c))).strip("'")


def fold_phrase(text: str) -> tuple[str, ...]:
    """The folded words of any text."""
    return tuple(t.form for t in tokens(clean(text)))


def parts(form: str) -> tuple[str, ...]:
    """What one token says in several words: "abu2" is said twice, "arkas4", "pph21" and "64bit" are glued.

    >>> parts("abu2"), parts("arkas4"), parts("64bit"), parts("k7a"), parts("coba2in")
    (('abu', 'abu'), ('arkas', '4'), ('64', 'bit'), ('k7a',), ('coba', 'cobain'))
    """
    if doubled := _DOUBLED.match(form):
        return doubled[1], doubled[1] + (doubled[2] or "")
    if glued := _GLUED.match(form):
        return glued[1] or glued[3], glued[2] or glued[4]
    return (form,)
