"""The worker's composition: which errands it can do, inside the web process or alone (`./arkas worker`)."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx

from bot.articles.service import ArticleService
from bot.backends.assembly import remote_handlers
from bot.channels.missing import MISSED
from bot.channels.wiring import make_messengers
from bot.clock import Clock, SystemClock
from bot.conversations.officers import OfficerVoice
from bot.database import Database
from bot.logs import configure_logs
from bot.mail.assembly import Mail
from bot.outbox.models import OutboxHandler, WorkerPolicy
from bot.outbox.repository import enqueue_for_ever
from bot.outbox.worker import Worker
from bot.satisfaction.talking import RatingAsker
from bot.services import Services, attachment_service, closed_days, desk_policy, mail_alone, service_hours
from bot.settings import Settings
from bot.standing import STANDING, articles_alone, standing_handlers
from bot.tickets.consequences import MAIL, RATING, SILENCE, TALK
from bot.tickets.log import DeskPolicy
from bot.tickets.silence import SilenceHandler
from bot.tickets.talking import MissedHandler, TalkHandler


def make_worker(
    settings: Settings,
    database: Database,
    clock: Clock,
    policy: DeskPolicy,
    mail: Mail,
    http: httpx.AsyncClient,
    articles: ArticleService | None,
    announce: Callable[[str], None] = lambda _: None,
) -> Worker:
    """The worker with a handler for every kind of errand that the product has."""
    voice, messengers = OfficerVoice(database, clock, announce), make_messengers(settings, database, clock)
    hours = service_hours(settings, closed_days(settings))
    handlers: dict[str, OutboxHandler] = {
        SILENCE: SilenceHandler(database, clock, policy),
        MAIL: mail.sender,
        TALK: TalkHandler(database, clock, voice, messengers, policy),
        MISSED: MissedHandler(database, clock, policy),
        RATING: RatingAsker(database, voice, messengers),
        **standing_handlers(settings, database, clock, policy, hours, mail, articles),
        **remote_handlers(settings, database, clock, policy, attachment_service(settings, clock), http),
    }
    return Worker(database, clock, handlers, WorkerPolicy(poll=settings.outbox_poll))


@asynccontextmanager
async def working(services: Services) -> AsyncIterator[None]:
    """Work the outbox and take mail in beside what the block does, where the settings say so.

    What was begun is finished at the end.
    """
    if not services.settings.worker:
        yield
        return
    stop = asyncio.Event()
    announce = services.conversations.announce
    http = httpx.AsyncClient()
    worker = make_worker(
        services.settings,
        services.database,
        services.clock,
        services.policy,
        services.mail,
        http,
        services.articles,
        announce,
    )
    await _begin(services.database, services.clock)
    task = asyncio.create_task(_work(worker, services.mail, http, stop), name="outbox worker")
    try:
        yield
    finally:
        stop.set()
        await task


async def _begin(database: Database, clock: Clock) -> None:
    """Write the errands that never end down, where no worker did before."""
    now = clock.now()
    async with database.write() as connection:
        await enqueue_for_ever(connection, STANDING, at=now)


async def _work(worker: Worker, mail: Mail, http: httpx.AsyncClient, stop: asyncio.Event) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(worker.run(stop), name="outbox")
            group.create_task(mail.receive_until(stop), name="mail")
    finally:
        await mail.close()
        await http.aclose()


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
    mail = mail_alone(settings, database, SystemClock())
    http, articles = httpx.AsyncClient(), articles_alone(settings, database, SystemClock())
    try:
        await _begin(database, SystemClock())
        await _work(make_worker(settings, database, SystemClock(), policy, mail, http, articles), mail, http, stop)
    finally:
        await database.close()
