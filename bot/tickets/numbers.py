"""Ticket numbers as people write them."""

from typing import Final

_LONGEST: Final = 12


def read_number(text: str) -> int | None:
    """The number that `text` is, with or without its hash sign; None when it is none.

    >>> read_number(" #12345 ")
    12345
    """
    digits = text.strip().lstrip("#")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST else None
