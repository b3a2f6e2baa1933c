"""The processes that the crash tests kill. Started by name in a fresh process each."""

import asyncio
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.clock import SettableClock
from bot.database import Database
from bot.faults import VARIABLE
from bot.mail.fetching import MailFetcher
from bot.mail.smtp import SmtpMailer, SmtpServer
from tests.integration.forking import forked, make_ready
from tests.integration.mail_desk import ImapAccount, MailWorld

KILLED: Final = -9
PATIENCE: Final = 60


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


def run_process(
    url: str, folder: Path, moment: datetime, *, port: int, fault: str | None = None, user: str | None = None
) -> int | None:
    """Work in a process of its own: send (without `user`) or receive. Returns its exit code."""
    make_ready()
    process = forked.Process(target=_main, args=(url, str(folder), moment, fault, port, user))
    process.start()
    process.join(PATIENCE)
    return process.exitcode
