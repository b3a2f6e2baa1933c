"""Pages of a PDF are drawn by a process that can do nothing else, and is gone when it takes too long."""

import io
import os
import sys
from pathlib import Path

import pytest
from PIL import Image

from bot.attachments import pdf as module
from bot.attachments.pdf import PdfPages
from bot.errors import UnreadablePdf
from tests.integration.pdfs import pdf

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


def kept(folder: Path, content: bytes) -> Path:
    path = folder / "surat.pdf"
    path.write_bytes(content)
    return path


def program(source: str) -> PdfPages:
    """A program in the place of the real one."""
    return PdfPages([sys.executable, "-c", source])


@pytest.mark.parametrize(
    ("box", "size"), [("0 0 595 842", (1131, 1600)), ("0 0 72 72", (216, 216)), ("0 0 14400 1", (1600, 1))]
)
async def test_a_page_is_a_picture_of_bounded_size(tmp_path: Path, box: str, size: tuple[int, int]) -> None:
    path = kept(tmp_path, pdf(3, box=box))
    assert await PdfPages().count(path) == 3
    with Image.open(io.BytesIO(await PdfPages().draw(path, 2))) as picture:
        assert (picture.format, picture.size) == ("WEBP", size)
        if size[1] > 1000:
            assert min(picture.convert("L").tobytes()) < 100, "nothing is drawn"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"bukan pdf", pdf(1)[:200]])
async def test_what_is_no_pdf_is_told(tmp_path: Path, content: bytes) -> None:
    path = kept(tmp_path, content)
    with pytest.raises(UnreadablePdf):
        await PdfPages().draw(path, 1)


async def test_a_page_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePdf):
        await PdfPages().draw(kept(tmp_path, pdf(2)), 3)


async def test_one_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    source = f"import os, signal; open({str(mark)!r}, 'w').write(str(os.getpid())); os.close(1); signal.pause()"
    with pytest.raises(UnreadablePdf):
        await PdfPages([sys.executable, "-c", source], seconds=0.5).count(kept(tmp_path, pdf()))
    told = mark.read_text() if mark.exists() else ""
    with pytest.raises(ProcessLookupError):  # on a busy machine it was ended before it could say who it is
        os.kill(int(told or 2**31 - 1), 0)


async def test_one_that_says_too_much_is_not_listened_to(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePdf):
        await program("import sys\nwhile True: sys.stdout.write('0' * 65536)").draw(kept(tmp_path, pdf()), 1)


async def test_it_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARKAS_SECRET_KEY", "rahasia")
    told = await program("import os; print(int('ARKAS_SECRET_KEY' in os.environ), end='')").count(kept(tmp_path, pdf()))
    assert told == 0


async def test_it_can_open_nothing_when_it_looks_at_the_file(tmp_path: Path) -> None:
    source = f"""
import socket, subprocess, sys
sys.path.insert(0, {str(Path(module.__file__).parent)!r})
import pdf_program
pdf_program._give_up_rights()
refused = 0
for forbidden in (lambda: open("/etc/passwd"), socket.socket, lambda: subprocess.run(["true"])):
    try:
        forbidden()
    except OSError:
        refused += 1
print(refused, end="")
"""
    assert await program(source).count(kept(tmp_path, pdf())) == 3
