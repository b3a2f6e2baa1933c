"""Backup and restore of a running installation, on both databases."""

import asyncio
import io
import tarfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.attachments.repository import attachments
from bot.attachments.service import AttachmentService, Limits
from bot.clock import SettableClock
from bot.database import Database
from bot.mail.archive import FolderArchive
from bot.mail.models import ReceivedMail
from bot.mail.reading import fingerprint
from bot.mail.repository import insert_received, received_mails
from bot.operations.backup import BackupUnusable, backup, restore
from bot.tickets.repository import ticket_events, tickets
from tests.integration.desks import REPORT, Desk

pytestmark = pytest.mark.integration

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "files" / "ab").mkdir(parents=True)
    (tmp_path / "files" / "ab" / "abcd").write_bytes(b"isi")
    return {"files": tmp_path / "files"}


def at_desk(url: str, work: Callable[[Desk], Any]) -> Any:  # noqa: ANN401 - whatever the work gives
    async def run() -> Any:  # noqa: ANN401
        database = Database(url)
        try:
            return await work(Desk(database, SettableClock(NOW)))
        finally:
            await database.close()

    return asyncio.run(run())


def test_what_was_saved_comes_back_and_numbers_go_on(
    database_url: str, tmp_path: Path, folders: dict[str, Path]
) -> None:
    saved = at_desk(database_url, lambda desk: desk.asked())
    backup(database_url, folders, tmp_path / "arkas.tar", at=NOW)
    lost = at_desk(database_url, lambda desk: desk.open())
    (folders["files"] / "ab" / "abcd").unlink()
    restore(database_url, folders, tmp_path / "arkas.tar")
    assert at_desk(database_url, lambda desk: desk.ticket(saved.number)) == saved
    assert at_desk(database_url, lambda desk: desk.tickets.find(lost.number)) is None
    assert (folders["files"] / "ab" / "abcd").read_bytes() == b"isi"
    assert at_desk(database_url, lambda desk: desk.open()).number > saved.number


def test_open_connections_see_what_was_restored(database_url: str, tmp_path: Path, folders: dict[str, Path]) -> None:
    """Tickets are opened all the while; nobody meets an error, and what came before the backup is in it."""

    async def run() -> None:
        database = Database(database_url)
        desk = Desk(database, SettableClock(NOW))
        first = await desk.open()
        saving = asyncio.to_thread(backup, database_url, folders, tmp_path / "arkas.tar", at=NOW)
        await asyncio.gather(saving, *(desk.open() for _ in range(20)))
        await desk.officers.solve(first.number, "budi")
        loading = asyncio.to_thread(restore, database_url, folders, tmp_path / "arkas.tar")
        await asyncio.gather(loading, *(desk.tickets.find(first.number) for _ in range(20)))
        assert (await desk.ticket(first.number)).length == 1
        await database.close()

    asyncio.run(run())


@dataclass
class Upload:
    """A file on its way in, different each time."""

    content: bytes
    filename: str | None = "bukti.pdf"

    async def pieces(self) -> AsyncIterator[bytes]:
        yield self.content


async def work_until(stop: asyncio.Event, database: Database, folders: dict[str, Path], worker: int) -> None:
    """Tickets with files and raw mails come in, and files of nobody are thrown away, as fast as it goes."""
    clock = SettableClock(NOW)
    desk, files = Desk(database, clock), AttachmentService(folders["attachments"], clock, Limits(9_000, 9_000, 3))
    archive, number = FolderArchive(folders["mail"]), 0
    while not stop.is_set() and number < 500:
        number += 1
        kept = await files.take_in([Upload(b"%PDF-1.7\n" + f"{worker}-{number}".encode() * 100)])
        await desk.tickets.open(replace(REPORT, idempotency_key=f"k{worker}-{number}"), files=kept)
        raw = f"From: a@b.id\r\nMessage-ID: <{worker}-{number}@b.id>\r\n\r\nisi".encode()
        mail = ReceivedMail(fingerprint(raw), await archive.keep(raw), len(raw), "uji", NOW)
        async with database.write() as connection:
            await insert_received(connection, mail)
        for loose in await files.take_in([Upload(b"%PDF-1.7\nx" + f"{worker}-{number}".encode())]):
            files.path_of(loose).unlink()


async def everything(database: Database) -> tuple[set[int], set[str], set[str]]:
    """Numbers of tickets whose logs are whole, and the hashes of files and raw mails that rows name."""
    async with database.read() as connection:
        numbers = set((await connection.execute(select(tickets.c.number))).scalars())
        logged = set((await connection.execute(select(ticket_events.c.ticket_number))).scalars())
        files = (await connection.execute(select(attachments.c.sha256, attachments.c.ticket_number))).all()
        mails = set((await connection.execute(select(received_mails.c.raw_sha256))).scalars())
    assert numbers == logged == {file.ticket_number for file in files}
    return numbers, {file.sha256 for file in files}, mails


def test_backup_of_a_busy_installation_lacks_nothing_that_it_names(database_url: str, tmp_path: Path) -> None:
    """What was open, half written or thrown away while it ran does not break it, and every row finds its file."""
    folders = {name: tmp_path / name for name in ("attachments", "mail")}
    elsewhere = {name: tmp_path / "lain" / name for name in folders}
    (folders["mail"] / "ab").mkdir(parents=True)
    (folders["mail"] / "ab" / ".abcdef").write_bytes(b"ditinggalkan proses yang mati")

    async def run() -> int:
        database, stop = Database(database_url), asyncio.Event()
        busy = [asyncio.create_task(work_until(stop, database, folders, worker)) for worker in range(3)]
        for number in range(3):
            await asyncio.sleep(0.2)
            await asyncio.to_thread(backup, database_url, folders, tmp_path / f"{number}.tar", at=NOW)
        stop.set()
        await asyncio.gather(*busy)
        after = await everything(database)
        await database.close()
        return len(after[0])

    opened = asyncio.run(run())
    restore(database_url, elsewhere, tmp_path / "2.tar")
    numbers, files, mails = at_desk(database_url, lambda desk: everything(desk.database))
    assert 0 < len(numbers) <= opened
    kept = {path.name for path in elsewhere["attachments"].rglob("*") if path.is_file()}
    archived = {path.name.removesuffix(".eml.gz") for path in elsewhere["mail"].rglob("*") if path.is_file()}
    assert files <= kept
    assert mails <= archived
    assert not any(name.startswith(".") for name in archived), "a draft was taken for a mail"


def test_other_files_are_refused_and_change_nothing(
    database_url: str, tmp_path: Path, folders: dict[str, Path]
) -> None:
    ticket = at_desk(database_url, lambda desk: desk.open())
    (tmp_path / "text.tar").write_text("bukan tar")
    with tarfile.open(tmp_path / "other.tar", "w") as tar:
        tar.addfile(tarfile.TarInfo("manifest.json"), io.BytesIO(b""))
        tar.addfile(tarfile.TarInfo("x"), io.BytesIO(b""))
    for name in ("text.tar", "other.tar", "none.tar"):
        with pytest.raises(BackupUnusable):
            restore(database_url, folders, tmp_path / name)
    assert at_desk(database_url, lambda desk: desk.tickets.find(ticket.number)) == ticket


def test_file_does_not_leave_its_folder(database_url: str, tmp_path: Path, folders: dict[str, Path]) -> None:
    backup(database_url, folders, tmp_path / "arkas.tar", at=NOW)
    with tarfile.open(tmp_path / "arkas.tar", "a") as tar:
        member = tarfile.TarInfo("files/../../evil")
        member.size = 4
        tar.addfile(member, io.BytesIO(b"evil"))
    with pytest.raises(tarfile.OutsideDestinationError):
        restore(database_url, folders, tmp_path / "arkas.tar")
    assert not (tmp_path.parent / "evil").exists()
