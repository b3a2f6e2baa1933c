import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from bot.attachments.inspection import MAX_UNPACKED, inspect
from bot.errors import FileBomb, LockedArchive, UnsupportedFile

ZIP = "application/zip"


def packed(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def png(width: int, height: int) -> bytes:
    chunks = (b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT" + zlib.compress(bytes(9)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )


def check(tmp_path: Path, content: bytes, media_type: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    inspect(path, media_type)


def test_archive_of_screenshots_and_a_database_may_come_in(tmp_path: Path) -> None:
    members = ("layar.png", png(1920, 1080)), ("arkas.db", b"SQLite format 3\x00" + bytes(200_000))
    check(tmp_path, packed(*members), ZIP)
    check(tmp_path, packed(("dalam.zip", packed(*members))), ZIP)
    letter = packed(
        ("word/document.xml", b"<w/>"), ("word/embeddings/tabel.xlsx", packed(("xl/workbook.xml", b"<x/>")))
    )
    check(tmp_path, packed(("surat.docx", letter)), ZIP)


@pytest.mark.parametrize("depth", [4, 6])
def test_archives_are_not_nested_without_end(tmp_path: Path, depth: int) -> None:
    content = packed(("a.txt", b"halo"))
    for _ in range(depth - 1):
        content = packed(("dalam.zip", content))
    with pytest.raises(FileBomb):
        check(tmp_path, content, ZIP)


def test_archive_that_swells_a_thousandfold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileBomb):
        check(tmp_path, packed(("nol.bin", bytes(60 * 1024**2))), ZIP)


def test_bomb_in_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    inner = packed(*((f"{n}.bin", bytes(12 * 1024**2)) for n in range(5)))
    with pytest.raises(FileBomb):
        check(tmp_path, packed(("dalam.zip", inner)), ZIP)


def test_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    content = bytearray(packed(("a.txt", b"x" * 1000)))
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = content.index(signature) + offset
        content[place : place + 4] = struct.pack("<I", 10)
    with pytest.raises(UnsupportedFile):
        check(tmp_path, bytes(content), ZIP)


def test_archive_that_tells_a_size_above_all_limits_is_refused_unread(tmp_path: Path) -> None:
    content = bytearray(packed(("a.txt", b"x" * 1000)))
    place = content.index(b"PK\x01\x02") + 24
    content[place : place + 4] = struct.pack("<I", MAX_UNPACKED + 1)
    with pytest.raises(FileBomb):
        check(tmp_path, bytes(content), ZIP)


def test_entries_over_the_same_bytes_are_refused(tmp_path: Path) -> None:
    content = bytearray(packed(("a.txt", b"x" * 100), ("b.txt", b"y" * 100)))
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    content[second + 42 : second + 46] = struct.pack("<I", 0)
    with pytest.raises(FileBomb):
        check(tmp_path, bytes(content), ZIP)


def test_archive_with_a_password_is_refused(tmp_path: Path) -> None:
    content = bytearray(packed(("rahasia.txt", b"halo")))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(LockedArchive, match="kata sandi"):
        check(tmp_path, bytes(content), ZIP)


@pytest.mark.parametrize("program", [b"MZ\x90\x00", b"\x7fELF\x02", b"#!/bin/sh\n"])
def test_program_in_an_archive_is_refused(tmp_path: Path, program: bytes) -> None:
    with pytest.raises(UnsupportedFile):
        check(tmp_path, packed(("baca saya.txt", program + bytes(100))), ZIP)


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "/etc/passwd", "C:\\Windows\\x", "a\\..\\..\\b", "foto.png.bat", "a.LNK", "x.hta ."]
)
def test_archive_that_writes_outside_or_runs_at_a_double_click_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnsupportedFile):
        check(tmp_path, packed((name, b"echo halo")), ZIP)


def test_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("foto")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(UnsupportedFile):
        check(tmp_path, buffer.getvalue(), ZIP)


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x03\x04" + bytes(500), packed(("a", b"b"))[:-10]])
def test_broken_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnsupportedFile):
        check(tmp_path, content, ZIP)


def test_office_files_are_archives_too(tmp_path: Path) -> None:
    bomb = packed(("xl/worksheets/sheet1.xml", b" " * 60 * 1024**2))
    with pytest.raises(FileBomb):
        check(tmp_path, bomb, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@pytest.mark.parametrize(("width", "height"), [(40_000, 40_000), (2_000_000_000, 2_000_000_000), (12_001, 10_000)])
def test_image_that_decodes_to_gigabytes_is_refused(tmp_path: Path, width: int, height: int) -> None:
    with pytest.raises(FileBomb):
        check(tmp_path, png(width, height), "image/png")


@pytest.mark.parametrize("content", [png(12_000, 9_000), png(0, 0), b"\x89PNG\r\n\x1a\n" + bytes(40), b"\xff\xd8\xff"])
def test_photo_and_broken_screenshot_may_come_in(tmp_path: Path, content: bytes) -> None:
    check(tmp_path, content, "image/png")
