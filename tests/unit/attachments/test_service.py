import io
import os
import random
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.attachments.rules import HEAD_BYTES, label, safe_name, sniff
from bot.attachments.service import AttachmentService, Limits
from bot.clock import SettableClock
from bot.errors import EmptyFile, FileTooLarge, TooManyFiles, UnsupportedFile

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 32

pytestmark = pytest.mark.anyio


@dataclass
class Fake:
    filename: str | None
    content: bytes

    async def pieces(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self.content), 7):
            yield self.content[start : start + 7]


@pytest.fixture
def service(tmp_path: Path) -> AttachmentService:
    clock = SettableClock(datetime(2026, 11, 23, tzinfo=UTC))
    return AttachmentService(tmp_path / "files", clock, Limits(file_bytes=1000, message_bytes=1500, files=3))


def stored(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


async def test_file_is_stored_under_its_hash(service: AttachmentService) -> None:
    [file] = await service.take_in([Fake("layar.png", PNG)])
    assert (file.name, file.media_type, file.size) == ("layar.png", "image/png", len(PNG))
    assert service.path_of(file).read_bytes() == PNG


async def test_file_and_its_place_are_on_the_disk_before_anybody_hears_of_it(
    service: AttachmentService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: written.append(str(Path(f"/proc/self/fd/{handle}").readlink())))
    [file] = await service.take_in([Fake("layar.png", PNG)])
    content, *folders = written
    assert "incoming" in content
    assert folders == [str(service.path_of(file).parent), str(tmp_path / "files")]


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (Fake("kosong.png", b""), EmptyFile),
        (Fake("virus.png", b"MZ\x90\x00" + b"\x00" * 100), UnsupportedFile),
        (Fake("laman.png", b"<html><script>alert(1)</script>"), UnsupportedFile),
        (Fake("gambar.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), UnsupportedFile),
        (Fake("besar.png", PNG + b"\x00" * 1000), FileTooLarge),
    ],
)
async def test_one_bad_file_stores_none(
    service: AttachmentService, tmp_path: Path, bad: Fake, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await service.take_in([Fake("baik.png", PNG), bad])
    assert stored(tmp_path) == []


async def test_all_files_of_a_message_have_a_limit(service: AttachmentService) -> None:
    with pytest.raises(FileTooLarge):
        await service.take_in([Fake("a.png", PNG + b"\x00" * 800), Fake("b.png", PNG + b"\x00" * 800)])


async def test_too_many_files_are_refused(service: AttachmentService) -> None:
    with pytest.raises(TooManyFiles):
        await service.take_in([Fake("a.png", PNG)] * 4)


@pytest.mark.parametrize(
    ("given", "name"),
    [("../../etc/passwd", "passwd"), ("C:\\foto\\layar 1.png", "layar 1.png"), (None, "berkas"), ("..", "berkas"),
     ("a\u202egnp.exe", "agnp.exe"), ("x" * 300 + ".png", "x" * 100 + ".png"), ("nota\x00.pdf", "nota.pdf")],
)  # fmt: skip
async def test_name_is_only_a_harmless_label(given: str | None, name: str) -> None:
    assert safe_name(given) == name


NOISE = random.Random(7).randbytes(40_960)  # noqa: S311 - the same noise each time
OFFICE = {
    "docx": ("[Content_Types].xml", "word/document.xml"),
    "xlsx": ("[Content_Types].xml", "xl/workbook.xml"),
    "pptx": ("[Content_Types].xml", "ppt/presentation.xml"),
}


def archive(*names: str, kind: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        if kind:
            packed.writestr("mimetype", kind)
        for name in names:
            packed.writestr(name, "<xml/>" * 50)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"SQLite format 3\x00" + b"\x00" * 100, "a.db"),
        (NOISE, "a.db"),
        (NOISE[:16] + b"\x10\x00\x02\x02\x50\x40\x20\x20" + NOISE[24:], "a.db"),  # the cipher of SQLite3MC
        (archive(*OFFICE["docx"]), "a.docx"),
        (archive(*OFFICE["xlsx"]), "a.xlsx"),
        (archive(*OFFICE["pptx"]), "a.pptx"),
        (archive("content.xml", kind="application/vnd.oasis.opendocument.spreadsheet"), "a.ods"),
        (archive("layar.png"), "a.zip"),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 60, "a.mp4"),
        (b"\0\0\0\x18ftyp3gp4\0\0\x02\0isom3gp4" + b"\0" * 60, "a.mp4"),  # the same box, by whatever name
        (b"\x1a\x45\xdf\xa3" + b"\x42\x82\x84webm" + b"\0" * 60, "a.webm"),
        (b"%PDF-1.7\n", "a.pdf"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 60, "a.jpg"),
    ],
)
async def test_content_decides_the_type_and_the_ending(content: bytes, name: str) -> None:
    assert label("a", sniff(content[:HEAD_BYTES], len(content))) == name


@pytest.mark.parametrize(
    "content",
    [
        b"halo",
        NOISE[:40_000],  # no whole pages
        NOISE[:1024],  # too little to be told from anything
        b"Rar!\x1a\x07\x00" + NOISE[7:],
        b"7z\xbc\xaf\x27\x1c" + NOISE[6:],
        b"\x1f\x8b\x08" + NOISE[3:],
        b"MZ\x90\x00" + NOISE[4:],
        b"\x7fELF" + NOISE[4:],
        b"<html>" + b"<script>alert(1)</script>" * 200,
        b"#!/bin/sh\n" + b"rm -rf /\n" * 200,
        b"\x78\x9f\x3e\x22" + NOISE[4:],
    ],
)
async def test_what_is_not_on_the_list_is_refused(content: bytes) -> None:
    with pytest.raises(UnsupportedFile):
        sniff(content[:HEAD_BYTES], len(content))
