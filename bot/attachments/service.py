"""Taking files in: streamed to disk, judged by content, stored once under their hash."""

import asyncio
import hashlib
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import structlog

from bot.attachments import rules
from bot.attachments.durability import settle
from bot.attachments.inspection import inspect
from bot.attachments.models import StoredFile, Upload
from bot.attachments.scanning import NoScanner, Scanner
from bot.clock import Clock
from bot.errors import EmptyFile, FileTooLarge, InfectedFile, InvalidInput, TooManyFiles

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Limits:
    """How much may come in: bytes of one file, bytes of all files of a message, number of files."""

    file_bytes: int
    message_bytes: int
    files: int


class AttachmentService:
    """What others may do with files."""

    def __init__(self, folder: Path, clock: Clock, limits: Limits, scanner: Scanner | None = None) -> None:
        self._folder = folder
        self._clock = clock
        self._limits = limits
        self._scanner = scanner or NoScanner()

    @property
    def message_bytes(self) -> int:
        """The most that all files of one message may hold."""
        return self._limits.message_bytes

    @property
    def most_files(self) -> int:
        """How many files a message may hold."""
        return self._limits.files

    async def take_in(self, uploads: Sequence[Upload]) -> list[StoredFile]:
        """Store all the files, or none of them.

        Raises TooManyFiles, EmptyFile, FileTooLarge, UnsupportedFile, FileBomb, LockedArchive, InfectedFile or
        ScannerAway; what was written until then is removed.
        """
        if len(uploads) > self._limits.files:
            raise TooManyFiles
        drafts: list[tuple[Path, StoredFile]] = []
        try:
            left = self._limits.message_bytes
            for upload in uploads:
                drafts.append(await self._written(upload, left, named=len(uploads) > 1))
                left -= drafts[-1][1].size
            return [await asyncio.to_thread(self._keep, path, file) for path, file in drafts]
        finally:
            for path, _ in drafts:
                path.unlink(missing_ok=True)

    async def _written(self, upload: Upload, left: int, *, named: bool) -> tuple[Path, StoredFile]:
        """Write a file; among several, whoever sent them is told which one cannot be used."""
        try:
            return await self._write(upload, left)
        except InvalidInput as error:
            if not named:
                raise
            raise type(error)(f"{rules.safe_name(upload.filename)}: {error.detail}") from error

    async def _write(self, upload: Upload, left: int) -> tuple[Path, StoredFile]:
        incoming = self._folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        identity = uuid.uuid4().hex
        path = incoming / identity
        try:
            with path.open("wb") as out:
                digest, size, head = await self._copy(upload, out, min(self._limits.file_bytes, left))
            if size == 0:
                raise EmptyFile
            media_type = rules.sniff(head, size)
            await self._examine(path, media_type)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        name = rules.label(upload.filename, media_type)
        return path, StoredFile(identity, name, digest, media_type, size, self._clock.now())

    async def _examine(self, path: Path, media_type: str) -> None:
        await asyncio.to_thread(inspect, path, media_type)
        virus = await self._scanner.scan(path)
        if virus is not None:
            log.warning("infected_file", virus=virus)
            raise InfectedFile

    async def _copy(self, upload: Upload, out: BinaryIO, limit: int) -> tuple[str, int, bytes]:
        digest, size, head = hashlib.sha256(), 0, b""
        async for piece in upload.pieces():
            size += len(piece)
            if size > limit:
                raise FileTooLarge
            if len(head) < rules.HEAD_BYTES:
                head += piece[: rules.HEAD_BYTES - len(head)]
            digest.update(piece)
            await asyncio.to_thread(out.write, piece)
        out.flush()
        await asyncio.to_thread(os.fsync, out.fileno())  # the file outlives a power cut once its row is stored
        return digest.hexdigest(), size, head

    def _keep(self, path: Path, file: StoredFile) -> StoredFile:
        target = self.path_of(file)
        is_new = not target.parent.exists()
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        settle(target.parent)
        if is_new:
            settle(self._folder)
        return file

    def path_of(self, file: StoredFile) -> Path:
        """Where a file's content lies."""
        return self._folder / file.sha256[:2] / file.sha256
