"""Scanning for viruses: ClamAV's clamd over its socket, or nothing where none is configured."""

import asyncio
from pathlib import Path
from typing import Final, Protocol

from bot.errors import ScannerAway

_PIECE: Final = 256 * 1024
_FOUND: Final = " FOUND"


class Scanner(Protocol):
    """Looks for viruses in a file."""

    async def scan(self, path: Path) -> str | None:
        """The name of what was found, None for a clean file. Raises ScannerAway when nobody can tell."""
        ...


class NoScanner:
    """Finds nothing: no scanner is configured."""

    async def scan(self, path: Path) -> str | None:  # noqa: ARG002
        """Call every file clean."""
        return None


class ClamdScanner:
    """clamd's INSTREAM command (clamd(8)): the file is sent in pieces, each after its length, ended by a zero length.

    Whatever is not a clear answer is ScannerAway: a file that nobody could check is not let in.
    """

    def __init__(self, address: str, *, timeout: float = 60.0) -> None:
        self._address = address
        self._timeout = timeout

    async def scan(self, path: Path) -> str | None:
        """Ask clamd."""
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._ask(path)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise ScannerAway from error
        verdict = answer.removeprefix("stream:").strip()
        if verdict == "OK":
            return None
        if not verdict.endswith(_FOUND.strip()):
            raise ScannerAway  # "INSTREAM size limit exceeded. ERROR" and the like
        return verdict.removesuffix(_FOUND)

    async def _ask(self, path: Path) -> str:
        reader, writer = await self._connect()
        try:
            await self._send(writer, path)
            return (await reader.readuntil(b"\0")).rstrip(b"\0").decode(errors="replace")
        finally:
            writer.close()

    async def _send(self, writer: asyncio.StreamWriter, path: Path) -> None:
        writer.write(b"zINSTREAM\0")
        with path.open("rb") as file:
            while piece := await asyncio.to_thread(file.read, _PIECE):
                writer.write(len(piece).to_bytes(4, "big") + piece)
                await writer.drain()
        writer.write(bytes(4))
        await writer.drain()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        kind, _, place = self._address.partition(":")
        if kind == "unix":
            return await asyncio.open_unix_connection(place)
        host, _, port = place.rpartition(":")
        return await asyncio.open_connection(host, int(port))


def make_scanner(address: str) -> Scanner:
    """The scanner that the setting names. Raises ValueError unless that is unix:PATH, tcp:HOST:PORT or empty."""
    if not address:
        return NoScanner()
    kind, _, place = address.partition(":")
    if kind not in {"unix", "tcp"} or not place or (kind == "tcp" and not place.rpartition(":")[2].isdigit()):
        raise ValueError("clamd is named as unix:/path/to/socket or tcp:host:port")
    return ClamdScanner(address)
