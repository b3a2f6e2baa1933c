"""The port between the product and a messenger: `receive` what came in, `send` what goes out, say what it can do.

ChannelError
|- PersonGone      the person blocked us or is no more: final for everything that waits for this person
|- MessageRefused  this message will never be taken: final for the message
|  `- FileTooBig   the platform, or we, take no file of this size
|- WindowClosed    the platform allows no free text now (WhatsApp, 24 hours): final for the message
|- ComeBack        too many messages: not before `after`
|- TokenRefused    our access was revoked or is wrong: an operator must act, nothing is lost meanwhile
`- ChannelAway     the platform does not answer, or answers 5xx: later
   `- NotReached   no line to it: it surely took nothing
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol

from pydantic import TypeAdapter

from bot.attachments.models import Upload


class ChannelError(Exception):
    """Base of what can go wrong with a message on its way out."""


class PersonGone(ChannelError):
    """The person cannot be reached any more."""


class MessageRefused(ChannelError):
    """The platform refuses this message for good."""


class FileTooBig(MessageRefused):
    """A file above what the platform hands over, or what is taken in."""


class WindowClosed(ChannelError):
    """Free text is not allowed now: the person's last message is too long ago."""


class TokenRefused(ChannelError):
    """The platform refuses our token."""


class ChannelAway(ChannelError):
    """The platform cannot be reached, or is broken."""


class NotReached(ChannelAway):
    """There was no connection over which anything could have been taken."""


class ComeBack(ChannelError):
    """Too many requests; the platform says when it takes more."""

    def __init__(self, after: timedelta) -> None:
        self.after = after
        super().__init__(f"come back after {after.total_seconds():g} s")


class InboundKind(StrEnum):
    """What a person did."""

    MESSAGE = "message"
    TAP = "tap"
    WORDLESS = "wordless"  # a sticker, a voice note, a location: nothing that the dialogue could read
    EDITED = "edited"
    GROUP = "group"  # somebody spoke to the bot in a group
    LEFT = "left"  # the person blocked the bot


@dataclass(frozen=True)
class Media:
    """A file that lies at the platform. `size` in bytes, None when the platform does not tell it beforehand."""

    id: str
    name: str
    size: int | None = None


@dataclass(frozen=True)
class Inbound:
    """One event, in the same shape for every platform.

    `event_id` names it for ever within its channel; `position` orders the events of one person. `tap` is the id of the
    choice that was tapped (see Outbound.choice_id), `note` the sort of a wordless message, `extras` what only the
    adapter understands. `alias` is the person's other id at the platform, or the same where only that one was told:
    by it who once gave a number is known again without it. Files that were sent at once share an `album`. `message_id`
    is the platform's own number of the message, where such numbers tell what lies between them.
    """

    channel: str
    event_id: str
    person: str
    kind: InboundKind
    position: int
    text: str | None = None
    tap: str | None = None
    media: tuple[Media, ...] = ()
    note: str | None = None
    sent_at: datetime | None = None
    extras: Mapping[str, str] = field(default_factory=dict)
    alias: str | None = None
    album: str | None = None
    message_id: str | None = None


INBOUND_JSON: Final = TypeAdapter(Inbound)


class ReceiptState(StrEnum):
    """How far a message of ours came, in this order; a receipt never takes it back."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True)
class Receipt:
    """What the platform tells of a message of ours: by its own id, and by our row when it echoes that."""

    message_id: str
    state: ReceiptState
    row: int | None = None
    error: str | None = None


@dataclass(frozen=True)
class Received:
    """What one delivery of a platform holds; `unread` parts of it have a shape that nobody here knows."""

    inbound: tuple[Inbound, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    unread: int = 0


@dataclass(frozen=True)
class Choice:
    """What a person can tap. The payload stays here; the platform only gets the choice's id."""

    title: str
    payload: str
    description: str = ""


class Shape(StrEnum):
    """How the choices of a bubble are shown."""

    PLAIN = "plain"
    BUTTONS = "buttons"
    LIST = "list"
    NUMBERED = "numbered"  # they stand in the text; a typed number is looked up here


@dataclass(frozen=True)
class OutboundFile:
    """A stored file that goes out."""

    id: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Bubble:
    """One message as a platform shows it. `text` marks bold by BOLD_ON and BOLD_OFF (bot/channels/rendering.py)."""

    text: str
    choices: tuple[Choice, ...] = ()
    shape: Shape = Shape.PLAIN
    file: OutboundFile | None = None


BUBBLE_JSON: Final = TypeAdapter(Bubble)


@dataclass(frozen=True)
class Outbound:
    """A bubble on its way. `id` is the row of the channel's outbox, which makes the choices' ids short.

    `free` says whether the person wrote lately enough for words of our own choice (see Capabilities.window).
    """

    id: int
    channel: str
    person: str
    bubble: Bubble
    free: bool = True

    def choice_id(self, index: int) -> str:
        """The id of a choice: at most 24 bytes of ASCII (Telegram takes 64 bytes, WhatsApp 200 characters)."""
        return f"{self.id}:{index}"


@dataclass(frozen=True)
class Trail:
    """The platform's ids of what passed, in and out, before an attempt to send began and since, as far as known."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Capabilities:
    """What a platform can show. `measure` counts a text as the platform counts it."""

    measure: Callable[[str], int]
    text_max: int
    buttons_max: int
    button_title_max: int
    buttons_text_max: int
    rows_max: int = 0
    row_title_max: int = 0
    row_description_max: int = 0
    rows_text_max: int = 0
    one_bubble_a_turn: bool = False
    media_max_bytes: int = 0
    window: timedelta | None = None


class FileStore(Protocol):
    """Where files lie that go out."""

    async def path_of(self, file_id: str) -> Path:
        """The file's content. Raises UnknownFile."""
        ...

    def link_to(self, file_id: str) -> str:
        """An address from which whoever has it gets the file for a while: for what a platform does not take."""
        ...


class Channel(Protocol):
    """A messenger."""

    @property
    def name(self) -> str:
        """The channel's name, as conversations store it."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can show."""
        ...

    def receive(self, delivery: Mapping[str, Any]) -> Received:
        """Return what a verified delivery holds. Raises ValueError when it is none of the documented shapes."""
        ...

    async def send(self, outbound: Outbound) -> str:
        """Hand a message over; returns the platform's id of it. Raises ChannelError."""
        ...

    async def find(self, outbound: Outbound, trail: Trail) -> str | None:
        """Ask whether a message was taken whose handing over has no known end: its id, or None for no or unknown.

        Raises ChannelError.
        """
        ...

    async def acknowledge(self, inbound: Inbound) -> None:
        """Show the person that the event arrived, and that what was tapped is used. Raises ChannelError."""
        ...

    def fetch(self, media: Media) -> Upload:
        """A file that a person sent; reading it raises ChannelError."""
        ...
