"""Deliveries with duplicates while the process is killed again and again: stored once, answered once, in order.

300 deliveries by default, 10,000 with ARKAS_TEST_NIGHTLY=1, or as many as ARKAS_TEST_DELIVERIES says; only then a paced
platform too, which takes a minute. ARKAS_TEST_SEED lets the kills fall at other moments.
"""

import asyncio
import os
import random
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from sqlalchemy import func, select

from bot.channels.queue_repository import channel_inbox, channel_outbox
from bot.conversations.models import Sender
from bot.conversations.repository import messages
from bot.database import Database
from bot.settings import ROOT
from tests.integration.channels.conftest import BOTH, SECRET
from tests.integration.channels.loopback import serving
from tests.integration.channels.telegram_stand_in import TOKEN, TelegramStandIn

NIGHTLY = "ARKAS_TEST_NIGHTLY" in os.environ or "ARKAS_TEST_DELIVERIES" in os.environ
DELIVERIES = int(os.environ.get("ARKAS_TEST_DELIVERIES") or (10_000 if NIGHTLY else 300))
SEED = int(os.environ.get("ARKAS_TEST_SEED") or 20261123)
PEOPLE = 20
KILLS = max(2, DELIVERIES // 250)
CONCURRENCY = 8
PLATFORMS: Final[dict[str, Callable[[], TelegramStandIn]]] = {
    "quick": lambda: TelegramStandIn(pace=None, chat_pace=None),  # few answers are on their way at a kill
    "slow": lambda: TelegramStandIn(pace=None, chat_pace=None, answers_after=0.3),  # all are, and they waited for long
    "paced": TelegramStandIn,  # and looking for them is limited too
}

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.timeout(max(300, DELIVERIES // 2))]


class Server:
    """The web process, which is killed without a warning and started again."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._environment = os.environ | environment
        self._parent: asyncio.subprocess.Process | None = None
        self.pid = 0

    async def start(self) -> None:
        program = ("-m", "tests.integration.channels.killed_server", str(self.port))
        self._parent = await asyncio.create_subprocess_exec(
            sys.executable, *program, cwd=ROOT, env=self._environment, stdout=asyncio.subprocess.PIPE
        )
        await self._next()

    async def _next(self) -> None:
        assert self._parent is not None
        assert self._parent.stdout is not None
        self.pid = int(await self._parent.stdout.readline())

    async def kill(self) -> None:
        """Kill the process; its parent starts another."""
        os.kill(self.pid, signal.SIGKILL)
        await self._next()

    async def stop(self) -> None:
        assert self._parent is not None
        self._parent.kill()
        os.kill(self.pid, signal.SIGKILL)
        await self._parent.wait()

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


async def speak(
    server: Server,
    telegram: TelegramStandIn,
    http: httpx.AsyncClient,
    said: list[dict[str, Any]],
    chance: random.Random,
) -> None:
    """One person's updates in order, three in ten of them once more at some later time."""
    for place, update in enumerate(said):
        message = update["message"]
        message["message_id"] = telegram.number(message["chat"]["id"])  # numbered when it is said, among all others
        await server.deliver(http, update)
        if chance.random() < 0.3:
            await server.deliver(http, said[chance.randrange(place + 1)])


async def kill_now_and_then(server: Server, telegram: TelegramStandIn, chance: random.Random) -> None:
    """Over the whole run: each kill comes when a random number of further answers has been given."""
    for kill in range(KILLS):
        await until_alive(server)
        answers = (kill + chance.random()) * DELIVERIES * 0.9 / KILLS
        while len(telegram.sent) < answers:  # noqa: ASYNC110 - another process answers
            await asyncio.sleep(0.01)
        await asyncio.sleep(chance.uniform(0, 0.05))
        await server.kill()


async def until_alive(server: Server) -> None:
    async with httpx.AsyncClient() as http:
        await server.deliver(http, {"update_id": 1, "poll": {}})  # an update that nobody answers


@BOTH
@pytest.mark.parametrize("platform", PLATFORMS if NIGHTLY else ("quick", "slow"))
async def test_every_message_is_stored_once_and_answered_once_in_order(
    tmp_path: Path, database_url: str, platform: str
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the same run every time
    telegram = PLATFORMS[platform]()
    said = {
        person: [telegram.says(person, f"pesan {number}") for number in range(DELIVERIES // PEOPLE)]
        for person in range(1, PEOPLE + 1)
    }
    async with serving(telegram.app) as api, httpx.AsyncClient(timeout=10) as http:
        server = Server(
            {
                "ARKAS_DATABASE_URL": database_url, "ARKAS_TELEGRAM_TOKEN": TOKEN, "ARKAS_TELEGRAM_SECRET": SECRET,
                "ARKAS_TELEGRAM_API_URL": api, "ARKAS_VAR_DIR": str(tmp_path),
                "ARKAS_CHANNEL_CONCURRENCY": str(CONCURRENCY), "ARKAS_TEST_SHORT_LEASES": "1",
            }
        )  # fmt: skip
        await server.start()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(kill_now_and_then(server, telegram, chance))
                for updates in said.values():
                    group.create_task(speak(server, telegram, http, updates, chance))
            await until_answered(telegram, said)
        finally:
            await server.stop()
    check_answers(telegram, said)
    await check_rows(database_url)


async def until_answered(telegram: TelegramStandIn, said: dict[int, list[dict[str, Any]]]) -> None:
    missing = {(person, f"Anda berkata: {update['message']['text']}") for person in said for update in said[person]}
    seen = 0
    while missing:
        new, seen = telegram.sent[seen:], len(telegram.sent)
        missing.difference_update((each["chat_id"], each["plain"]) for each in new)
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)  # what would come twice comes now


def check_answers(telegram: TelegramStandIn, said: dict[int, list[dict[str, Any]]]) -> None:
    for person, updates in said.items():
        heard = telegram.texts(person)
        assert list(dict.fromkeys(heard)) == [f"Anda berkata: {update['message']['text']}" for update in updates]
    # At a kill Telegram has taken up to eight answers that nobody has noted; they are found (finding.py).
    twice = len(telegram.sent) - DELIVERIES // PEOPLE * PEOPLE
    print(f"{DELIVERIES} deliveries, {KILLS} kills: {twice} answers came twice")  # noqa: T201 - for the night's reader
    assert twice == 0


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
