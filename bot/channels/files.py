"""Stored files, found for a channel that sends them."""

import asyncio
from pathlib import Path

from bot.attachments.repository import find_file
from bot.attachments.service import AttachmentService
from bot.database import Database
from bot.errors import UnknownFile


class StoredFiles:
    """The attachments, by id."""

    def __init__(self, database: Database, attachments: AttachmentService) -> None:
        self._database = database
        self._attachments = attachments

    async def path_of(self, file_id: str) -> Path:
        """The file's content. Raises UnknownFile."""
        async with self._database.read() as connection:
            file = await find_file(connection, file_id)
        path = self._attachments.path_of(file) if file else None
        if path is None or not await asyncio.to_thread(path.is_file):
            raise UnknownFile
        return path
