"""The composition root of the web process: the only place that knows everybody."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from fastapi import APIRouter, FastAPI
from rasa_sdk.executor import ActionExecutor

from actions import ActionServices, build_actions
from actions.web import ActionDoor
from bot import heap
from bot.articles.serving import ServedArticles
from bot.articles.web import article_router
from bot.attachments.web import file_router
from bot.backends.following import Watch
from bot.backends.web import zendesk_router
from bot.channels.calls import PlatformHttp
from bot.channels.wiring import Channels, ChannelServices, make_channels, messaging
from bot.clock import Clock, SystemClock
from bot.console.web import mount_console
from bot.conversations.identity import Claim, Visitor, verify
from bot.conversations.recovery import Recovery, recovering
from bot.conversations.web import conversation_router
from bot.dialogue.cautious import CautiousDialogue
from bot.dialogue.rasa_client import RasaDialogue
from bot.health import health_router
from bot.http import install_error_handlers
from bot.limits import HourlyLimit
from bot.logs import configure_logs
from bot.metrics.web import metrics_router
from bot.origins import ForeignOrigins
from bot.people.web import people_router
from bot.requests import RequestLog
from bot.services import Services, make_services
from bot.settings import Settings
from bot.site.headers import SecurityHeaders
from bot.site.notices import IncidentNotices
from bot.site.web import mount_site
from bot.tickets.officer_web import officer_router
from bot.tickets.officers import OfficerTokens
from bot.tickets.web import ticket_router
from bot.worker import working

log = structlog.get_logger(__name__)


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> FastAPI:
    """Return the web process's application (uvicorn's factory).

    Raises IndexMissing or IndexMismatch when `./arkas index` has to run first. The articles are those of the index.
    """
    settings = settings or Settings()
    configure_logs(settings.log_level, settings.log_format)
    http = PlatformHttp()
    rasa = RasaDialogue(settings.rasa_url, settings.dialogue_timeout.total_seconds())
    served = ServedArticles.open(settings.index_dir)
    services = make_services(settings, clock or SystemClock(), CautiousDialogue(rasa), served)
    channels = make_channels(_for_channels(services), http)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with (
            working(services),
            messaging(channels, on=settings.channel_worker),
            recovering(_recovery(services)),
        ):
            await _tell_how_to_begin(services)
            heap.settle()
            yield
        await http.aclose()
        await rasa.aclose()
        await services.database.close()

    app = FastAPI(title="ARKAS Bot", version="1", description=_DESCRIPTION, lifespan=lifespan)
    app.state.services = services
    _include(app, services, channels)
    return app


def _recovery(services: Services) -> Recovery:
    patience = 3 * services.settings.dialogue_timeout  # the turn itself, those before it in its talk, and the ranker
    return Recovery(services.conversations, services.dialogue, services.database, services.clock, patience=patience)


async def _tell_how_to_begin(services: Services) -> None:
    if await services.officers.none_yet():
        log.warning("no_officer_yet", console="/petugas", how="./arkas officer create NAME --role admin")


_DESCRIPTION = "Tanya jawab Pusat Informasi ARKAS/BOSP: percakapan, artikel, dan tiket bantuan."


def _for_channels(services: Services) -> ChannelServices:
    return ChannelServices(
        settings=services.settings,
        clock=services.clock,
        database=services.database,
        conversations=services.conversations,
        attachments=services.attachments,
        people=services.people,
        tickets=services.tickets,
    )


def _include(app: FastAPI, services: Services, channels: Channels) -> None:
    app.include_router(health_router(services))
    app.include_router(metrics_router(services))
    talks = services.conversations, services.attachments, services.file_links
    app.include_router(conversation_router(*talks, _known_visitors(services)))
    app.include_router(article_router(services.articles))
    people = services.people, services.eraser, services.tickets
    app.include_router(people_router(services.conversations, *people, services.settings))
    for router in channels.routers():
        app.include_router(router)
    limit = HourlyLimit("tickets", services.settings.tickets_per_hour)
    lookups = HourlyLimit("lookups", services.settings.lookups_per_hour)
    app.include_router(ticket_router(services.tickets, services.attachments, limit, lookups))
    app.include_router(_zendesk(services))
    app.include_router(file_router(services.database, services.attachments, services.file_links))
    officers = OfficerTokens.parse(services.settings.officer_tokens.get_secret_value())
    app.include_router(officer_router(officers, services.tickets, services.desk, services.inbox, services.outbox))
    install_error_handlers(app)
    mount_console(app, services)
    mount_site(app, services)
    app.add_middleware(IncidentNotices, told=services.incidents.told)
    app.add_middleware(ForeignOrigins, allowed=services.settings.origins, home=services.settings.public_url)
    app.add_middleware(SecurityHeaders)
    # Stands outermost and sees every answer; but what Rasa asks goes by another door.
    app.add_middleware(RequestLog, behind_proxy=bool(services.settings.trusted_proxies))
    app.add_middleware(
        ActionDoor, executor=_executor(services), token=services.settings.action_token.get_secret_value()
    )


def _zendesk(services: Services) -> APIRouter:
    secret = services.settings.zendesk_webhook_secret.get_secret_value()
    return zendesk_router(Watch(services.database, services.clock), services.clock, secret=secret)


def _known_visitors(services: Services) -> Callable[[Claim], Visitor]:
    key = services.settings.identity_key.get_secret_value()
    return lambda claim: verify(claim, key=key, now=services.clock.now())


def _executor(services: Services) -> ActionExecutor:
    executor = ActionExecutor()
    action_services = ActionServices(
        articles=services.articles,
        tickets=services.tickets,
        conversations=services.conversations,
        hours=services.hours,
        clock=services.clock,
    )
    for action in build_actions(action_services):
        executor.register_action(action)
    return executor
