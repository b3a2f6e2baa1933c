"""Personal data in people's words: found, and shown as far as a list needs it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.people.rules import PERSONAL_DATA, mask_email

EMAIL: Final = "email"
_DOTS: Final = "•••"
_SHOWN: Final = 2  # characters at either end of a number


@dataclass(frozen=True)
class Piece:
    """A part of a text. `kind` is what personal data it is ("email", "telepon", "NPSN" ...), empty for other words."""

    text: str
    kind: str = ""

    @property
    def masked(self) -> str:
        """The part as a list may show it."""
        return mask_value(self.text, self.kind) if self.kind else self.text


def mask_value(value: str, kind: str) -> str:
    """Enough to tell two of them apart, and not enough to use one.

    >>> mask_value("bendahara@sdn1.sch.id", "email"), mask_value("081234567890", "telepon")
    ('be***@s***.id', '08•••90')
    """
    return mask_email(value) if kind == EMAIL else f"{value[:_SHOWN]}{_DOTS}{value[-_SHOWN:]}"


_ANY: Final = re.compile(
    "|".join(f"(?P<k{place}>{pattern.pattern})" for place, (pattern, _) in enumerate(PERSONAL_DATA))
)
_KINDS: Final = {f"k{place}": kind for place, (_, kind) in enumerate(PERSONAL_DATA)}


def pieces(text: str) -> Iterator[Piece]:
    """A text in order, its personal data apart from the rest; together they are the text.

    >>> [(each.text, each.kind) for each in pieces("WA 081234567890 ya")]
    [('WA ', ''), ('081234567890', 'telepon'), (' ya', '')]
    """
    end = 0
    for found in _ANY.finditer(text):
        if found.start() > end:
            yield Piece(text[end : found.start()])
        yield Piece(found.group(), _KINDS[found.lastgroup or ""])
        end = found.end()
    if end < len(text):
        yield Piece(text[end:])


def masked(text: str) -> str:
    """A text with its personal data shown in part, for lists.

    >>> masked("NPSN 20212345, rina@gmail.com")
    'NPSN 20•••45, ri***@g***.com'
    """
    return "".join(piece.masked for piece in pieces(text))
