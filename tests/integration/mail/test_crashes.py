"""kill -9 between every two steps of sending and of receiving: no mail lost, none twice but where SMTP leaves it open.

ARKAS_TEST_NIGHTLY=1 kills some 200 times on each database instead of some 20 on SQLite.
"""

import asyncio
import os
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import func, select

from bot.attachments.repository import files_of_ticket
from bot.clock import SettableClock
from bot.database import Database
from bot.mail.models import SentState
from bot.tickets.models import TicketEventKind
from bot.tickets.repository import tickets
from tests.integration.mail_crash import KILLED, run_process
from tests.integration.mail_desk import PNG, ImapAccount, MailWorld, SmtpSink, letter, reply_address

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

NIGHTLY: Final = bool(os.environ.get("ARKAS_TEST_NIGHTLY"))
MAILS: Final = 12 if NIGHTLY else 3
# Each step, and how often it is passed: nothing is taken in of a machine's mail, so of files there is one less.
SENDING: Final = dict.fromkeys(
    (
        "outbox.taken",
        "mail.stored",
        "mail.sending",
        "mail.handed_over",
        "mail.sent",
        "outbox.handled",
        "outbox.finished",
    ),
    MAILS,
) | {"outbox.taken": MAILS // 4 + 1}  # four errands are taken at once, and at last none
RECEIVING: Final = dict.fromkeys(
    ("mail.fetched", "mail.archived", "mail.taken_in", "mail.files_kept", "ticket.event_stored", "ticket.written",
     "ticket.committed", "mail.told", "mail.finished", "mail.moved"),
    MAILS,
) | {"mail.files_kept": MAILS - 1}  # fmt: skip


def _faults(passed: dict[str, int]) -> list[str]:
    return [f"{point}:{nth}" for point, times in passed.items() for nth in range(1, (times if NIGHTLY else 1) + 1)]


@pytest.fixture(params=["sqlite", "postgresql"] if NIGHTLY else ["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'arkas.db')}"
    url: str = request.getfixturevalue("emptied_postgres")
    return url


@pytest.mark.parametrize("fault", _faults(SENDING))
async def test_sending(fault: str, database: Database, clock: SettableClock, tmp_path: Path, smtp: SmtpSink) -> None:
    world = MailWorld(database, clock, tmp_path)
    tickets = [await world.ticket(f"Kendala nomor {number}", f"op{number}@sdn.sch.id") for number in range(MAILS)]
    url, now = database.url, clock.now()
    died = await asyncio.to_thread(run_process, url, tmp_path, now, port=smtp.port, fault=fault)
    assert died == KILLED
    open_ended = {mail.message_id for mail in await world.sent() if mail.state is SentState.SENDING}
    later = now + timedelta(minutes=30)  # the dead one's lease has run out
    assert await asyncio.to_thread(run_process, url, tmp_path, later, port=smtp.port) == 0
    copies = Counter(str(mail["Message-ID"]) for mail in smtp.mails)
    assert {mail.state for mail in await world.sent()} == {SentState.SENT}
    assert len(copies) == len(tickets) == len(set(smtp.recipients))
    assert {identity for identity, count in copies.items() if count > 1} <= open_ended
    assert max(copies.values()) <= 2


async def _deliver(account: ImapAccount, number: int) -> list[bytes]:
    to = reply_address(number)
    raws = [
        letter("Dana BOS belum masuk rekening.", sender="baru@sdn2.sch.id", subject="Dana belum masuk"),
        letter("Ini tangkapan layarnya.", to=to, files=[("layar.png", PNG)]),
        letter("Saya sedang cuti.", to=to, subject="Automatic reply", Auto_Submitted="auto-replied"),
    ]
    raws += [letter(f"tambahan ke-{n}", to=to) for n in range(MAILS - 3)]
    for raw in raws:
        await asyncio.to_thread(account.append, raw)
    return raws


async def _tickets(database: Database) -> int:
    async with database.read() as connection:
        return int(await connection.scalar(select(func.count()).select_from(tickets)) or 0)


@pytest.mark.parametrize("fault", _faults(RECEIVING))
async def test_receiving(
    fault: str, database: Database, clock: SettableClock, tmp_path: Path, account: ImapAccount
) -> None:
    world = MailWorld(database, clock, tmp_path)
    ticket = await world.ticket()
    raws = await _deliver(account, ticket.number)
    where = {"port": account.server.port, "user": account.server.user}
    url, now = database.url, clock.now()
    died = await asyncio.to_thread(run_process, url, tmp_path, now, fault=fault, **where)  # type: ignore[arg-type]
    assert died == KILLED
    assert await asyncio.to_thread(run_process, url, tmp_path, now + timedelta(minutes=1), **where) == 0  # type: ignore[arg-type]
    moved = account.contents("ARKAS-Selesai") + account.contents("ARKAS-Ditahan")
    assert (account.contents("INBOX"), sorted(moved)) == ([], sorted(raws))
    received = await world.service.received(limit=100)
    assert Counter(mail.outcome.value for mail in received) == {"opened": 1, "replied": MAILS - 2, "suspended": 1}
    found = await world.tickets.find(ticket.number)
    assert found is not None
    events = Counter(event.kind for event in found.events)
    assert events[TicketEventKind.REPORTER_REPLIED] == MAILS - 2
    assert events[TicketEventKind.AUTO_MAIL_RECEIVED] == 1
    assert await _tickets(database) == 2  # a number of a transaction that died is never used, so none is looked up
    async with database.read() as connection:
        assert [file.name for file in await files_of_ticket(connection, ticket.number)] == ["layar.png"]
