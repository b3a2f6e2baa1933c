"""Pages of a PDF as pictures, drawn by a process of its own that can do nothing else (`pdf_program.py`)."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.errors import UnreadablePdf

MEDIA_TYPE: Final = "image/webp"
_PROGRAM: Final = (sys.executable, "-I", str(Path(__file__).with_name("pdf_program.py")))
_SECONDS: Final = 20.0  # by the clock; the process itself has less of the processor
_MOST_BYTES: Final = 8 * 1024**2  # of a picture; the largest that PDFium can draw at our size is half of it
_AT_ONCE: Final = 2


class PdfPages:
    """What may be seen of a PDF. Nothing is kept; a page takes a fifth of a second."""

    def __init__(self, program: Sequence[str] = _PROGRAM, *, seconds: float = _SECONDS) -> None:
        self._program = program
        self._seconds = seconds
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def count(self, path: Path) -> int:
        """How many pages a file has. Raises UnreadablePdf."""
        told = await self._asked(path, 0)
        if not told.isdigit():
            raise UnreadablePdf
        return int(told)

    async def draw(self, path: Path, number: int) -> bytes:
        """A page, counted from 1, as a picture of MEDIA_TYPE. Raises UnreadablePdf, also for a page it has not."""
        return await self._asked(path, max(number, 1))

    async def _asked(self, path: Path, number: int) -> bytes:
        async with self._turns:
            process = await self._started(path, number)
            try:
                async with asyncio.timeout(self._seconds):
                    answer = await _read(process.stdout)
                    if await process.wait() == 0:
                        return answer
                raise UnreadablePdf
            except TimeoutError as error:
                raise UnreadablePdf from error
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()

    async def _started(self, path: Path, number: int) -> Process:
        with path.open("rb") as file:
            return await asyncio.create_subprocess_exec(
                *self._program, str(number), stdin=file, stdout=PIPE, stderr=DEVNULL, env={}, cwd="/"
            )


async def _read(said: asyncio.StreamReader | None) -> bytes:
    """What a process says, if it is not more than a picture can be. Raises UnreadablePdf."""
    answer = bytearray()
    while said and (piece := await said.read(64 * 1024)):
        answer += piece
        if len(answer) > _MOST_BYTES:
            raise UnreadablePdf
    return bytes(answer)
