"""Plain values of privacy."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

ERASED_ADDRESS: Final = "dihapus@arkas.invalid"  # RFC 2606: a domain that can never exist
ERASED_WORDS: Final = "(dihapus)"


@dataclass(frozen=True)
class Reach:
    """What belongs to one person: addresses, proved or given with a report, and all that hangs on them."""

    emails: tuple[str, ...]
    people: tuple[str, ...] = ()
    talks: tuple[str, ...] = ()
    tickets: tuple[int, ...] = ()
    open_tickets: tuple[int, ...] = ()
    mails: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing is kept."""
        return not (self.people or self.talks or self.tickets or self.mails)


@dataclass(frozen=True)
class Leftovers:
    """What lies outside of the database and goes once the rows are emptied.

    Files and raw mails by their SHA-256, talks that the dialogue remembers, verdicts whose lines the index learns from.
    """

    files: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    talks: tuple[str, ...] = ()
    verdicts: tuple[int, ...] = ()

    def payload(self) -> dict[str, Any]:
        """As an errand carries it."""
        return {name: list(value) for name, value in vars(self).items()}

    def __bool__(self) -> bool:
        return any(vars(self).values())


@dataclass(frozen=True)
class Retention:
    """How long things are kept after they were last touched; None keeps them."""

    transcripts: timedelta | None
    attachments: timedelta | None
    suspended_mails: timedelta | None
