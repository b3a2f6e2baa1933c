"""What the crash tests run in processes of their own, to be killed there as by `kill -9`."""

import asyncio
import os
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.clock import SettableClock
from bot.database import Database
from bot.faults import VARIABLE
from bot.outbox.models import OutboxItem
from bot.outbox.worker import Worker
from bot.tickets.log import DeskPolicy
from bot.tickets.models import NewTicket, Reply
from bot.tickets.service import TicketService
from bot.tickets.silence import SilenceHandler


@dataclass(frozen=True)
class Post:
    """Takes the place of a mail server that keeps what it has accepted: one line a mail, on disk before it returns."""

    path: Path

    async def handle(self, item: OutboxItem) -> None:
        with self.path.open("a") as file:
            file.write(f"{item.payload['ticket']} {item.payload['template']} {item.key} {item.attempts}\n")
            file.flush()
            os.fsync(file.fileno())


def _run(work: Coroutine[Any, Any, None], fault: str | None) -> None:
    os.environ.pop(VARIABLE, None)
    if fault:
        os.environ[VARIABLE] = fault
    asyncio.run(work)


def work(url: str, now: datetime, post: Path, fault: str | None) -> None:
    """A worker that does what is due at `now` and ends, or dies at `fault`."""

    async def drain() -> None:
        database, clock = Database(url), SettableClock(now)
        silence = SilenceHandler(database, clock, DeskPolicy())
        await Worker(database, clock, {"mail": Post(post), "ticket_silence": silence}).drain()
        await database.close()

    _run(drain(), fault)


def report(url: str, now: datetime, new: NewTicket, fault: str | None) -> None:
    """Somebody's form arrives; the process dies at `fault`."""

    async def send() -> None:
        await TicketService(Database(url), SettableClock(now)).open(new)

    _run(send(), fault)


def reply(url: str, now: datetime, number: int, answer: Reply, fault: str | None) -> None:
    """A reporter's mail arrives; the process dies at `fault`."""

    async def send() -> None:
        await TicketService(Database(url), SettableClock(now)).reply(number, answer)

    _run(send(), fault)
