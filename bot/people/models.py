"""People as plain values: one person, known by several identities, each of them proved."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class IdentityKind(StrEnum):
    """By what a person is known. Holding a talk's token, or a messenger's account, is the proof of that one."""

    CONVERSATION = "conversation"
    EMAIL = "email"


class CodePurpose(StrEnum):
    """What a code proves."""

    LINK = "link"
    EMAIL = "email"


@dataclass(frozen=True)
class Code:
    """A stored code: only a keyed digest of it is kept."""

    id: int
    purpose: CodePurpose
    digest: str
    conversation_id: str
    email: str | None
    expires_at: datetime
    failures: int


@dataclass(frozen=True)
class LinkCode:
    """A code that carries a talk over to another channel, told once."""

    code: str
    expires_at: datetime


class CodeMailer(Protocol):
    """Sends a code to an address, to see whether who asks reads the mail there."""

    async def send_code(self, address: str, code: str) -> None:
        """Send it, or write it down to be sent."""
        ...
