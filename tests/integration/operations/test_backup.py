"""Backup and restore of a running installation, on both databases."""

import asyncio
import io
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SettableClock
from bot.database import Database
from bot.operations.backup import BackupUnusable, backup, restore
from tests.integration.desks import Desk

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
