"""A message may hold several problems: where one ends and the next begins."""

from __future__ import annotations

import re
from typing import Final

from embeddings.text import LONGEST_QUESTION, clean, tokens

FEWEST_WORDS: Final = 3  # a shorter part belongs to the one before it ("kenapa ya?")
MOST_PARTS: Final = 4

_NEXT: Final = (
    r"(?:terus juga|dan juga|(?:trus |terus )?satu lagi|selain itu|oh iya|oiya|oh ya|yang kedua|kedua|ketiga)"
)
# Ends of sentences, new lines, and the words with which people come to their next matter.
_BORDER: Final = re.compile(rf"[?!]+\s+|(?<=[^\d\W]{{3}})\.\s+|\n+|;\s+|,?\s+(?={_NEXT}\b)", re.IGNORECASE)
_LEAD: Final = re.compile(rf"^\s*(?:\d+[.)]\s+|[-*•]\s+)?(?:{_NEXT}\b[,:]?\s*)?", re.IGNORECASE)


def split_questions(text: str) -> tuple[str, ...]:
    """The parts of a message that could each be a question; the whole message when it has only one.

    >>> split_questions("Gimana cara tutup BKU? Oh iya, kode aktivasi saya juga hilang")
    ('Gimana cara tutup BKU', 'kode aktivasi saya juga hilang')
    """
    parts: list[str] = []
    for piece in (_LEAD.sub("", clean(p)) for p in _BORDER.split(text[:LONGEST_QUESTION])):
        if len(tokens(piece)) >= FEWEST_WORDS or not parts:
            parts.append(piece.strip())
        elif tokens(piece):
            parts[-1] = f"{parts[-1]} {piece.strip()}"
    parts = [p for p in parts if tokens(p)]
    return tuple(parts) if 1 < len(parts) <= MOST_PARTS else (text,)
