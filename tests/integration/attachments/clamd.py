"""ClamAV's clamd, with one signature of our own, and a stand-in for it; both know the EICAR test file."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

LIMIT = 2 * 1024**2  # of what clamd scans of a stream; so small that a test soon reaches it
PATIENCE = 20.0

# The harmless test file of eicar.org, in two pieces so that no scanner takes this source for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"


class StandInClamd:
    """Answers as clamd does; `broken` makes it hang up in the middle, `limit` refuse long streams."""

    def __init__(self, *, broken: bool = False, limit: int = LIMIT) -> None:
        self.scanned: list[int] = []
        self._broken = broken
        self._limit = limit

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        content = bytearray()
        while not self._broken and (length := int.from_bytes(await reader.readexactly(4), "big")):
            content += await reader.readexactly(length)
        self.scanned.append(len(content))
        if not self._broken:
            writer.write(self._answer(bytes(content)))
            await writer.drain()
        writer.close()

    def _answer(self, content: bytes) -> bytes:
        if len(content) > self._limit:
            return b"INSTREAM size limit exceeded. ERROR\0"
        return b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


@asynccontextmanager
async def running(clamd: StandInClamd, socket: Path | None = None) -> AsyncIterator[str]:
    """Serve on a socket file, or on a free port, and tell the address as the setting wants it."""
    if socket is not None:
        server = await asyncio.start_unix_server(clamd.serve, socket)
        address = f"unix:{socket}"
    else:
        server = await asyncio.start_server(clamd.serve, "127.0.0.1", 0)
        address = f"tcp:127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield address


@asynccontextmanager
async def real(folder: Path) -> AsyncIterator[str]:
    """Debian's clamd on a socket of its own, with one signature and no download: it is there within a second."""
    if not os.environ.get("ARKAS_TEST_CLAMD"):
        pytest.skip("ARKAS_TEST_CLAMD is not set (Debian: clamav-daemon)")
    program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
    assert program, "ARKAS_TEST_CLAMD is set, but clamd is not installed"
    process = await asyncio.create_subprocess_exec(program, "-c", str(_configured(folder)))
    try:
        async with asyncio.timeout(PATIENCE):
            while not (folder / "clamd.sock").exists():
                assert process.returncode is None, (folder / "log").read_text()
                await asyncio.sleep(0.05)
        yield f"unix:{folder / 'clamd.sock'}"
    finally:
        process.terminate()
        await process.wait()


def _configured(folder: Path) -> Path:
    (folder / "db").mkdir()
    (folder / "db" / "uji.ndb").write_text(f"Uji.Eicar:0:*:{EICAR.hex()}\n")
    lines = [
        f"LocalSocket {folder / 'clamd.sock'}", f"DatabaseDirectory {folder / 'db'}", f"LogFile {folder / 'log'}",
        "Foreground yes", f"StreamMaxLength {LIMIT}", *(["User root"] if os.getuid() == 0 else []),
    ]  # fmt: skip
    (folder / "clamd.conf").write_text("\n".join(lines) + "\n")
    return folder / "clamd.conf"
