"""The channels over a real database, against stand-ins of both platforms on loopback ports."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.attachments.links import FileLinks
from bot.attachments.service import AttachmentService, Limits
from bot.channels.calls import PlatformHttp
from bot.channels.erasing import PersonEraser
from bot.channels.models import QueuePolicy
from bot.channels.reaching import Messengers
from bot.channels.repository import find_person
from bot.channels.telegram.web import PATH as TELEGRAM_PATH
from bot.channels.whatsapp.web import PATH as WHATSAPP_PATH
from bot.channels.wiring import Channels, ChannelServices, make_channels, make_messengers
from bot.clock import SettableClock
from bot.conversations.models import Message
from bot.conversations.repository import messages_after
from bot.conversations.service import ConversationService
from bot.conversations.web import conversation_router
from bot.database import Database
from bot.http import install_error_handlers
from bot.people.service import PeopleService
from bot.people.web import people_router
from bot.settings import Settings
from bot.tickets.service import TicketService
from tests.integration.channels.loopback import Changing, serving_apart
from tests.integration.channels.scripted import ScriptedDialogue
from tests.integration.channels.telegram_stand_in import TOKEN as TELEGRAM_TOKEN
from tests.integration.channels.telegram_stand_in import TelegramStandIn
from tests.integration.channels.whatsapp_stand_in import APP_SECRET, PHONE_ID, WhatsAppStandIn, signed
from tests.integration.channels.whatsapp_stand_in import TOKEN as WHATSAPP_TOKEN

SECRET = "rahasia-webhook_Telegram-1"
VERIFY = "kata-verifikasi"
RINA = 700_000_001
PHONE = "6281234567890"


class KeptCodes:
    """Keeps the codes that would be mailed."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    async def send_code(self, address: str, code: str) -> None:
        self.sent.append((address, code))


@dataclass
class House:
    """Everything that the tests look at."""

    channels: Channels
    services: ChannelServices
    database: Database
    clock: SettableClock
    dialogue: ScriptedDialogue
    telegram: TelegramStandIn
    whatsapp: WhatsAppStandIn
    http: httpx.AsyncClient
    codes: KeptCodes
    messengers: Messengers

    async def deliver_telegram(self, update: dict[str, Any], secret: str = SECRET) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        return (await self.http.post(TELEGRAM_PATH, json=update, headers=headers)).status_code

    async def deliver_whatsapp(self, body: dict[str, Any], secret: str = APP_SECRET) -> int:
        raw, headers = signed(body, secret)
        return (await self.http.post(WHATSAPP_PATH, content=raw, headers=headers)).status_code

    async def on_telegram(self, *updates: dict[str, Any]) -> None:
        for update in updates:
            assert await self.deliver_telegram(update) == 200
        await self.channels.drain()

    async def on_whatsapp(self, *bodies: dict[str, Any]) -> None:
        for body in bodies:
            assert await self.deliver_whatsapp(body) == 200
        await self.channels.drain()

    async def later(self, seconds: float) -> None:
        """Let time pass, then work what has become due."""
        self.clock.advance(timedelta(seconds=seconds))
        await self.channels.drain()

    async def conversation(self, channel: str, person: str) -> str:
        async with self.database.read() as connection:
            found = await find_person(connection, channel, person)
        assert found is not None
        return found.conversation_id

    async def talk(self, channel: str, person: str) -> list[Message]:
        conversation = await self.conversation(channel, person)
        async with self.database.read() as connection:
            return await messages_after(connection, conversation)

    @property
    def tickets(self) -> TicketService:
        tickets = self.services.tickets
        assert isinstance(tickets, TicketService)
        return tickets


def settings_for(telegram: str, whatsapp: str, folder: Path, **more: Any) -> Settings:  # noqa: ANN401
    values: dict[str, Any] = {
        "var_dir": folder, "telegram_token": TELEGRAM_TOKEN, "telegram_secret": SECRET, "telegram_api_url": telegram,
        "telegram_bot": "arkas_bot", "whatsapp_token": WHATSAPP_TOKEN, "whatsapp_app_secret": APP_SECRET,
        "whatsapp_verify_token": VERIFY, "whatsapp_phone_id": PHONE_ID, "whatsapp_number": "6281100000000",
        "whatsapp_api_url": f"{whatsapp}/v25.0", "whatsapp_budget": 10,
    }  # fmt: skip
    return Settings(**{**values, **more})


# For what rests on the database itself; all else runs on SQLite alone, or this folder would take twice its time.
BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> str:
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'arkas.db')}"
    url: str = request.getfixturevalue("emptied_postgres")
    return url


@pytest.fixture
def more_settings() -> dict[str, Any]:
    """What a test sets differently; overridden by parametrisation."""
    return {}


@pytest.fixture(scope="session")
def platforms() -> Iterator[tuple[Changing, Changing]]:
    """Telegram and WhatsApp on loopback ports; to start two servers for each test would take longer than the tests."""
    telegram, whatsapp = Changing(), Changing()
    with serving_apart(telegram) as telegram.address, serving_apart(whatsapp) as whatsapp.address:
        yield telegram, whatsapp


@pytest.fixture
async def house(
    database: Database,
    clock: SettableClock,
    tmp_path: Path,
    more_settings: dict[str, Any],
    platforms: tuple[Changing, Changing],
) -> AsyncIterator[House]:
    now = lambda: clock.now().timestamp()  # noqa: E731
    telegram, whatsapp = TelegramStandIn(now=now), WhatsAppStandIn(now=now)
    platforms[0].app, platforms[1].app = telegram.app, whatsapp.app
    async with aclosing(PlatformHttp()) as client:
        dialogue, codes = ScriptedDialogue(), KeptCodes()
        settings = settings_for(platforms[0].address, platforms[1].address, tmp_path, **more_settings)
        services = make_services(settings, database, clock, dialogue, codes)
        channels = make_channels(services, client, QueuePolicy(concurrency=4))
        app = make_app(channels, services)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as http:
            yield House(
                channels, services, database, clock, dialogue, telegram, whatsapp, http, codes,
                make_messengers(settings, database, clock),
            )  # fmt: skip


def make_services(
    settings: Settings, database: Database, clock: SettableClock, dialogue: ScriptedDialogue, codes: KeptCodes
) -> ChannelServices:
    files = settings.attachments_dir
    return ChannelServices(
        settings=settings,
        clock=clock,
        database=database,
        conversations=ConversationService(database, clock, dialogue, dialogue, max_characters=1000),
        attachments=attachments_in(files, clock),
        people=PeopleService(database, clock, dialogue, codes, key="kunci", files=files),
        tickets=TicketService(database, clock),
    )


def attachments_in(folder: Path, clock: SettableClock) -> AttachmentService:
    return AttachmentService(folder, clock, Limits(21 * 1024**2, 30 * 1024**2, 3))


def make_app(channels: Channels, services: ChannelServices) -> FastAPI:
    app, eraser = FastAPI(), PersonEraser(services.database, services.people)
    for router in channels.routers():
        app.include_router(router)
    links = FileLinks("kunci", services.clock, timedelta(days=7))
    app.include_router(conversation_router(services.conversations, services.attachments, links))
    app.include_router(
        people_router(services.conversations, services.people, eraser, services.tickets, services.settings)
    )
    install_error_handlers(app)
    return app
