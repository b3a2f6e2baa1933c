"""A stand-in for ClamAV's clamd that speaks INSTREAM and knows the EICAR test file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

# The harmless test file of eicar.org, in two pieces so that no scanner takes this source for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"


class StandInClamd:
    """Answers as clamd does; `broken` makes it hang up in the middle, `limit` refuse long streams."""

    def __init__(self, *, broken: bool = False, limit: int = 30_000_000) -> None:
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
