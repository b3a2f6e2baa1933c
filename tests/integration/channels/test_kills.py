"""Deliveries with duplicates while the process is killed again and again: stored once, answered once, in order.

300 deliveries by default; ARKAS_TEST_DELIVERIES=10000 makes it the night's run.
"""

import asyncio
import os
import random
import shutil
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from bot.channels.queue_repository import channel_inbox, channel_outbox
from bot.conversations.models import Sender
from bot.conversations.repository import messages
from bot.database import Database
from bot.settings import ROOT
from tests.integration.channels.conftest import SECRET
from tests.integration.channels.loopback import serving
from tests.integration.channels.telegram_stand_in import TOKEN, TelegramStandIn

DELIVERIES = int(os.environ.get("ARKAS_TEST_DELIVERIES", "300"))
PEOPLE = 20
KILLS = max(2, DELIVERIES // 500)
CONCURRENCY = 8

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.timeout(max(300, DELIVERIES // 2))]


class Server:
    """The web process, which is killed without a warning and started again."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._environment = os.environ | environment
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        program = ("uvicorn", "--factory", "tests.integration.channels.killed_server:make", "--log-level", "critical")
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *program, "--port", str(self.port), cwd=ROOT, env=self._environment
        )

    async def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def deliver(self, http: httpx.AsyncClient, update: dict[str, Any]) -> None:
        """As Telegram does: until it is answered with 200, however often that takes."""
        while True:
            try:
                answer = await http.post(
                    f"http://127.0.0.1:{self.port}/channels/telegram",
                    json=update,
                    headers={"X-Telegram-Bot-Api-Secret-Token": SECRET},
                )
                if answer.status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


async def speak(server: Server, http: httpx.AsyncClient, said: list[dict[str, Any]], chance: random.Random) -> None:
    """One person's updates in order, three in ten of them once more at some later time."""
    for place, update in enumerate(said):
        await server.deliver(http, update)
        if chance.random() < 0.3:
            await server.deliver(http, said[chance.randrange(place + 1)])


async def kill_now_and_then(server: Server, kills: int, chance: random.Random) -> None:
    for _ in range(kills):
        await until_alive(server)
        await asyncio.sleep(chance.uniform(0.2, 1.0))
        await server.kill()
        await server.start()


async def until_alive(server: Server) -> None:
    async with httpx.AsyncClient() as http:
        await server.deliver(http, {"update_id": 1, "poll": {}})  # an update that nobody answers


async def test_every_message_is_stored_once_and_answered_once_in_order(tmp_path: Path, sqlite_template: Path) -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same run every time
    telegram = TelegramStandIn()
    url = f"sqlite+aiosqlite:///{tmp_path / 'arkas.db'}"
    shutil.copy(sqlite_template, tmp_path / "arkas.db")
    said = {
        person: [telegram.says(person, f"pesan {number}") for number in range(DELIVERIES // PEOPLE)]
        for person in range(1, PEOPLE + 1)
    }
    async with serving(telegram.app) as api, httpx.AsyncClient(timeout=10) as http:
        server = Server(
            {
                "ARKAS_DATABASE_URL": url, "ARKAS_TELEGRAM_TOKEN": TOKEN, "ARKAS_TELEGRAM_SECRET": SECRET,
                "ARKAS_TELEGRAM_API_URL": api, "ARKAS_VAR_DIR": str(tmp_path),
                "ARKAS_CHANNEL_CONCURRENCY": str(CONCURRENCY),
            }
        )  # fmt: skip
        await server.start()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(kill_now_and_then(server, KILLS, chance))
                for updates in said.values():
                    group.create_task(speak(server, http, updates, chance))
            await until_answered(telegram, said)
        finally:
            await server.kill()
    check_answers(telegram, said)
    await check_rows(url)


async def until_answered(telegram: TelegramStandIn, said: dict[int, list[dict[str, Any]]]) -> None:
    whole = {(person, f"Anda berkata: {update['message']['text']}") for person in said for update in said[person]}
    while not whole <= {(each["chat_id"], each["plain"]) for each in telegram.sent}:  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)  # what would come twice comes now


def check_answers(telegram: TelegramStandIn, said: dict[int, list[dict[str, Any]]]) -> None:
    for person, updates in said.items():
        heard = telegram.texts(person)
        assert list(dict.fromkeys(heard)) == [f"Anda berkata: {update['message']['text']}" for update in updates]
    # Telegram knows no idempotency key: an answer that it took in the very moment of a kill is sent once more.
    twice = len(telegram.sent) - DELIVERIES // PEOPLE * PEOPLE
    assert twice <= KILLS * CONCURRENCY


async def check_rows(url: str) -> None:
    database, whole = Database(url), DELIVERIES // PEOPLE * PEOPLE
    try:
        async with database.read() as connection:
            for table in (channel_inbox, channel_outbox):
                assert await connection.scalar(select(func.count()).select_from(table)) == whole, table.name
            mine = select(func.count()).where(messages.c.sender == Sender.USER.value)
            assert await connection.scalar(mine) == whole
            answered = select(func.count(messages.c.reply_to.distinct()), func.count(messages.c.reply_to))
            assert tuple((await connection.execute(answered)).one()) == (whole, whole)
    finally:
        await database.close()
