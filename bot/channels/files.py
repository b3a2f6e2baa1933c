"""Stored files, found for a channel that sends them."""

import asyncio
from pathlib import Path

from bot.attachments.links import FileLinks
from bot.attachments.repository import find_file
from bot.attachments.service import AttachmentService
from bot.clock import Clock
from bot.database import Database
from bot.errors import UnknownFile
from bot.settings import Settings


class StoredFiles:
    """The attachments, by id."""

    def __init__(self, database: Database, attachments: AttachmentService, links: FileLinks, public_url: str) -> None:
        self._database = database
        self._attachments = attachments
        self._links = links
        self._home = public_url.rstrip("/")

    async def path_of(self, file_id: str) -> Path:
        """The file's content. Raises UnknownFile."""
        async with self._database.read() as connection:
            file = await find_file(connection, file_id)
        path = self._attachments.path_of(file) if file else None
        if path is None or not await asyncio.to_thread(path.is_file):
            raise UnknownFile
        return path

    def link_to(self, file_id: str) -> str:
        """A signed address of the file, for as long as ARKAS_FILE_LINK_LIFETIME says."""
        return self._home + self._links.path(file_id)


def stored_files(settings: Settings, clock: Clock, database: Database, attachments: AttachmentService) -> StoredFiles:
    """The attachments, as the settings say that links to them are made."""
    links = FileLinks(settings.secret_key.get_secret_value(), clock, settings.file_link_lifetime)
    return StoredFiles(database, attachments, links, settings.public_url)
