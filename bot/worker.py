"""The worker's composition: which errands it can do, inside the web process or alone (`./arkas worker`)."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.clock import Clock, SystemClock
from bot.database import Database
from bot.logs import configure_logs
from bot.outbox.models import OutboxHandler, WorkerPolicy
from bot.outbox.worker import Worker
from bot.services import Services, closed_days, desk_policy, service_hours
from bot.settings import Settings
from bot.tickets.consequences import SILENCE
from bot.tickets.log import DeskPolicy
from bot.tickets.silence import SilenceHandler


def make_worker(settings: Settings, database: Database, clock: Clock, policy: DeskPolicy) -> Worker:
    """The worker with a handler for every kind of errand that the product has."""
    handlers: dict[str, OutboxHandler] = {SILENCE: SilenceHandler(database, clock, policy)}
    return Worker(database, clock, handlers, WorkerPolicy(poll=settings.outbox_poll))


@asynccontextmanager
async def working(services: Services) -> AsyncIterator[None]:
    """Work the outbox beside what the block does, where the settings say so; what was begun is finished at the end."""
    if not services.settings.worker:
        yield
        return
    stop = asyncio.Event()
    worker = make_worker(services.settings, services.database, services.clock, services.policy)
    task = asyncio.create_task(worker.run(stop), name="outbox worker")
    try:
        yield
    finally:
        stop.set()
        await task


def run_worker(settings: Settings) -> None:
    """Work the outbox in a process of its own until SIGTERM or Ctrl-C; what was begun is finished."""
    configure_logs(settings.log_level, settings.log_format)
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    closed = closed_days(settings)
    policy = desk_policy(settings, closed, service_hours(settings, closed))
    database = Database(settings.database)
    try:
        await make_worker(settings, database, SystemClock(), policy).run(stop)
    finally:
        await database.close()
