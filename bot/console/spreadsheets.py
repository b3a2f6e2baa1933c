"""Tables as CSV that spreadsheets open as they are: UTF-8 with its mark, and no cell that becomes a formula."""

import csv
import io
import re
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from typing import Final

from starlette.responses import Response, StreamingResponse

from bot.console.routing import PRIVATE

# OWASP, "CSV Injection": how a formula begins, also in full-width signs and after spaces that a program skips. A
# semicolon or a tab begins a cell where the regional settings say so (Indonesian Excel: the semicolon).
_FORMULA: Final = re.compile(r"(^|[;\t\r\n])(?=[\s\"'\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20])|^(?=[\t\r\n])")


def csv_response(filename: str, header: Sequence[str], rows: AsyncIterable[Sequence[object]]) -> Response:
    """A download that is written while it is read from the database."""
    disposition = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return StreamingResponse(_lines(header, rows), 200, PRIVATE | disposition, "text/csv; charset=utf-8")


async def _lines(header: Sequence[str], rows: AsyncIterable[Sequence[object]]) -> AsyncIterator[str]:
    yield "\ufeff" + csv_line(header)
    async for row in rows:
        yield csv_line(row)


def csv_line(cells: Iterable[object]) -> str:
    r"""One line; numbers stay numbers, and a text that begins like a formula is quoted.

    >>> csv_line(["=1+1", -2, "a b", "x;=2", " @3"])
    "'=1+1,-2,a b,x;'=2,' @3\r\n"
    """
    line = io.StringIO()
    csv.writer(line).writerow([_safe(cell) for cell in cells])
    return line.getvalue()


def _safe(cell: object) -> object:
    return _FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell
