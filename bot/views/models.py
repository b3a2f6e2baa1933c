"""Saved views as plain values."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SavedView:
    """A list under an officer's own name for it; `query` is the query of its address."""

    id: int
    name: str
    query: str
