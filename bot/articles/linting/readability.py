"""How hard a text is to read: the two quantities of LIX, and their sum.

LIX (C. H. Björnsson, *Läsbarhet*, 1968) adds the mean length of sentences in words and the share of words of more
than six letters in percent. It was made for texts of any language - Björnsson compared eleven ("Readability of
newspapers in 11 languages", Reading Research Quarterly 18, 1983) - and, unlike Flesch's or Fry's figures, needs no
syllables, which no well-kept library counts for Indonesian. Indonesian affixes lengthen words (menyelesaikan), so
the scale's words ("60: very difficult") do not carry over; the bounds below are those that separate the shipped
articles (LIX 33-57, 47 in the middle; 6-14 words a sentence; at most 48 % long words) from regulations' prose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LONG_WORD: Final = 7  # letters and more, Björnsson's own
_SENTENCE_END: Final = re.compile(r"(?<=[.!?:;])\s+")
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")


@dataclass(frozen=True)
class Readability:
    """`sentence` is the mean length in words, `long_words` a share in percent, `longest` the longest sentence."""

    sentence: float
    long_words: float
    longest: str
    longest_words: int

    @property
    def lix(self) -> float:
        """Björnsson's sum."""
        return self.sentence + self.long_words


def readability(lines: list[str]) -> Readability:
    """Measure plain text; a list item or paragraph (one element each) ends a sentence, as its full stop would.

    >>> readability(["Buka menu. Klik Sinkronisasi sekarang."]).lix
    42.5
    """
    sentences = [s for line in lines for s in _SENTENCE_END.split(line) if _WORD.search(s)]
    words = [_WORD.findall(s) for s in sentences]
    total = sum(map(len, words))
    if not total:
        return Readability(0, 0, "", 0)
    long = sum(len(w) >= LONG_WORD for sentence in words for w in sentence)
    longest = max(range(len(words)), key=lambda i: len(words[i]))
    return Readability(total / len(words), 100 * long / total, sentences[longest], len(words[longest]))
