"""`GET /metrics` for Prometheus: never public.

With ARKAS_METRICS_TOKEN, whoever brings it as a bearer token. Without, nobody; but in development the machine itself,
as long as no proxy stands before us: a proxy on the same machine would let the world in as 127.0.0.1.
"""

import asyncio
import hmac
import ipaddress
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, Protocol

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import REGISTRY, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from bot.clock import Clock
from bot.database import Database
from bot.dialogue.port import Dialogue
from bot.errors import NotFound
from bot.metrics import repository
from bot.metrics.models import Standing
from bot.settings import Settings

_PROXIED: Final = frozenset(
    {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"}
)
_RASA_SECONDS: Final = 3.0


class Measured(Protocol):
    """What is needed of bot.services.Services."""

    @property
    def settings(self) -> Settings:
        """The settings."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock."""
        ...

    @property
    def database(self) -> Database:
        """The database."""
        ...

    @property
    def dialogue(self) -> Dialogue:
        """Whoever holds the talks."""
        ...


def metrics_router(services: Measured) -> APIRouter:
    """The route, not listed in the OpenAPI page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        """Tell Prometheus. To everybody else there is nothing here."""
        if not _may(request, services.settings):
            raise NotFound
        now = services.clock.now()
        async with services.database.read() as connection:
            standing = await repository.standing(connection, now=now)
        snapshot = CollectorRegistry()
        snapshot.register(_Snapshot(standing, now, rasa=await _answers(services.dialogue)))
        return Response(generate_latest(_own()) + generate_latest(snapshot), media_type=CONTENT_TYPE_LATEST)

    return router


def _may(request: Request, settings: Settings) -> bool:
    token = settings.metrics_token.get_secret_value()
    if token:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    direct = not _PROXIED & {name.lower() for name in request.headers}
    return settings.environment == "development" and direct and _is_this_machine(request)


def _is_this_machine(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def _answers(dialogue: Dialogue) -> bool:
    try:
        return await asyncio.wait_for(dialogue.ready(), _RASA_SECONDS)
    except Exception:  # noqa: BLE001 - whatever it fails with, it does not answer
        return False


def _own() -> CollectorRegistry:
    """What this process counts, or all processes behind this port where they share a folder."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    ProcessCollector(registry=shared)
    return shared


class _Snapshot(Collector):
    """What every process would tell alike."""

    def __init__(self, standing: Standing, now: datetime, *, rasa: bool) -> None:
        self._standing = standing
        self._now = now
        self._rasa = rasa

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family of gauges after the other."""
        standing, outbox = self._standing, self._standing.outbox
        yield _labelled("arkas_tickets", "Tickets by status.", "status", standing.tickets)
        yield _labelled("arkas_channel_waiting", "Open rows of the channels' queues.", "queue", standing.queues)
        counts = {"waiting": outbox.waiting, "overdue": outbox.overdue, "dead": outbox.dead}
        yield _labelled("arkas_outbox_errands", "Errands that wait, are overdue, or were given up.", "state", counts)
        yield GaugeMetricFamily("arkas_outbox_age_seconds", "How long the oldest errand is overdue.", self._age())
        yield GaugeMetricFamily("arkas_mail_suspended", "Mails that were held back for an officer.", standing.suspended)
        yield GaugeMetricFamily("arkas_incidents_open", "Incidents that people are told of.", standing.incidents)
        yield GaugeMetricFamily("arkas_rasa_up", "Whether Rasa answers.", int(self._rasa))
        if standing.mailbox_seen_at is not None:
            seen = standing.mailbox_seen_at.timestamp()
            name = "arkas_mailbox_last_look_timestamp_seconds"
            yield GaugeMetricFamily(name, "When the mailbox was last looked into without a failure.", seen)

    def _age(self) -> float:
        oldest = self._standing.outbox.oldest_due_at
        return max((self._now - oldest).total_seconds(), 0.0) if oldest else 0.0


def _labelled(name: str, text: str, label: str, values: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
