"""A platform that takes a call and does not answer: waited for briefly, then tried again."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path

import aiohttp
import pytest

from bot.channels import calls
from bot.channels.calls import PlatformHttp
from bot.channels.files import StoredFiles, stored_files
from bot.channels.port import Bubble, Channel, ChannelAway, Media, Outbound
from bot.channels.telegram.adapter import TelegramChannel
from bot.channels.telegram.client import TelegramClient
from bot.channels.whatsapp.adapter import WhatsAppChannel
from bot.channels.whatsapp.client import WhatsAppClient
from bot.clock import SettableClock
from bot.database import Database
from bot.settings import Settings
from tests.integration.channels.conftest import attachments_in
from tests.integration.channels.loopback import serving
from tests.integration.channels.telegram_stand_in import TOKEN as TELEGRAM_TOKEN
from tests.integration.channels.telegram_stand_in import TelegramStandIn
from tests.integration.channels.whatsapp_stand_in import PHONE_ID, WhatsAppStandIn
from tests.integration.channels.whatsapp_stand_in import TOKEN as WHATSAPP_TOKEN

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

WORDS = Outbound(1, "telegram", "6281234567890", Bubble("halo"))


async def send(channel: Channel) -> None:
    await channel.send(WORDS)


async def fetch(channel: Channel) -> None:
    async for _ in channel.fetch(Media("file", "layar.png")).pieces():
        pass


@pytest.fixture(params=["telegram", "whatsapp"])
def stand_in(request: pytest.FixtureRequest) -> TelegramStandIn | WhatsAppStandIn:
    if request.param == "telegram":
        return TelegramStandIn(files={"file": b"content"})
    return WhatsAppStandIn(media={"file": ("image/png", b"content")}, windows={WORDS.person: 2.0**31})


def channel_over(
    http: PlatformHttp, api: str, files: StoredFiles, stand_in: TelegramStandIn | WhatsAppStandIn
) -> Channel:
    if isinstance(stand_in, TelegramStandIn):
        return TelegramChannel(TelegramClient(http, TELEGRAM_TOKEN, api), files)
    client = WhatsAppClient(http, WHATSAPP_TOKEN, PHONE_ID, f"{api}/v25.0")
    return WhatsAppChannel(client, files, phone_id=PHONE_ID)


@pytest.mark.parametrize("do", [send, fetch])
async def test_call_without_an_answer_ends_and_may_be_repeated(
    do: Callable[[Channel], Awaitable[None]],
    stand_in: TelegramStandIn | WhatsAppStandIn,
    database: Database,
    clock: SettableClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calls, "TIMEOUT", aiohttp.ClientTimeout(total=0.3))
    stand_in.faults.stall(2)
    files = stored_files(Settings(), clock, database, attachments_in(tmp_path, clock))
    async with serving(stand_in.app) as api, aclosing(PlatformHttp()) as http:
        channel = channel_over(http, api, files, stand_in)
        with pytest.raises(ChannelAway, match="Timeout"):
            await do(channel)
        await do(channel)
