"""Attachments as plain values."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Upload(Protocol):
    """A file on its way in; read in pieces so that many uploads at once do not fill the memory."""

    @property
    def filename(self) -> str | None:
        """The name that the sender gave."""
        ...

    def pieces(self) -> AsyncIterator[bytes]:
        """Yield the content in order."""
        ...


@dataclass(frozen=True)
class StoredFile:
    """A file that was taken in: content under its hash, the sender's name only as a label."""

    id: str
    name: str
    sha256: str
    media_type: str
    size: int
    created_at: datetime

    def as_json(self) -> dict[str, object]:
        """What a message shows of it."""
        return {"id": self.id, "name": self.name, "media_type": self.media_type, "size": self.size}
