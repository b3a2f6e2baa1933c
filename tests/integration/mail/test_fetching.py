"""Fetching: a real Dovecot and the stand-in in memory keep one contract."""

import asyncio
import doctest
import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SettableClock
from bot.database import Database
from bot.mail import fetching
from bot.mail.fetching import MailFetcher
from bot.mail.imap import FetchedMail, ImapInbox, ImapServer, Inbox, MailboxAway, MemoryInbox
from bot.mail.models import ReceivedMail
from tests.integration.mail_desk import REPORTER, ImapAccount, MailWorld, free_port, letter

pytestmark = pytest.mark.anyio


class Box:
    """An inbox with a way to put mails in and to look what became of them."""

    def __init__(self, inbox: Inbox, append: Callable[[bytes], object], contents: Callable[[str], list[bytes]]) -> None:
        self.inbox = inbox
        self.append = append
        self.contents = contents


@pytest.fixture(params=["memory", "dovecot"])
def box(request: pytest.FixtureRequest) -> Box:
    if request.param == "dovecot":
        account: ImapAccount = request.getfixturevalue("account")
        return Box(account.inbox(), account.append, account.contents)
    memory = MemoryInbox()
    memory.max_bytes = 500_000
    folders = {"ARKAS-Selesai": memory.done, "ARKAS-Ditahan": memory.suspended}
    return Box(memory, memory.append, lambda name: folders.get(name, list(memory.inbox.values())))


@pytest.fixture
def fetcher(box: Box, world: MailWorld) -> MailFetcher:
    return MailFetcher(box.inbox, world.receiver, source="imap:uji", poll=timedelta(seconds=30))


@pytest.fixture(params=["sqlite"])
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    """What a mailbox does is no matter of the database: SQLite is enough here."""
    target = tmp_path / "arkas.db"
    target.write_bytes(sqlite_template.read_bytes())
    return f"sqlite+aiosqlite:///{target}"


async def test_mails_are_received_in_order_and_moved_never_deleted(
    box: Box, fetcher: MailFetcher, world: MailWorld
) -> None:
    raws = [letter(f"kendala nomor {n} di sekolah", subject=f"Kendala {n}") for n in range(3)]
    suspended = letter(Auto_Submitted="auto-replied")
    for raw in [*raws, suspended]:
        box.append(raw)
    assert await fetcher.run_once() == 4
    assert box.contents("INBOX") == []
    assert box.contents("ARKAS-Selesai") == raws
    assert box.contents("ARKAS-Ditahan") == [suspended]
    assert [mail.subject for mail in reversed(await world.service.received(outcome="opened"))] == [
        "Kendala 0",
        "Kendala 1",
        "Kendala 2",
    ]


async def test_too_large_mail_is_suspended_by_its_header(box: Box, fetcher: MailFetcher, world: MailWorld) -> None:
    box.append(letter("x") + b"a" * 600_000)
    assert await fetcher.run_once() == 1
    assert len(box.contents("ARKAS-Ditahan")[0]) > 600_000
    (received,) = await world.service.received()
    assert "batas ukuran" in received.reason


async def test_mail_that_fails_again_and_again_lets_the_others_pass(
    box: Box, fetcher: MailFetcher, world: MailWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = letter("mail jahat sekali", subject="jahat"), letter("mail yang baik", subject="baik")
    box.append(bad)
    box.append(good)
    work = world.receiver.work

    async def failing(stored: ReceivedMail, raw: bytes) -> ReceivedMail:
        if b"jahat" in raw:
            raise KeyError("sesuatu yang tidak terduga")
        return await work(stored, raw)

    monkeypatch.setattr(world.receiver, "work", failing)
    assert await fetcher.run_once() == 1
    assert box.contents("INBOX") == [bad]
    for _ in range(4):
        await fetcher.run_once()
    assert box.contents("ARKAS-Ditahan") == [bad]
    (received,) = await world.service.received(outcome="suspended")
    assert "gagal diproses" in received.reason


async def test_mail_that_was_received_before_is_only_moved(box: Box, fetcher: MailFetcher, world: MailWorld) -> None:
    raw = letter()
    await world.receiver.receive(raw, source="imap:uji")
    box.append(raw)
    assert await fetcher.run_once() == 1
    assert box.contents("ARKAS-Selesai") == [raw]
    assert len(await world.service.received()) == 1


async def test_new_mail_is_taken_at_once_by_idle(account: ImapAccount, world: MailWorld) -> None:
    fetcher = MailFetcher(account.inbox(), world.receiver, source="imap:uji", poll=timedelta(minutes=5))
    stop = asyncio.Event()
    task = asyncio.create_task(fetcher.run(stop))
    try:
        await asyncio.sleep(0.7)
        await asyncio.to_thread(account.append, letter())
        ends = time.monotonic() + 10
        while not await world.service.received(outcome="opened") and time.monotonic() < ends:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        assert len(await world.service.received(outcome="opened")) == 1
    finally:
        stop.set()
        await asyncio.wait_for(task, 15)


async def test_mailbox_that_was_made_anew_moves_no_wrong_mail(account: ImapAccount, world: MailWorld) -> None:
    account.append(letter("pertama kali ini", subject="pertama"))
    inbox = account.inbox()
    (mail,) = inbox.fetch(10)
    stale = FetchedMail(mail.uid, mail.raw, validity="1")
    with pytest.raises(MailboxAway):
        inbox.settle(stale, suspended=False)
    assert account.contents("INBOX") == [mail.raw]
    fetcher = MailFetcher(inbox, world.receiver, source="imap:uji", poll=timedelta(seconds=30))
    assert await fetcher.run_once() == 1
    assert account.contents("ARKAS-Selesai") == [mail.raw]


async def test_without_move_a_mail_is_copied_flagged_and_not_fetched_again(account: ImapAccount) -> None:
    raw = letter()
    account.append(raw)
    inbox = account.inbox()
    (mail,) = inbox.fetch(10)
    box = inbox._mailbox()
    box.client.capabilities = tuple(name for name in box.client.capabilities if name != "MOVE")
    inbox.settle(mail, suspended=True)
    assert list(inbox.fetch(10)) == []
    assert account.contents("INBOX") == account.contents("ARKAS-Ditahan") == [raw]


async def test_connection_that_breaks_is_dialled_again(account: ImapAccount, world: MailWorld) -> None:
    inbox = account.inbox()
    fetcher = MailFetcher(inbox, world.receiver, source="imap:uji", poll=timedelta(seconds=30))
    assert await fetcher.run_once() == 0
    inbox._mailbox().client.sock.shutdown(socket.SHUT_RDWR)
    account.append(letter())
    with pytest.raises(MailboxAway):
        await fetcher.run_once()
    assert await fetcher.run_once() == 1


def test_wrong_password_is_a_mailbox_that_is_away(account: ImapAccount) -> None:
    server = ImapServer("127.0.0.1", account.server.port, "siapa", "salah", tls=False)
    inbox = ImapInbox(server, done="a", suspended="b", max_bytes=1)
    with pytest.raises(MailboxAway):
        list(inbox.fetch(1))


def test_server_that_is_away_is_told_as_such() -> None:
    inbox = ImapInbox(ImapServer("127.0.0.1", free_port(), "u", "p", tls=False), done="a", suspended="b", max_bytes=1)
    with pytest.raises(MailboxAway):
        list(inbox.fetch(1))


async def test_fetching_goes_on_after_the_mailbox_was_away(
    database: Database, clock: SettableClock, tmp_path: Path
) -> None:
    class Flaky(MemoryInbox):
        failures = 2

        def wait(self, seconds: float) -> bool:
            return super().wait(min(seconds, 0.01))

        def settle(self, mail: FetchedMail, *, suspended: bool) -> None:
            if self.failures:
                self.failures -= 1
                raise MailboxAway("sebentar")
            super().settle(mail, suspended=suspended)

    world, inbox, stop = MailWorld(database, clock, tmp_path), Flaky(), asyncio.Event()
    inbox.append(letter(sender=REPORTER))
    fetcher = MailFetcher(inbox, world.receiver, source="imap:uji", poll=timedelta(milliseconds=20))
    task = asyncio.create_task(fetcher.run(stop))
    ends = time.monotonic() + 10
    while not inbox.done and time.monotonic() < ends:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    stop.set()
    await asyncio.wait_for(task, 10)
    assert len(inbox.done) == 1
    assert len(await world.service.received()) == 1


async def test_a_server_that_stays_away_is_dialled_less_and_less(
    database: Database, clock: SettableClock, tmp_path: Path
) -> None:
    class Away(MemoryInbox):
        tries = 0

        def fetch(self, limit: int) -> Iterator[FetchedMail]:  # noqa: ARG002
            self.tries += 1
            raise MailboxAway("kata sandi ditolak")

    world, inbox, stop = MailWorld(database, clock, tmp_path), Away(), asyncio.Event()
    fetcher = MailFetcher(inbox, world.receiver, source="imap:uji", poll=timedelta(milliseconds=50))
    task = asyncio.create_task(fetcher.run(stop))
    await asyncio.sleep(1.2)
    stop.set()
    await asyncio.wait_for(task, 10)
    assert 2 <= inbox.tries <= 5  # after 0.05, 0.15, 0.35, 0.75 seconds; before, every 0.05


def test_pauses_hold() -> None:
    assert doctest.testmod(fetching).failed == 0
