"""What a source delivers, whatever it is: articles with the fields that it speaks of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from bot.articles.writing import file_text

Fields = Mapping[str, Any]


class Skipped(NamedTuple):
    """Something that was not brought in, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Incoming:
    """One article of a source.

    `key` is the source's own id. `fields` are compared and merged on every run; `initial` only fills a new article.
    An article that carries our own `number` is known by it, and `fingerprint` is that of the export it comes from.
    """

    key: str
    version: str
    fields: Fields
    initial: Fields = field(default_factory=dict)
    changed_on: date | None = None
    number: int | None = None
    fingerprint: str = ""
    slug: str = ""


@dataclass(frozen=True)
class Delivery:
    """What one run read. `complete` is true when it is all that the source has, so that what is missing is gone.

    `files` are the ledger's own files that the source wants kept (its section mapping), by name.
    """

    articles: Sequence[Incoming]
    skipped: Sequence[Skipped] = ()
    read_until: datetime | None = None
    complete: bool = True
    settings: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


class Source(Protocol):
    """Where articles come from."""

    @property
    def name(self) -> str:
        """The name of its ledger's folder."""
        ...

    def read(self, since: datetime | None, settings: str) -> Delivery:
        """Deliver what changed since then, or everything when `settings` are not those of the last run."""
        ...


def fingerprint(fields: Fields) -> str:
    """Tells whether an article is still as it was exported."""
    return hashlib.sha256(file_text(fields).encode()).hexdigest()[:16]
