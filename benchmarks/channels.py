"""How fast the channels take deliveries in and answer them, and what open event streams cost.

    .arkas/product/bin/python -m benchmarks.channels [--messages 400] [--streams 2000] [--database-url URL]

A web process of its own with the channels and a dialogue that echoes after 5 ms, against the stand-in of the Bot API
in this process, on a fresh SQLite file unless a PostgreSQL database is named. People write their next message when the
last one was answered; the time is from handing the webhook over until the stand-in has the answer.
"""

import argparse
import asyncio
import os
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from bot.database import upgrade
from tests.integration.channels.conftest import SECRET
from tests.integration.channels.loopback import serving
from tests.integration.channels.telegram_stand_in import TOKEN, TelegramStandIn
from tests.integration.channels.test_kills import Server, until_alive


class Listening(TelegramStandIn):
    """Tells when an answer has arrived. No platform's limit is measured here, but ours."""

    def __init__(self) -> None:
        super().__init__(pace=None, chat_pace=None)
        self.awaited: dict[tuple[int, str], asyncio.Event] = {}

    def _sent(self, chat: int, given: dict[str, Any], plain: str) -> dict[str, Any]:
        event = self.awaited.pop((chat, plain), None)
        if event is not None:
            event.set()
        return super()._sent(chat, given, plain)


async def person(server: Server, http: httpx.AsyncClient, telegram: Listening, chat: int, times: int) -> list[float]:
    """Write, wait for the answer, and again; the seconds that each answer took."""
    took = []
    for number in range(times):
        answered = telegram.awaited[(chat, f"Anda berkata: pesan {number}")] = asyncio.Event()
        began = time.perf_counter()
        await server.deliver(http, telegram.says(chat, f"pesan {number}"))
        await answered.wait()
        took.append(time.perf_counter() - began)
    return took


async def talk(server: Server, telegram: Listening, people: int, messages: int, first: int) -> None:
    """Let people talk at once, and print how fast that went."""
    limits = httpx.Limits(max_connections=people)
    async with httpx.AsyncClient(limits=limits, timeout=30) as http:
        began, spent = time.perf_counter(), processor(server.pid)
        each = max(1, messages // people)
        runs = await asyncio.gather(*(person(server, http, telegram, first + n, each) for n in range(people)))
        elapsed = time.perf_counter() - began
    took = sorted(seconds for run in runs for seconds in run)
    p50, p95 = statistics.median(took), took[int(len(took) * 0.95)]
    cost = (processor(server.pid) - spent) / len(took)
    print(f"| {people:3} | {len(took) / elapsed:8.1f} | {p50 * 1000:8.1f} | {p95 * 1000:8.1f} | {cost * 1000:6.1f} |")


async def flood(server: Server, telegram: Listening, messages: int) -> None:
    """Hand deliveries over from 50 people without waiting for any answer."""
    updates = [telegram.says(900_000 + n % 50, f"pesan {n}") for n in range(messages)]
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=20), timeout=30) as http:
        began = time.perf_counter()
        await asyncio.gather(*(server.deliver(http, update) for update in updates))
    print(f"\nwebhooks answered without waiting for replies: {messages / (time.perf_counter() - began):.0f}/s")


def processor(pid: int) -> float:
    """Seconds of processor time that a process has used, in all its threads (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """Resident megabytes of a process (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


async def open_stream(port: int, url: str, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a talk's event stream and read its first event."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET {url}/events HTTP/1.1\r\nHost: bot\r\nAuthorization: Bearer {token}\r\n\r\n"
    writer.write(head.encode())
    await reader.readuntil(b"event: message")  # the greeting: the stream stands
    await reader.readuntil(b"\n\n")
    return reader, writer


async def streams(server: Server, count: int) -> None:
    """Open many event streams of one talk each; see what they cost, and how fast a message arrives on one."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as http:
        begun = await start_talks(http, count)
        before = memory(server.pid)
        opened = [await open_stream(server.port, url, token) for url, token in begun]
        after = memory(server.pid)
        late = [await arrival(http, *talk, reader) for talk, (reader, _) in zip(begun[:50], opened, strict=False)]
    each, wait = (after - before) * 1024 / count, statistics.median(late) * 1000
    print(f"{count} open event streams: {after - before:.0f} MB more ({each:.1f} KB each), {after:.0f} MB in all")
    print(f"a message is on its stream after {wait:.1f} ms")
    for _, writer in opened:
        writer.close()


async def start_talks(http: httpx.AsyncClient, count: int) -> list[tuple[str, str]]:
    """Begin talks; the address and token of each."""
    begun = []
    for _ in range(count):
        talk = (await http.post("/api/v1/conversations", json={"channel": "web"})).json()
        begun.append((f"/api/v1/conversations/{talk['id']}", talk["token"]))
    return begun


async def arrival(http: httpx.AsyncClient, url: str, token: str, reader: asyncio.StreamReader) -> float:
    """The seconds from sending a message until it is on its talk's stream."""
    began = time.perf_counter()
    sending = asyncio.create_task(
        http.post(f"{url}/messages", headers={"Authorization": f"Bearer {token}"}, json={"text": "halo"})
    )
    await reader.readuntil(b"event: message")
    took = time.perf_counter() - began
    await sending
    return took


async def run(options: argparse.Namespace, url: str, folder: str) -> None:
    """Measure everything against one server."""
    telegram = Listening()
    async with serving(telegram.app) as api:
        server = Server(
            {"ARKAS_DATABASE_URL": url, "ARKAS_TELEGRAM_TOKEN": TOKEN, "ARKAS_TELEGRAM_SECRET": SECRET,
             "ARKAS_TELEGRAM_API_URL": api, "ARKAS_VAR_DIR": folder, "ARKAS_CHANNEL_CONCURRENCY": "16"}
        )  # fmt: skip
        await server.start()
        await until_alive(server)
        print("| people at once | answers/s | p50 ms | p95 ms | processor ms/answer |\n| --- | --- | --- | --- | --- |")
        for people in (1, 10, 50):
            await talk(server, telegram, people, options.messages, people * 1000)
        await flood(server, telegram, options.messages)
        await streams(server, options.streams)
        await server.stop()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run it all and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--messages", type=int, default=400)
    parser.add_argument("--streams", type=int, default=2000)
    parser.add_argument("--database-url", default="")
    options = parser.parse_args(arguments)
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    folder = tempfile.mkdtemp(prefix="arkas-channels-")
    try:
        url = options.database_url or f"sqlite+aiosqlite:///{folder}/arkas.db"
        upgrade(url)
        asyncio.run(run(options, url, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
