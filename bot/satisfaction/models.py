"""Ratings as plain values."""

from dataclasses import dataclass
from datetime import datetime

COMMENT_CHARACTERS = 1000


@dataclass(frozen=True)
class Rating:
    """What a reporter thinks of a solved ticket. `source` is where it was given: mail (the page of a link) or chat."""

    ticket: int
    good: bool
    comment: str
    source: str
    at: datetime
