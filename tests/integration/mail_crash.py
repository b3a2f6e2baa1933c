"""The processes that the crash tests kill. Started by name in a fresh process each."""

import asyncio
import os
import sys
from datetime import datetime, timedelta
from functools import cache
from multiprocessing import forkserver, get_context
from pathlib import Path
from typing import Final

from bot.clock import SettableClock
from bot.database import Database
from bot.faults import VARIABLE
from bot.mail.fetching import MailFetcher
from bot.mail.smtp import SmtpMailer, SmtpServer
from tests.integration.mail_desk import ImapAccount, MailWorld

KILLED: Final = -9
PATIENCE: Final = 60
_CONTEXT: Final = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.integration.mail_desk", "tests.integration.mail_crash"])


async def _send(world: MailWorld, port: int) -> None:
    mailer = SmtpMailer(SmtpServer("127.0.0.1", port), timeout=5)
    await world.worker(mailer).drain()
    await mailer.close()


async def _receive(world: MailWorld, port: int, user: str) -> None:
    inbox = ImapAccount(port, user).inbox()
    await MailFetcher(inbox, world.receiver, source="imap:uji", poll=timedelta(seconds=1)).run_once()
    inbox.close()


def _main(url: str, folder: str, moment: datetime, fault: str | None, port: int, user: str | None) -> None:
    if fault is not None:
        os.environ[VARIABLE] = fault

    async def work() -> None:
        database = Database(url)
        world = MailWorld(database, SettableClock(moment), Path(folder))
        await (_receive(world, port, user) if user is not None else _send(world, port))
        await database.close()

    asyncio.run(work())


@cache
def _make_ready() -> None:
    """Start the process from which the others fork, with all modules loaded; it looks for them in PYTHONPATH only."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    try:
        forkserver.ensure_running()
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


def run_process(
    url: str, folder: Path, moment: datetime, *, port: int, fault: str | None = None, user: str | None = None
) -> int | None:
    """Work in a process of its own: send (without `user`) or receive. Returns its exit code."""
    _make_ready()
    process = _CONTEXT.Process(target=_main, args=(url, str(folder), moment, fault, port, user))
    process.start()
    process.join(PATIENCE)
    return process.exitcode
