"""Every door through which files come in over HTTP: many uploads at once lie on disk, and an endless one ends."""

import asyncio
import re
import shutil
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import httpx
import pytest
from fastapi import FastAPI

from bot.attachments.links import FileLinks
from bot.attachments.repository import attachments as table
from bot.attachments.service import AttachmentService, Limits
from bot.calendar.service import ClosedDays, Overrides, ServiceHours
from bot.clock import SettableClock
from bot.conversations.service import ConversationService
from bot.conversations.web import conversation_router
from bot.database import Database
from bot.http import install_error_handlers
from bot.limits import HourlyLimit
from bot.settings import Settings
from bot.site.chat import chat_router
from bot.site.contact import contact_router
from bot.site.thread import thread_router
from bot.tickets.links import TicketLinks
from bot.tickets.service import TicketService
from bot.tickets.web import ticket_router
from tests.integration.desks import REPORT
from tests.integration.dialogues import EchoDialogue, HonestFallback

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

MIB: Final = 1024**2
FILES: Final = 3
SIZE: Final = 900_000  # below what the parser of forms keeps in memory of a file by itself
UPLOADS: Final = 20
FIELDS: Final = {
    "email": REPORT.email, "program": "ARKAS", "subject": REPORT.subject, "details": REPORT.details, "tetap": "1",
    "aksi": "balas",
}  # fmt: skip
Door = tuple[str, dict[str, str]]


class World:
    """The doors over real tickets, talks and files."""

    def __init__(self, database: Database, clock: SettableClock, folder: Path) -> None:
        self.settings = Settings(_env_file=None, var_dir=folder, tickets_per_hour=1000)
        self.clock = clock
        self.tickets = TicketService(database, clock)
        self.attachments = AttachmentService(folder / "files", clock, Limits(25 * MIB, 30 * MIB, 10))
        self.talks = ConversationService(database, clock, EchoDialogue(), HonestFallback(), max_characters=1000)
        self.ticket_links = TicketLinks("rahasia", clock, timedelta(days=1))
        self.file_links = FileLinks("rahasia", clock, timedelta(days=1))
        self.hours = ServiceHours(ClosedDays(Overrides(), joint_leave=True))
        self.app = FastAPI()
        self.app.include_router(
            ticket_router(self.tickets, self.attachments, HourlyLimit("tickets", 1000), HourlyLimit("lookups", 50))
        )
        self.app.include_router(conversation_router(self.talks, self.attachments, self.file_links))
        site: Any = SimpleNamespace(**vars(self))
        site.conversations = self.talks
        self.app.include_router(chat_router(site))
        self.app.include_router(contact_router(site))
        self.app.include_router(thread_router(site))
        install_error_handlers(self.app)

    async def form(self) -> Door:
        return "/hubungi-kami", {}

    async def api(self) -> Door:
        return "/api/v1/tickets", {}

    async def talk(self) -> Door:
        talk, token, _ = await self.talks.start("web")
        return f"/api/v1/conversations/{talk.id}/messages", {"Authorization": f"Bearer {token}"}

    async def chat(self) -> Door:
        talk, token, _ = await self.talks.start("web")
        return "/chat", {"Cookie": f"arkas_chat={talk.id}.{token}"}

    async def thread(self) -> Door:
        return self.ticket_links.path(await self.tickets.open(REPORT)), {}


DOORS: Final[list[Callable[[World], Awaitable[Door]]]] = [World.form, World.api, World.talk, World.chat, World.thread]


@pytest.fixture
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    """SQLite alone: what is measured here never reaches the database."""
    return f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'arkas.db')}"


@pytest.fixture
def world(database: Database, clock: SettableClock, tmp_path: Path) -> World:
    return World(database, clock, tmp_path)


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(world.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as client:
        yield client


async def stamp(http: httpx.AsyncClient) -> str:
    found = re.search(r'name="mulai" value="([^"]+)"', (await http.get("/hubungi-kami")).text)
    assert found
    return found[1]


async def body(fields: dict[str, str], number: int, size: int) -> AsyncIterator[bytes]:
    """A form with files, made as it is read, in the pieces in which a network brings it."""
    for name, value in fields.items():
        yield f'--batas\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for file in range(FILES):
        name = f'name="files"; filename="{number}-{file}.pdf"'
        yield f"--batas\r\nContent-Disposition: form-data; {name}\r\n\r\n%PDF-1.7\n{number}-{file}".encode()
        for _ in range(size // 50_000):
            yield bytes(50_000)
            await asyncio.sleep(0)
        yield b"\r\n"
    yield b"--batas--\r\n"


MULTIPART: Final = {"Content-Type": "multipart/form-data; boundary=batas"}


@pytest.mark.parametrize("door", DOORS)
async def test_twenty_uploads_at_once_do_not_fill_the_memory(
    world: World, http: httpx.AsyncClient, door: Callable[[World], Awaitable[Door]]
) -> None:
    fields = FIELDS | {"mulai": await stamp(http)}
    world.clock.advance(timedelta(minutes=1))
    doors = [await door(world) for _ in range(UPLOADS)]
    tracemalloc.start()
    try:
        sent = (
            http.post(path, content=body(fields | {"key": f"k{n}"}, n, SIZE), headers=MULTIPART | headers)
            for n, (path, headers) in enumerate(doors)
        )
        answers = await asyncio.gather(*sent)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert {answer.status_code // 100 for answer in answers} <= {2, 3}, answers[0].text
    kept = [path for path in (world.settings.var_dir / "files").rglob("*") if path.is_file()]
    assert len(kept) == UPLOADS * FILES
    assert peak < 25 * MIB  # of the 54 MB that came in


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("told", [True, False])
async def test_upload_above_the_limit_ends_early(
    world: World, http: httpx.AsyncClient, database: Database, door: Callable[[World], Awaitable[Door]], told: bool
) -> None:
    path, headers = await door(world)
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        async for piece in body(FIELDS, 1, 60 * MIB):
            read += len(piece)
            yield piece

    length = {"Content-Length": str(180 * MIB)} if told else {}
    answer = await http.post(path, content=endless(), headers=MULTIPART | headers | length)
    assert answer.status_code == 413
    assert "terlalu besar" in answer.text
    assert read <= (0 if told else 32 * MIB)
    async with database.read() as connection:
        assert (await connection.execute(table.select())).all() == []


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json"])
async def test_body_without_files_is_bounded_by_what_fields_may_hold(
    world: World, http: httpx.AsyncClient, door: Callable[[World], Awaitable[Door]], kind: str
) -> None:
    path, headers = await door(world)
    answer = await http.post(path, content=b"a=" + b"x" * 2 * MIB, headers=headers | {"Content-Type": kind})
    assert answer.status_code == 413


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "broken", [b"--batas\r\nContent-Disposition: form-data; name=", b"--salah\r\n\r\n", b"\0" * 50]
)
async def test_broken_form_is_a_clear_refusal(
    world: World, http: httpx.AsyncClient, door: Callable[[World], Awaitable[Door]], broken: bytes
) -> None:
    path, headers = await door(world)
    answer = await http.post(path, content=broken, headers=MULTIPART | headers)
    assert 400 <= answer.status_code < 500, answer.text
