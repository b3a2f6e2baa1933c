"""Personal data in people's words: found, and shown as far as a list needs it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.people.personal_data import personal_data
from bot.people.rules import mask_email

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

    >>> mask_value("bendahara@sdn1.sch.id", "email"), mask_value("(0812) 3456-7890", "telepon")
    ('be***@s***.id', '08•••90')
    """
    if kind == EMAIL:
        return mask_email(value)
    plain = "".join(each for each in value if each.isalnum())
    return f"{plain[:_SHOWN]}{_DOTS}{plain[-_SHOWN:]}"


def pieces(text: str) -> Iterator[Piece]:
    """A text in order, its personal data apart from the rest; together they are the text.

    >>> [(each.text, each.kind) for each in pieces("WA 081234567890 ya")]
    [('WA ', ''), ('081234567890', 'telepon'), (' ya', '')]
    """
    end = 0
    for start, after, kind in personal_data(text):
        if start > end:
            yield Piece(text[end:start])
        yield Piece(text[start:after], kind)
        end = after
    if end < len(text):
        yield Piece(text[end:])


def masked(text: str) -> str:
    """A text with its personal data shown in part, for lists.

    >>> masked("NPSN 20212345, rina@gmail.com")
    'NPSN 20•••45, ri***@g***.com'
    """
    return "".join(piece.masked for piece in pieces(text))
