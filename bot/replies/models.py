"""Canned replies as plain values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CannedReply:
    """A text to begin an answer with. Without an `owner` it is everybody's."""

    id: int
    owner: str | None
    title: str
    text: str
    updated_at: datetime
    updated_by: str
