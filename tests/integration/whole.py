"""The whole product in one process, beside the real Rasa: the HTTP API with the shipped articles, on a clock."""

import asyncio
import secrets
import shutil
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import uvicorn

from actions.web import PATH
from bootstrap.running import Runner
from bot.app import create_app
from bot.clock import SettableClock
from bot.database import Database, upgrade
from bot.settings import Settings
from bot.supervision.article_index import ArticleIndex
from bot.supervision.rasa_model import RasaModel
from tests.integration.rasa_process import RasaProcess, free_port

Answer = TypeVar("Answer")
MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # 10.00 WIB


def built_model() -> Path:
    """The model of the working tree, where the product keeps it: trained only when its sources have changed."""
    model = RasaModel(Settings())
    if not model.is_current():
        model.train(Runner())
    return model.folder


def built_index() -> Path:
    """The article index of the working tree, where the product keeps it."""
    index = ArticleIndex(Settings())
    if not index.is_current():
        index.build(Runner())
    return index.folder


@dataclass
class Whole:
    """A running product."""

    url: str
    settings: Settings
    clock: SettableClock
    rasa: RasaProcess

    def read(self, question: Callable[[Database], Awaitable[Answer]]) -> Answer:
        """Ask the product's database something, from outside of its event loop."""
        return asyncio.run(self._read(question))

    async def _read(self, question: Callable[[Database], Awaitable[Answer]]) -> Answer:
        database = Database(self.settings.database)
        try:
            return await question(database)
        finally:
            await database.close()


@contextmanager
def running(folder: Path, **more: object) -> Iterator[Whole]:
    """Start everything, in `folder`, and stop it again."""
    port, rasa_port, token = free_port(), free_port(), secrets.token_hex(16)
    given = {"index": built_index(), "model": built_model()}
    shutil.copytree(given["index"], folder / "index")
    values = {"var_dir": folder, "rasa_url": f"http://127.0.0.1:{rasa_port}", "action_token": token, "worker": False}
    settings = Settings.model_validate({**values, "tickets_per_hour": 1000, "log_level": "error", **more})
    upgrade(settings.database)
    environment = {
        "ARKAS_ACTION_URL": f"http://127.0.0.1:{port}{PATH}", "ARKAS_ACTION_TOKEN": token,
        "ARKAS_TRACKER_URL": f"sqlite:///{folder / 'tracker.db'}",
    }  # fmt: skip
    rasa = RasaProcess(rasa_port, environment, given["model"])
    clock = SettableClock(MONDAY)
    with _serving(settings, clock, port):
        rasa.start()
        try:
            yield Whole(f"http://127.0.0.1:{port}", settings, clock, rasa)
        finally:
            rasa.kill()


@contextmanager
def _serving(settings: Settings, clock: SettableClock, port: int) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(create_app(settings, clock), "127.0.0.1", port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the web process did not start"
        thread.join(0.05)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(15)
