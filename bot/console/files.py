"""Attachments inside the ticket page: images and PDF only, as files that can do nothing."""

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.responses import Response

from bot.attachments.repository import find_file
from bot.console.guard import SignedIn
from bot.console.pages import Console
from bot.console.ticket_view import preview_of
from bot.errors import UnknownFile
from bot.officers.models import Permission

# An image is drawn and nothing else. Chromium draws no PDF in a sandbox ("blocked by Chrome"): its viewer is a process
# of its own, without the page's origin, and the document's scripts reach nothing of ours.
_NOTHING: Final = "default-src 'none'; frame-ancestors 'self'"
_POLICIES: Final = {"image": f"{_NOTHING}; sandbox", "pdf": f"{_NOTHING}; object-src 'self'; style-src 'unsafe-inline'"}


def files_router(console: Console) -> APIRouter:
    """Make the route."""
    router = console.router()

    @router.page("/petugas/berkas/{file_id}")
    async def preview(file_id: str, officer: Annotated[SignedIn, console.allowed(Permission.READ_TICKETS)]) -> Response:
        """The content of an image or a PDF; everything else is fetched as a download."""
        async with console.services.database.read() as connection:
            file = await find_file(connection, file_id)
        path = console.services.attachments.path_of(file) if file else None
        kind = preview_of(file.media_type) if file else ""
        if file is None or path is None or not kind or not path.is_file():
            raise UnknownFile
        await console.audit(officer, "file.read", f"file:{file_id}")
        headers = {
            "Content-Security-Policy": _POLICIES[kind], "Cache-Control": "private, no-store",
            "Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer",
        }  # fmt: skip
        name = file.name
        return FileResponse(
            path, media_type=file.media_type, filename=name, content_disposition_type="inline", headers=headers
        )

    return router
