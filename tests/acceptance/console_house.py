"""The console on a port, with a clock that can be moved and a worker that works when told; one process, no Rasa."""

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn
from playwright.sync_api import Browser, Page

from bot.clock import SettableClock
from bot.database import upgrade
from bot.outbox.worker import Worker
from bot.worker import make_worker
from tests.acceptance.conftest import complaints_of
from tests.integration.consoles import House, open_house
from tests.integration.rasa_process import free_port

Answer = TypeVar("Answer")
MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # 10.00 WIB
PATIENCE = 20_000  # ms; a page of the first request after a start may compile its template on a busy machine


@dataclass
class RunningHouse:
    """A console in a thread of its own; its services are asked through its event loop."""

    url: str
    house: House
    worker: Worker
    loop: asyncio.AbstractEventLoop

    def do(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Have something done where the console runs."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def after(self, **time: float) -> None:
        """Let time pass, and the worker do what is due."""
        self.house.clock.advance(timedelta(**time))
        self.do(self.worker.drain())


@contextmanager
def running_house(folder: Path) -> Iterator[RunningHouse]:
    """Serve a new, empty house until the block ends."""
    url = f"sqlite+aiosqlite:///{folder / 'arkas.db'}"
    ready: list[RunningHouse] = []
    stop = threading.Event()

    def serve() -> None:  # a thread of its own: the browser's driver holds the event loop of this one
        upgrade(url)
        asyncio.run(_serve(url, folder, ready, stop))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    deadline = time.monotonic() + 240
    while not ready and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert ready, "the console did not start"
    try:
        yield ready[0]
    finally:
        stop.set()
        thread.join(30)


@contextmanager
def laptop_page(browser: Browser, house: RunningHouse) -> Iterator[Page]:
    """A page of the console on a small laptop, nobody signed in. What scripts complain of, and what leaves, fails."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, base_url=house.url, locale="id-ID")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints = complaints_of(page, house.url)
    yield page
    context.close()
    assert complaints == []


async def _serve(url: str, folder: Path, ready: list[RunningHouse], stop: threading.Event) -> None:
    port = free_port()
    home = f"http://127.0.0.1:{port}"
    async with open_house(url, SettableClock(MONDAY), folder, public_url=home) as house, httpx.AsyncClient() as http:
        services = house.services
        worker = make_worker(
            services.settings, services.database, house.clock, services.policy, services.mail, http, services.articles
        )
        server = uvicorn.Server(uvicorn.Config(house.app, port=port, log_level="warning"))
        running = RunningHouse(home, house, worker, asyncio.get_running_loop())
        watching = asyncio.create_task(asyncio.to_thread(_watch, server, running, ready, stop))
        await server.serve()
        await watching


def _watch(server: uvicorn.Server, running: RunningHouse, ready: list[RunningHouse], stop: threading.Event) -> None:
    while not server.started:
        time.sleep(0.05)
    ready.append(running)
    stop.wait()
    server.should_exit = True
