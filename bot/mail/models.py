"""Mails as plain values.

MailError
|- MailRefused        the server said no for good: no such recipient, too big, malformed (dead letter)
|- MailDelayed        nothing was taken; try again later
`- DeliveryUncertain  the connection broke after the content was handed over (RFC 1047): it may have arrived
"""

import base64
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from enum import StrEnum
from typing import Final, Protocol

PIECE_BYTES: Final = 65_536
_NO_BASE64: Final = re.compile(r"[^A-Za-z0-9+/]+")


class MailError(Exception):
    """Base of what can go wrong with a mail on its way out; the text is the server's own."""


class MailRefused(MailError):
    """The server refused for good: trying again would be refused again."""


class MailDelayed(MailError):
    """The server could not be reached, or asked to come back later."""


class DeliveryUncertain(MailError):
    """The connection broke between the end of the content and the server's answer (RFC 1047)."""


class UnreadableMail(Exception):
    """Bytes that no reader can make a mail of within its bounds; the text is the reason, in Indonesian."""


class MailTemplate(StrEnum):
    """The mails that a ticket sends."""

    OPENED = "opened"
    ANSWERED = "answered"
    INFORMATION_ASKED = "information_asked"
    REMINDER_6H = "reminder_6h"
    REMINDER_24H = "reminder_24h"
    CLOSED_FOR_SILENCE = "closed_for_silence"
    SOLVED = "solved"
    FOLLOWED_UP = "followed_up"
    REPLY_RECEIVED = "reply_received"
    MERGED = "merged"
    INCIDENT_SOLVED = "incident_solved"


class SentState(StrEnum):
    """Where a mail of ours stands."""

    WAITING = "waiting"
    SENDING = "sending"  # the content is being handed over; found after a crash, it may have arrived
    SENT = "sent"
    KEPT = "kept"  # no server configured: can be read with `./arkas mail show`
    REFUSED = "refused"
    UNCERTAIN = "uncertain"  # broke off twice while being handed over: a third try could be a third copy
    BOUNCED = "bounced"


@dataclass(frozen=True)
class OutgoingMail:
    """A composed mail, stored before it is sent so that a repeat carries the same Message-ID."""

    key: str
    message_id: str
    ticket_number: int
    template: str
    recipient: str
    subject: str
    raw: bytes
    created_at: datetime
    state: SentState = SentState.WAITING
    uncertain: int = 0
    error: str | None = None
    sent_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True)
class Envelope:
    """What SMTP needs to know of a mail."""

    sender: str
    recipient: str
    content: bytes


class Mailer(Protocol):
    """Hands a mail to a server."""

    async def send(self, envelope: Envelope, *, before_content: Callable[[], Awaitable[None]]) -> None:
        """Deliver; `before_content` is awaited when all is agreed and only the content is left to hand over.

        Raises MailRefused, MailDelayed or DeliveryUncertain.
        """
        ...

    async def close(self) -> None:
        """Say goodbye to the server."""
        ...


class MailKind(StrEnum):
    """What an incoming mail is. All but PERSON go to the suspended queue."""

    PERSON = "person"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    NEWSLETTER = "newsletter"
    LOOP = "loop"
    SPAM = "spam"
    FORGED = "forged"
    FLOOD = "flood"
    EMPTY = "empty"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Verdict:
    """What a mail is, and why in a sentence for the officer who reviews the suspended queue."""

    kind: MailKind
    reason: str = ""


@dataclass(frozen=True)
class MailFile:
    """A file that came with a mail; decoded only when somebody reads it."""

    filename: str | None
    part: Message

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the content in order (attachments.models.Upload)."""
        content = decoded(self.part)
        for start in range(0, len(content), PIECE_BYTES):
            yield content[start : start + PIECE_BYTES]


def decoded(part: Message) -> bytes:
    """A part's content without its transfer encoding; a nested message as it stands. Never raises for broken input."""
    if part.is_multipart():
        inner = part.get_payload(0) if part.get_content_maintype() == "message" else part
        return _as_bytes(inner) if isinstance(inner, Message) else b""
    if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
        return _from_base64(str(part.get_payload()))
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return content if isinstance(content, bytes) else b""


def _from_base64(text: str) -> bytes:
    """All that can be decoded of base64 with foreign letters in it or a broken end."""
    letters = _NO_BASE64.sub("", text)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return base64.b64decode(letters + "=" * (-len(letters) % 4))


def _as_bytes(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except Exception:  # noqa: BLE001 - the standard library's generator fails in many ways on broken structure
        return str(message.get_payload()).encode("utf-8", "surrogateescape")


@dataclass(frozen=True)
class IncomingMail:
    """A mail as far as it could be read. `headers` holds every field, lower-case name and bounded value, in order."""

    message: Message
    headers: Sequence[tuple[str, str]]
    sender: str
    sender_name: str
    recipients: Sequence[str]
    subject: str
    message_id: str
    references: Sequence[str]
    text: str
    quoted: str
    files: Sequence[MailFile]

    def all_of(self, name: str) -> Iterator[str]:
        """Every value of a header field."""
        return (value for found, value in self.headers if found == name)

    def first(self, name: str) -> str:
        """The first value of a header field, or nothing."""
        return next(self.all_of(name), "")


class ThreadedBy(StrEnum):
    """How a mail found its ticket; the first three cannot be made up by a stranger."""

    ADDRESS = "address"
    REFERENCES = "references"
    MARKER = "marker"
    SUBJECT = "subject"
    OFFICER = "officer"  # somebody who looked at the mail said so


@dataclass(frozen=True)
class Thread:
    """The ticket that a mail belongs to."""

    number: int
    by: ThreadedBy


class Outcome(StrEnum):
    """What became of an incoming mail."""

    NEW = "new"  # stored, not worked on yet
    REPLIED = "replied"
    OPENED = "opened"
    SUSPENDED = "suspended"
    DISCARDED = "discarded"  # looked at by an officer, and of no use


@dataclass(frozen=True)
class ReceivedMail:
    """An incoming mail as it is stored; the raw bytes lie in the mail archive under their hash."""

    fingerprint: str
    raw_sha256: str
    size: int
    source: str
    received_at: datetime
    sender: str = ""
    subject: str = ""
    message_id: str = ""
    text: str = ""
    outcome: Outcome = Outcome.NEW
    kind: str = ""
    reason: str = ""
    ticket_number: int | None = None
    id: int = 0
