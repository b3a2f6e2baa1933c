"""What mail needs of the tickets: a small port, so that the one knows nothing of the other's inside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.attachments.models import StoredFile
from bot.mail.models import MailKind, MailTemplate


@dataclass(frozen=True)
class Letter:
    """What a mail of ours has to say. `words` are an officer's own; `other` is the ticket that it points to.

    `rate_good` and `rate_bad` are addresses at which the reporter says how it was solved; empty where nothing was.
    """

    template: MailTemplate
    number: int
    subject: str
    recipient: str
    link: str
    words: str = ""
    attention: str = ""
    closes_at: datetime | None = None
    other: int | None = None
    rate_good: str = ""
    rate_bad: str = ""


@dataclass(frozen=True)
class Report:
    """A mail that opens a ticket."""

    sender: str
    program: str
    subject: str
    text: str
    key: str


@dataclass(frozen=True)
class Answer:
    """A mail that answers a ticket. `key` makes a repeat the same answer; `kind` tells a machine's from a person's."""

    number: int
    sender: str
    text: str
    key: str
    kind: MailKind = MailKind.PERSON


class MailDesk(Protocol):
    """The tickets as mail sees them. Every operation with a key is harmless to repeat."""

    async def letter(self, number: int, template: MailTemplate, event: int | None) -> Letter | None:
        """What the mail about an event of a ticket has to say; None when there is no such ticket."""
        ...

    async def reporter(self, number: int) -> str | None:
        """The address of a ticket's reporter; None when there is no such ticket."""
        ...

    async def open(self, report: Report, files: Sequence[StoredFile]) -> int:
        """Open a ticket and return its number."""
        ...

    async def answer(self, answer: Answer, files: Sequence[StoredFile]) -> int:
        """Add to a ticket, or follow it up when it is closed; return the number of the ticket that holds it now."""
        ...
