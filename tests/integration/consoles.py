"""The console over a real database, with a signed-in browser for each role: what tests of its pages stand on.

    async def test_inbox(house: House) -> None:
        answer = await house.browser(Role.OFFICER).get("/petugas/tiket")
        answer = await house.browser(Role.OFFICER).submit("/petugas/tiket/10001/catatan", text="halo")

The fixture `house` (tests/integration/console/conftest.py) runs over SQLite and PostgreSQL.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import select

from bot import heap
from bot.articles.serving import ServedArticles
from bot.clock import SettableClock
from bot.console.web import mount_console
from bot.database import Database
from bot.http import install_error_handlers
from bot.metrics.web import metrics_router
from bot.officers import repository
from bot.officers.models import Browser, Officer, Role
from bot.officers.passwords import Passwords
from bot.requests import RequestLog
from bot.services import Services, make_services
from bot.settings import Settings
from bot.site.headers import SecurityHeaders
from bot.site.notices import IncidentNotices
from bot.site.web import mount_site
from tests.integration.dialogues import EchoDialogue
from tests.integration.whole import built_index

HOME = "http://127.0.0.1:8000"
METRICS_TOKEN = "token-untuk-prometheus"
PASSWORD = "kuda-liar-minum-teh-hijau"
# Passwords are hashed with the cheapest parameters, and those of the accounts once for all tests: it is slow by design.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@lru_cache
def served() -> ServedArticles:
    """The shipped articles and their ranker, opened once."""
    opened = ServedArticles.open(built_index())
    heap.settle()
    return opened


@lru_cache
def hashed() -> str:
    return CHEAP.hash(PASSWORD)


class Visitor:
    """A browser: keeps cookies, and sends forms with the token of its session."""

    def __init__(self, app: FastAPI, home: str = HOME) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("192.0.2.7", 4711))
        self.http = httpx.AsyncClient(transport=transport, base_url=home)
        self.csrf = ""

    async def get(self, path: str, **query: Any) -> httpx.Response:  # noqa: ANN401 - as httpx
        return await self.http.get(path, params=query or None)

    async def submit(self, path: str, files: Any = None, **fields: Any) -> httpx.Response:  # noqa: ANN401 - as httpx
        return await self.http.post(path, data={"csrf": self.csrf} | fields, files=files)


@dataclass
class House:
    """The console with its services, and its visitors."""

    app: FastAPI
    services: Services
    clock: SettableClock
    officers: dict[Role, Officer] = field(default_factory=dict)
    browsers: dict[Role, Visitor] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.services.database

    def browser(self, role: Role) -> Visitor:
        """The browser of an officer with this role, signed in."""
        return self.browsers[role]

    def stranger(self) -> Visitor:
        """A browser in which nobody is signed in."""
        return Visitor(self.app)

    async def sign_in(self, officer: Officer) -> Visitor:
        """One more browser in which this officer is signed in."""
        # By address as after OIDC: checking passwords is slow by design.
        opened = await self.services.sign_in.with_identity(officer.email or "", Browser("192.0.2.7", "test"))
        visitor = Visitor(self.app)
        visitor.http.cookies.set("petugas", opened.token)
        visitor.csrf = self.services.sign_in.csrf(opened.token)
        return visitor

    async def add(self, name: str, role: Role, display_name: str = "") -> Officer:
        """An account whose password is PASSWORD."""
        async with self.database.write() as connection:
            return await repository.insert_officer(
                connection,
                name=name,
                display_name=display_name or f"Bu {name.title()}",
                email=f"{name}@arkas.example",
                role=role.value,
                password_hash=hashed(),
                must_change=False,
                created_at=self.clock.now(),
            )

    async def audited(self) -> list[tuple[str, str, str]]:
        """The audit log as (actor, action, subject), oldest first."""
        log = repository.audit_log
        async with self.database.read() as connection:
            rows = await connection.execute(select(log).order_by(log.c.id))
            return [(row.actor, row.action, row.subject) for row in rows]


@asynccontextmanager
async def open_house(database_url: str, clock: SettableClock, folder: Path, **settings: object) -> AsyncIterator[House]:
    """The console over a database, with an officer of each role: `petugas`, `penyelia`, `penyunting`, `admin`."""
    values = {
        "database_url": database_url, "var_dir": folder, "worker": False, "public_url": HOME,
        "metrics_token": METRICS_TOKEN, **settings,
    }  # fmt: skip
    services = make_services(Settings.model_validate(values), clock, EchoDialogue(), served(), Passwords(CHEAP))
    app = FastAPI()
    app.state.services = services
    install_error_handlers(app)
    mount_console(app, services)
    mount_site(app, services)
    app.add_middleware(IncidentNotices, told=services.incidents.told)
    app.include_router(metrics_router(services))
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestLog)
    house = House(app, services, clock)
    for role in Role:
        house.officers[role] = await house.add(role.value, role)
        house.browsers[role] = await house.sign_in(house.officers[role])
    yield house
    for visitor in house.browsers.values():
        await visitor.http.aclose()
    await services.database.close()
    shutil.rmtree(folder / "attachments", ignore_errors=True)
