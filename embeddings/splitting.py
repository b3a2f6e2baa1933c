"""A message may hold several problems: where one ends and the next begins."""

from __future__ import annotations

import re
from typing import Final

from embeddings.text import LONGEST_QUESTION, clean, tokens

FEWEST_JOINED: Final = 2
FEWEST_WORDS: Final = 3  # a shorter part belongs to the one before it ("kenapa ya?")
MOST_PARTS: Final = 4

_NEXT: Final = (
    r"(?:terus juga|dan juga|(?:trus |terus )?satu lagi|selain itu|oh iya|oiya|oh ya|yang kedua|kedua|ketiga)"
)
# Ends of sentences, new lines, and the words with which people come to their next matter.
_BORDER: Final = re.compile(rf"[?!]+\s+|(?<=[^\d\W]{{3}})\.\s+|\n+|;\s+|,?\s+(?={_NEXT}\b)", re.IGNORECASE)
_LEAD: Final = re.compile(rf"^\s*(?:\d+[.)]\s+|[-*•]\s+)?(?:{_NEXT}\b[,:]?\s*)?", re.IGNORECASE)
# Words that join two problems as often as two halves of one: only the ranking of both halves can tell.
_JOINT: Final = re.compile(
    r",?\s+(?:dan|terus|trus|trs|lalu|sama|serta|plus|sekalian|tapi)\s+(?:juga\s+)?", re.IGNORECASE
)
MOST_JOINTS: Final = 4


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


def halves(text: str) -> tuple[tuple[str, str], ...]:
    """The ways to cut a message in two at a word that may join two problems, each half of two words or more.

    >>> halves("lupa password dan dana belum masuk")
    (('lupa password', 'dana belum masuk'),)
    """
    text = clean(text[:LONGEST_QUESTION])
    joints = list(_JOINT.finditer(text))
    cuts = ((text[: joint.start()].strip(), text[joint.end() :].strip()) for joint in joints[:MOST_JOINTS])
    return tuple(cut for cut in cuts if all(len(tokens(half)) >= FEWEST_JOINED for half in cut))
