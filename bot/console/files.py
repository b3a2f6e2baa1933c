"""Attachments inside the ticket page: images, and PDF as pictures of its pages. Neither can do anything."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.requests import Request
from starlette.responses import Response

from bot.attachments.models import StoredFile
from bot.attachments.pdf import MEDIA_TYPE
from bot.attachments.repository import find_file
from bot.console.guard import SignedIn
from bot.console.pages import Console
from bot.console.ticket_view import preview_of
from bot.errors import UnknownFile, UnreadablePdf
from bot.officers.models import Permission

MOST_PAGES: Final = 30  # that are shown; a report of more is read in a reader
# A picture is drawn and nothing else; in a tab of its own browsers fit it into the window by a style of theirs.
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


def files_router(console: Console) -> APIRouter:
    """Make the routes."""
    router, drawn = console.router(), console.services.pdf_pages
    reader = console.allowed(Permission.READ_TICKETS)

    @router.page("/petugas/berkas/{file_id}")
    async def image(file_id: str, officer: Annotated[SignedIn, reader]) -> Response:
        """The content of an image; everything else is fetched as a download."""
        file, path = await _found(console, file_id, "image")
        await console.audit(officer, "file.read", f"file:{file_id}")
        return FileResponse(
            path, media_type=file.media_type, filename=file.name, content_disposition_type="inline", headers=_HEADERS
        )

    @router.page("/petugas/berkas/{file_id}/halaman")
    async def pages(request: Request, file_id: str, officer: Annotated[SignedIn, reader]) -> Response:
        """The pages of a PDF, as a page of their own or in place of "Lihat PDF"."""
        file, path = await _found(console, file_id, "pdf")
        link, count = console.services.file_links.path(file.id), 0
        with suppress(UnreadablePdf):  # told where the pages would be, beside the way to the file itself
            count = await drawn.count(path)
        return console.page(
            request, officer, "file_pages.html", status=200 if count else UnreadablePdf.status, file=file, link=link,
            block="pages" if "hx-request" in request.headers else None, count=count, shown=min(count, MOST_PAGES),
            refused=UnreadablePdf.sentence,
        )  # fmt: skip

    @router.page("/petugas/berkas/{file_id}/halaman/{number}")
    async def page(file_id: str, number: int, officer: Annotated[SignedIn, reader]) -> Response:
        """One page of a PDF as a picture."""
        _, path = await _found(console, file_id, "pdf")
        if not 1 <= number <= MOST_PAGES:
            raise UnknownFile
        picture = await drawn.draw(path, number)
        await console.audit(officer, "file.read", f"file:{file_id}", page=number)
        return Response(picture, media_type=MEDIA_TYPE, headers=_HEADERS)

    return router


async def _found(console: Console, file_id: str, kind: str) -> tuple[StoredFile, Path]:
    """A file that is previewed in this way, and where it lies. Raises UnknownFile."""
    async with console.services.database.read() as connection:
        file = await find_file(connection, file_id)
    path = console.services.attachments.path_of(file) if file else None
    if file is None or path is None or preview_of(file.media_type) != kind or not path.is_file():
        raise UnknownFile
    return file, path
