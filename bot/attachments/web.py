"""Fetching attachments: only by a signed link, always as a download, never as a page of ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.requests import ClientDisconnect
from starlette.types import Message

from bot.attachments.links import FileLinks
from bot.attachments.repository import find_file
from bot.attachments.service import AttachmentService
from bot.database import Database
from bot.errors import BrokenJson, FileTooLarge, UnknownFile
from bot.http import ERROR_RESPONSES

_LATEST: Final = 2**53
_AROUND_FILES: Final = 1024**2  # what the fields and the multipart boundaries may take beside the files
_MOST_PARTS: Final = 20  # of each kind; how many files are taken is the attachment service's to say
MultiPartParser.spool_max_size = 128 * 1024  # what is kept in memory of each file; the rest lies on disk
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def file_router(database: Database, attachments: AttachmentService, links: FileLinks) -> APIRouter:
    """Return the route of downloads."""
    router = APIRouter(tags=["files"], responses=ERROR_RESPONSES)

    @router.get("/berkas/{file_id}", response_class=FileResponse)
    async def fetch(
        file_id: str,
        sampai: Annotated[int, Query(ge=0, le=_LATEST)],
        tanda: Annotated[str, Query(max_length=200)],
    ) -> FileResponse:
        """Send a file to whoever holds a link that still works."""
        links.check(file_id, sampai, tanda)
        async with database.read() as connection:
            file = await find_file(connection, file_id)
        if file is None or not attachments.path_of(file).is_file():
            raise UnknownFile
        return FileResponse(attachments.path_of(file), media_type=file.media_type, filename=file.name, headers=_HEADERS)

    return router


def bounded(request: Request, message_bytes: int) -> Request:
    """The request with a body that ends in FileTooLarge when it is longer than any message may be.

    The parser of multipart bodies writes files to disk before anybody can look at them; without this, one endless
    upload would fill it. A body without files is read into memory, so it may hold the fields and no more.
    Raises FileTooLarge at once when the length is told and too large.
    """
    limit = _AROUND_FILES + (message_bytes if holds_files(request) else 0)
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > limit:
        raise FileTooLarge
    seen = 0

    async def receive() -> Message:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise FileTooLarge
        return message

    return Request(request.scope, receive)


def holds_files(request: Request) -> bool:
    """Whether the body is of the kind that may bring files."""
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


@asynccontextmanager
async def upload_form(request: Request, message_bytes: int) -> AsyncIterator[FormData]:
    """The fields and files of a form; what was put on disk of them is gone when the block ends.

    Raises FileTooLarge as `bounded` does, and BrokenJson for a body that cannot be read or did not come to its end.
    """
    try:
        form = await bounded(request, message_bytes).form(max_files=_MOST_PARTS, max_fields=_MOST_PARTS)
    except (HTTPException, ClientDisconnect) as error:
        raise BrokenJson from error
    try:
        yield form
    finally:
        await form.close()
