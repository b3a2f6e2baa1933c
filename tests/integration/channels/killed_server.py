"""The web process as the kill test and the benchmark start it: only the channels, and a dialogue that echoes.

`python -m tests.integration.channels.killed_server PORT`; ARKAS_* say where the database and the stand-in are. What it
imports takes seconds, so it stays and forks the one that serves, tells its id, and forks another when that was killed.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from bot.attachments.links import FileLinks
from bot.attachments.service import AttachmentService, Limits
from bot.channels.calls import PlatformHttp
from bot.channels.models import QueuePolicy
from bot.channels.wiring import ChannelServices, make_channels, messaging
from bot.clock import SystemClock
from bot.conversations.service import ConversationService
from bot.conversations.web import conversation_router
from bot.database import Database
from bot.dialogue.port import Reply, Turn
from bot.http import install_error_handlers
from bot.logs import configure_logs
from bot.people.service import PeopleService
from bot.settings import Settings
from bot.tickets.service import TicketService


class Echo:
    async def turn(self, turn: Turn) -> list[Reply]:
        await asyncio.sleep(0.005)
        return [Reply(f"Anda berkata: {turn.text}")]

    async def ready(self) -> bool:
        return True

    async def forget(self, conversation_id: str) -> None:
        """Remembers nothing anyway."""


def make_services(settings: Settings, database: Database, files: Path) -> ChannelServices:
    clock, dialogue = SystemClock(), Echo()
    return ChannelServices(
        settings=settings,
        clock=clock,
        database=database,
        conversations=ConversationService(database, clock, dialogue, dialogue, max_characters=10_000),
        attachments=AttachmentService(files, clock, Limits(1024, 1024, 1)),
        people=PeopleService(database, clock, dialogue, None, key="kunci", files=files),
        tickets=TicketService(database, clock),
    )


def _policy(settings: Settings) -> QueuePolicy | None:
    """The product's own, or, where the process is to be killed, one that soon takes over what the killed one held."""
    if "ARKAS_TEST_SHORT_LEASES" not in os.environ:
        return None
    poll, lease = timedelta(milliseconds=100), timedelta(seconds=1)
    return QueuePolicy(concurrency=settings.channel_concurrency, poll=poll, lease=lease)


def make() -> FastAPI:
    settings = Settings()
    configure_logs("error", "console")
    database, http = Database(settings.database), PlatformHttp()
    services = make_services(settings, database, settings.attachments_dir)
    channels = make_channels(services, http, _policy(settings))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with messaging(channels, on=True):
            yield
        await http.aclose()
        await database.close()

    app = FastAPI(lifespan=lifespan)
    for router in channels.routers():
        app.include_router(router)
    links = FileLinks("kunci", services.clock, timedelta(days=7))
    app.include_router(conversation_router(services.conversations, services.attachments, links))
    install_error_handlers(app)
    return app


def main() -> None:
    while True:
        served = os.fork()
        if not served:
            uvicorn.run(make(), port=int(sys.argv[1]), log_level="critical")
            return
        print(served, flush=True)  # noqa: T201 - to whoever kills it
        os.waitpid(served, 0)


if __name__ == "__main__":
    main()
