"""Files pass a scanner over its real protocol before they are let in."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.attachments.scanning import make_scanner
from bot.attachments.service import AttachmentService, Limits
from bot.clock import SettableClock
from bot.errors import InfectedFile, ScannerAway
from tests.integration.attachments.clamd import EICAR, StandInClamd, real, running

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

PDF = b"%PDF-1.7\n"
MIB = 1024**2


@dataclass
class Sent:
    """An upload of `head` and then as many MiB of zeros."""

    head: bytes
    mebibytes: int = 0
    filename: str | None = "bukti.pdf"

    async def pieces(self) -> AsyncIterator[bytes]:
        yield self.head
        for _ in range(self.mebibytes * 4):
            yield bytes(MIB // 4)


def service(folder: Path, clamd: str) -> AttachmentService:
    clock = SettableClock(datetime(2026, 11, 23, tzinfo=UTC))
    return AttachmentService(folder / "files", clock, Limits(25 * MIB, 60 * MIB, 10), make_scanner(clamd))


def kept(folder: Path) -> list[Path]:
    return [path for path in (folder / "files").rglob("*") if path.is_file()]


@pytest.fixture(params=["stand-in on a socket", "stand-in over TCP", "clamd"])
async def clamd(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a clamd: what holds for the stand-in is asked of the real one too."""
    socket = tmp_path / "clamd.sock" if request.param == "stand-in on a socket" else None
    async with real(tmp_path) if request.param == "clamd" else running(StandInClamd(), socket) as address:
        yield address


async def test_clean_file_passes_and_a_virus_does_not(tmp_path: Path, clamd: str) -> None:
    await service(tmp_path, clamd).take_in([Sent(PDF, 1)])
    with pytest.raises(InfectedFile, match="virus"):
        await service(tmp_path, clamd).take_in([Sent(PDF), Sent(PDF + EICAR)])
    assert len(kept(tmp_path)) == 1


async def test_file_above_what_it_scans_is_not_let_in(tmp_path: Path, clamd: str) -> None:
    with pytest.raises(ScannerAway):
        await service(tmp_path, clamd).take_in([Sent(PDF, 4)])
    assert kept(tmp_path) == []


async def test_file_is_not_let_in_when_the_scanner_hangs_up(tmp_path: Path) -> None:
    async with running(StandInClamd(broken=True)) as address:
        with pytest.raises(ScannerAway):
            await service(tmp_path, address).take_in([Sent(PDF, 1)])
    assert kept(tmp_path) == []


async def test_scanner_that_is_away_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScannerAway, match="tanpa lampiran"):
        await service(tmp_path, f"unix:{tmp_path / 'none.sock'}").take_in([Sent(PDF)])


@pytest.mark.parametrize("setting", ["clamd", "tcp:host", "unix:", "http://localhost:3310"])
def test_wrongly_written_address_is_refused(setting: str) -> None:
    with pytest.raises(ValueError, match="unix"):
        make_scanner(setting)


async def test_twenty_uploads_at_once_do_not_fill_the_memory(tmp_path: Path) -> None:
    attachments = service(tmp_path, "")
    tracemalloc.start()
    try:
        await asyncio.gather(*(attachments.take_in([Sent(PDF + bytes([n]), 10)]) for n in range(20)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(kept(tmp_path)) == 20
    assert peak < 40 * MIB  # 200 MiB went through
