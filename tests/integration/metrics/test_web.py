"""What Prometheus is told, and who may ask, on both databases."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot.clock import SettableClock
from bot.database import Database
from bot.dialogue.port import Dialogue
from bot.heartbeats.repository import beat
from bot.http import install_error_handlers
from bot.mail.fetching import MAILBOX
from bot.metrics.web import metrics_router
from bot.outbox.models import NewItem
from bot.outbox.repository import enqueue
from bot.requests import RequestLog
from bot.settings import ROOT, Settings
from bot.tickets.service import TicketService
from tests.integration.desks import REPORT
from tests.integration.dialogues import EchoDialogue

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

TOKEN = "rahasia-prometheus"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
Asking = Callable[..., httpx.AsyncClient]


@dataclass
class Parts:
    """What the route needs of the product's services."""

    settings: Settings
    clock: SettableClock
    database: Database
    dialogue: Dialogue


@pytest.fixture
def asking(database: Database, clock: SettableClock) -> Asking:
    """A client of the product with these settings, at this address."""

    def make(peer: str = "203.0.113.9", **settings: str) -> httpx.AsyncClient:
        app = FastAPI()
        install_error_handlers(app)
        parts = Parts(Settings.model_validate({"metrics_token": TOKEN} | settings), clock, database, EchoDialogue())
        app.include_router(metrics_router(parts))

        @app.get("/tiket/{number}")
        async def ticket(number: int) -> int:
            return number

        app.add_middleware(RequestLog)
        transport = httpx.ASGITransport(app, client=(peer, 4711))
        return httpx.AsyncClient(transport=transport, base_url="http://test")

    return make


async def test_the_anonymous_find_nothing(asking: Asking) -> None:
    async with asking() as http:
        for headers in ({}, {"Authorization": "Bearer salah"}, {"Authorization": TOKEN}):
            assert (await http.get("/metrics", headers=headers)).status_code == 404


@pytest.mark.parametrize(
    ("peer", "headers", "settings", "status"),
    [
        ("127.0.0.1", {}, {}, 200),
        ("::1", {}, {}, 200),
        ("203.0.113.9", {}, {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, {}, 404),
        ("127.0.0.1", {"Via": "1.1 nginx"}, {}, 404),
        ("127.0.0.1", {}, {"environment": "production", "secret_key": "x" * 32, "action_token": "y" * 32}, 404),
    ],
)
async def test_without_a_token_only_the_machine_itself_in_development(
    asking: Asking, peer: str, headers: dict[str, str], settings: dict[str, str], status: int
) -> None:
    async with asking(peer, metrics_token="", **settings) as http:
        assert (await http.get("/metrics", headers=headers)).status_code == status


def value(told: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", told, re.MULTILINE)
    assert found, f"{name} is not told in:\n{told}"
    return float(found[1])


async def test_what_stands_in_the_database_is_told(database: Database, clock: SettableClock, asking: Asking) -> None:
    await TicketService(database, clock).open(REPORT)
    async with database.write() as connection:
        await enqueue(connection, [NewItem("x", "x", clock.now() - timedelta(minutes=3))], at=clock.now())
        await beat(connection, MAILBOX, at=clock.now())
    async with asking() as http:
        told = (await http.get("/metrics", headers=BEARER)).text
    assert value(told, 'arkas_tickets{status="queued"}') == 1
    assert value(told, 'arkas_outbox_errands{state="overdue"}') == 2  # the mail of the ticket, and ours
    assert value(told, "arkas_outbox_age_seconds") == 180
    assert value(told, "arkas_mailbox_last_look_timestamp_seconds") == clock.now().timestamp()
    assert (value(told, "arkas_mail_suspended"), value(told, "arkas_rasa_up")) == (0, 1)
    assert value(told, "process_resident_memory_bytes") > 10_000_000


async def test_requests_are_told_by_their_templates(asking: Asking) -> None:
    async with asking() as http:
        await http.get("/tiket/99123")
        await http.get("/wp-admin/99123.php")
        told = (await http.get("/metrics", headers=BEARER)).text
    assert value(told, 'arkas_http_requests_total{method="GET",route="/tiket/{number}",status="200"}') >= 1
    assert value(told, 'arkas_http_requests_total{method="GET",route="unmatched",status="404"}') >= 1
    assert not re.search(r"\{[^}]*99123", told)  # in labels: a time of the clock may hold any digits


_PROCESS = """
from bot.metrics.measures import DECISIONS
from bot.metrics.web import _own
from prometheus_client import generate_latest
DECISIONS.labels("suggest").inc()
print(generate_latest(_own()).decode())
"""


def test_several_processes_behind_one_port_add_up(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for expected in (1, 2):
        told = subprocess.check_output([sys.executable, "-c", _PROCESS], cwd=ROOT, env=environment, text=True)
        assert value(told, 'arkas_ranking_decisions_total{decision="suggest"}') == expected
    assert value(told, "process_resident_memory_bytes") > 10_000_000
