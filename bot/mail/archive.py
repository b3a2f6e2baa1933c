"""Where the raw bytes of incoming mail are kept, under their hash."""

import asyncio
import gzip
import hashlib
import os
import uuid
from pathlib import Path
from typing import Protocol

from bot.attachments.durability import settle


class MailArchive(Protocol):
    """Keeps raw mail until it is told to forget it."""

    async def keep(self, raw: bytes) -> str:
        """Store the bytes so that they survive a power cut, and return their SHA-256."""
        ...

    async def read(self, sha256: str) -> bytes:
        """The bytes with this hash. Raises KeyError when they are not here."""
        ...

    async def forget(self, sha256: str) -> None:
        """Remove the bytes with this hash, if they are here."""
        ...


class FolderArchive:
    """An archive in a folder, compressed: base64 of a photograph loses a quarter, text three."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, raw: bytes) -> str:
        """See MailArchive."""
        return await asyncio.to_thread(self._keep, raw)

    def _keep(self, raw: bytes) -> str:
        sha256 = hashlib.sha256(raw).hexdigest()
        target = self._path(sha256)
        if target.exists():
            return sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{uuid.uuid4().hex}")
        with draft.open("wb") as out:
            out.write(gzip.compress(raw, compresslevel=3, mtime=0))
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
        settle(target.parent)
        return sha256

    async def read(self, sha256: str) -> bytes:
        """See MailArchive."""
        try:
            return await asyncio.to_thread(lambda: gzip.decompress(self._path(sha256).read_bytes()))
        except FileNotFoundError as error:
            raise KeyError(sha256) from error

    async def forget(self, sha256: str) -> None:
        """See MailArchive."""
        await asyncio.to_thread(self._path(sha256).unlink, missing_ok=True)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}.eml.gz"


class MemoryArchive:
    """An archive that forgets with the process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    async def keep(self, raw: bytes) -> str:
        """See MailArchive."""
        sha256 = hashlib.sha256(raw).hexdigest()
        self._kept[sha256] = raw
        return sha256

    async def read(self, sha256: str) -> bytes:
        """See MailArchive."""
        return self._kept[sha256]

    async def forget(self, sha256: str) -> None:
        """See MailArchive."""
        self._kept.pop(sha256, None)
