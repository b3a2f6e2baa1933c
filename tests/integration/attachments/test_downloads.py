"""Files are fetched by signed links that expire, as downloads and nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot.attachments.links import FileLinks
from bot.attachments.models import StoredFile
from bot.attachments.repository import files_of_event
from bot.attachments.service import AttachmentService, Limits
from bot.attachments.web import file_router
from bot.clock import SettableClock
from bot.database import Database
from bot.http import install_error_handlers
from bot.limits import HourlyLimit
from bot.tickets.service import TicketService
from bot.tickets.web import ticket_router

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

PDF = b"%PDF-1.7\nhalo"
REPORT = {
    "email": "rina@sdn1.sch.id",
    "program": "ARKAS",
    "subject": "Tidak bisa tutup BKU",
    "details": "Tombol Tutup BKU abu-abu sejak kemarin.",
}


@pytest.fixture
def links(clock: SettableClock) -> FileLinks:
    return FileLinks("rahasia", clock, timedelta(hours=1))


@pytest.fixture
async def http(
    database: Database, clock: SettableClock, links: FileLinks, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    attachments = AttachmentService(tmp_path / "files", clock, Limits(10_000, 20_000, 3))
    app.include_router(file_router(database, attachments, links))
    app.include_router(
        ticket_router(
            TicketService(database, clock), attachments, HourlyLimit("tickets", 5), HourlyLimit("lookups", 50)
        )
    )
    install_error_handlers(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot.test") as client:
        yield client


async def sent(http: httpx.AsyncClient, database: Database, name: str) -> StoredFile:
    """The file as it was stored with a new ticket's first event."""
    number = (await http.post("/api/v1/tickets", data=REPORT, files={"f": (name, PDF)})).json()["number"]
    ticket = await TicketService(database, SettableClock).find(number)  # type: ignore[arg-type]
    assert ticket is not None
    async with database.read() as connection:
        [file] = await files_of_event(connection, ticket.events[0].id or 0)
    return file


async def test_file_is_downloaded_and_never_shown(
    http: httpx.AsyncClient, database: Database, links: FileLinks
) -> None:
    file = await sent(http, database, "bukti.html")
    answer = await http.get(links.path(file.id))
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-disposition"] == 'attachment; filename="bukti.html.pdf"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "private, no-store"


async def test_link_is_needed_and_expires(
    http: httpx.AsyncClient, database: Database, links: FileLinks, clock: SettableClock
) -> None:
    file = await sent(http, database, "bukti.pdf")
    assert (await http.get(f"/berkas/{file.id}")).status_code == 422
    assert (await http.get(f"/berkas/{file.id}?sampai=99999999999&tanda=x")).status_code == 404
    assert (await http.get(links.path("tidakada"))).status_code == 404
    link = links.path(file.id)
    clock.advance(timedelta(hours=2))
    answer = await http.get(link)
    assert (answer.status_code, answer.json()["error"]) == (410, "tautan_kedaluwarsa")


async def test_endless_upload_ends_early(http: httpx.AsyncClient) -> None:
    sent_bytes = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent_bytes
        yield b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.pdf"\r\n\r\n'
        for _ in range(200):
            sent_bytes += 65_536
            yield bytes(65_536)

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await http.post("/api/v1/tickets", content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (413, "berkas_terlalu_besar")
    told = await http.post("/api/v1/tickets", content=b"x" * 1_100_000, headers=headers)
    assert told.status_code == 413
