"""What the crash tests run in a process of its own, to be killed there as by `kill -9`."""

import asyncio
import os
from datetime import datetime
from pathlib import Path

from bot.channels.calls import PlatformHttp
from bot.channels.wiring import make_channels
from bot.clock import SettableClock
from bot.database import Database
from bot.faults import VARIABLE
from tests.integration.channels.conftest import House, KeptCodes, make_services, settings_for
from tests.integration.channels.scripted import ScriptedDialogue
from tests.integration.forking import forked, make_ready

_PATIENCE = 60


async def send_and_die(house: House, fault: str) -> int | None:
    """Let another process send what is due until it dies at `fault`; returns its exit code."""
    settings = house.services.settings
    work = (house.database.url, settings.telegram_api_url, settings.whatsapp_api_url.removesuffix("/v25.0"))
    make_ready()
    child = forked.Process(target=_main, args=(*work, settings.var_dir, house.clock.now(), fault))
    child.start()
    await asyncio.to_thread(child.join, _PATIENCE)
    return child.exitcode


def _main(url: str, telegram: str, whatsapp: str, folder: Path, now: datetime, fault: str) -> None:
    os.environ[VARIABLE] = fault

    async def send() -> None:
        settings, database, clock = settings_for(telegram, whatsapp, folder), Database(url), SettableClock(now)
        services = make_services(settings, database, clock, ScriptedDialogue(), KeptCodes())
        await make_channels(services, PlatformHttp()).sending.drain()

    asyncio.run(send())
