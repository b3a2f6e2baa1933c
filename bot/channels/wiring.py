"""The channels that the settings turn on, wired together: routes for the web process, and workers for whoever works."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from fastapi import APIRouter
from sqlalchemy.exc import DBAPIError

from bot.attachments.service import AttachmentService
from bot.channels import repository
from bot.channels.calls import PlatformHttp
from bot.channels.erasing import PersonEraser
from bot.channels.errands import Errands
from bot.channels.files import StoredFiles, stored_files
from bot.channels.inbox import ChannelInbox
from bot.channels.models import QueuePolicy
from bot.channels.port import Capabilities, Channel
from bot.channels.queue_repository import channel_inbox, channel_outbox
from bot.channels.reaching import Messengers
from bot.channels.sending import OutboxHandler
from bot.channels.service import InboxHandler
from bot.channels.telegram.adapter import CAPABILITIES as TELEGRAM
from bot.channels.telegram.adapter import TelegramChannel
from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.web import telegram_router
from bot.channels.whatsapp.adapter import CAPABILITIES as WHATSAPP
from bot.channels.whatsapp.adapter import Template, WhatsAppChannel
from bot.channels.whatsapp.client import WhatsAppClient
from bot.channels.whatsapp.web import whatsapp_router
from bot.channels.worker import QueueWorker
from bot.clock import Clock
from bot.conversations.service import ConversationService
from bot.database import Database
from bot.people.service import PeopleService
from bot.people.tickets import Tickets
from bot.settings import Settings

log = structlog.get_logger(__name__)

_KEPT: Final = timedelta(days=90)  # ids of events and choices of old messages
_HOUSEKEEPING_SECONDS: Final = 6 * 3600
_OUTBOX_ATTEMPTS: Final = 30  # with the delays of QueuePolicy: a platform may be away for two hours


@dataclass(frozen=True)
class ChannelServices:
    """What the channels need of the product."""

    settings: Settings
    clock: Clock
    database: Database
    conversations: ConversationService
    attachments: AttachmentService
    people: PeopleService
    tickets: Tickets


class Channels:
    """All channels of a process. With none turned on it has no routes and no work."""

    def __init__(
        self, services: ChannelServices, channels: Mapping[str, Channel], policy: QueuePolicy | None = None
    ) -> None:
        policy = policy or QueuePolicy(concurrency=services.settings.channel_concurrency)
        settings, database, clock = services.settings, services.database, services.clock
        self._services = services
        self.by_name = channels
        eraser = PersonEraser(database, services.people)
        errands = Errands(database, services.people, eraser, services.tickets, public_url=settings.public_url)
        handler = InboxHandler(
            database,
            clock,
            channels,
            services.conversations,
            services.attachments,
            errands,
            public_url=settings.public_url,
        )
        outgoing = OutboxHandler(database, clock, channels, {"whatsapp": settings.whatsapp_budget})
        self.answering = QueueWorker(database, clock, channel_inbox, handler, channels, policy, done=self._answered)
        sending_policy = QueuePolicy(**{**vars(policy), "attempts": _OUTBOX_ATTEMPTS})
        self.sending = QueueWorker(database, clock, channel_outbox, outgoing, channels, sending_policy)
        self.inbox = ChannelInbox(database, clock, wake=self.answering.wake)

    def _answered(self) -> None:
        self.sending.wake()

    def routers(self) -> list[APIRouter]:
        """The webhooks of the channels that are on; what is off answers 404 as any other address that is none."""
        settings, routers = self._services.settings, []
        telegram, whatsapp = self.by_name.get("telegram"), self.by_name.get("whatsapp")
        if isinstance(telegram, TelegramChannel) and settings.telegram_secret.get_secret_value():
            routers.append(telegram_router(telegram, self.inbox, settings.telegram_secret.get_secret_value()))
        if isinstance(whatsapp, WhatsAppChannel):
            secret = settings.whatsapp_app_secret.get_secret_value()
            token = settings.whatsapp_verify_token.get_secret_value()
            routers.append(whatsapp_router(whatsapp, self.inbox, app_secret=secret, verify_token=token))
        return routers

    async def run(self, stop: asyncio.Event) -> None:
        """Work both queues until `stop` is set."""
        if self.by_name:
            await asyncio.gather(self.answering.run(stop), self.sending.run(stop), self._keep_house(stop))

    async def drain(self) -> None:
        """Answer and send until nothing is due; for tests and demonstrations."""
        while await self.answering.drain() + await self.sending.drain():
            pass

    async def _keep_house(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._purge()
            try:
                await asyncio.wait_for(stop.wait(), _HOUSEKEEPING_SECONDS)
            except TimeoutError:
                continue

    async def _purge(self) -> None:
        try:
            async with self._services.database.write() as connection:
                await repository.purge(connection, before=self._services.clock.now() - _KEPT)
        except (DBAPIError, OSError) as error:  # the next round does it
            log.warning("channel_database_away", error=type(error).__name__)


@asynccontextmanager
async def messaging(channels: Channels, *, on: bool) -> AsyncIterator[None]:
    """Work the channels' queues beside what the block does; what was begun is finished at the end."""
    stop = asyncio.Event()
    task = asyncio.create_task(channels.run(stop), name="channels") if on else None
    try:
        yield
    finally:
        stop.set()
        if task is not None:
            await task


def make_channels(services: ChannelServices, http: PlatformHttp, policy: QueuePolicy | None = None) -> Channels:
    """The channels that the settings turn on."""
    files = stored_files(services.settings, services.clock, services.database, services.attachments)
    found = [channel for make in (_telegram, _whatsapp) if (channel := make(services.settings, http, files))]
    return Channels(services, {channel.name: channel for channel in found}, policy)


def make_messengers(settings: Settings, database: Database, clock: Clock) -> Messengers:
    """The messengers that the settings turn on, for whoever writes to people; it sends nothing itself."""
    on: dict[str, Capabilities] = {"telegram": TELEGRAM} if settings.telegram_token.get_secret_value() else {}
    on |= {"whatsapp": WHATSAPP} if _whatsapp_is_on(settings) else {}
    templates = bool(settings.whatsapp_template)
    return Messengers(database, clock, on, public_url=settings.public_url, templates=templates)


def _whatsapp_is_on(settings: Settings) -> bool:
    token, secret = settings.whatsapp_token.get_secret_value(), settings.whatsapp_app_secret.get_secret_value()
    return bool(token and secret and settings.whatsapp_phone_id)


def _telegram(settings: Settings, http: PlatformHttp, files: StoredFiles) -> Channel | None:
    token = settings.telegram_token.get_secret_value()
    return TelegramChannel(TelegramClient(http, token, settings.telegram_api_url), files) if token else None


def _whatsapp(settings: Settings, http: PlatformHttp, files: StoredFiles) -> Channel | None:
    if not _whatsapp_is_on(settings):
        return None
    token = settings.whatsapp_token.get_secret_value()
    client = WhatsAppClient(http, token, settings.whatsapp_phone_id, settings.whatsapp_api_url)
    name, language = settings.whatsapp_template, settings.whatsapp_template_language
    template = Template(name, language) if name else None
    return WhatsAppChannel(client, files, phone_id=settings.whatsapp_phone_id, template=template)
