"""Looking into files that can be more than they seem: archives and images that unpack to far more than they hold."""

import stat
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import IO, Final

from PIL import Image

from bot.errors import FileBomb, LockedArchive, UnsupportedFile

MAX_PIXELS: Final = 120_000_000  # phones take 50 to 108 million; decoded, this is a third of a gigabyte
MAX_UNPACKED: Final = 512 * 1024**2
MAX_ENTRIES: Final = 10_000
MAX_DEPTH: Final = 3  # a table in a letter in an archive is the most that somebody packs without meaning harm
_PIECE: Final = 1024**2
Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # whoever decodes an image later is warned by the same limit
_SPOOLED: Final = 8 * 1024**2
_ENCRYPTED: Final = 0x1
_PACKED: Final = ("openxmlformats", "opendocument")  # office files that are archives
_ARCHIVE: Final = b"PK\x03\x04"
# What Windows runs at a double click, though its bytes are plain text or say nothing.
_RUN: Final = frozenset(
    {"bat", "cmd", "com", "scr", "pif", "exe", "dll", "msi", "msp", "js", "jse", "vbs", "vbe", "wsf", "wsh", "hta",
     "ps1", "psm1", "lnk", "reg", "cpl", "jar", "apk", "chm", "scf", "url"}
)  # fmt: skip
_PROGRAMS: Final = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!")


def inspect(path: Path, media_type: str) -> None:
    """Refuse what is dangerous to open. Reads the whole of an archive, so call it from a thread.

    Raises FileBomb, LockedArchive (a password), and UnsupportedFile for a broken archive or a program inside one.
    """
    if media_type.startswith("image/"):
        _inspect_image(path)
    elif media_type == "application/zip" or any(kind in media_type for kind in _PACKED):
        with path.open("rb") as file:
            _Archive(file.seek(0, 2)).inspect(file)


def _inspect_image(path: Path) -> None:
    """Only the header is read. What Pillow cannot read (HEIC, a broken screenshot) cannot unpack either."""
    try:
        with Image.open(path) as image:
            width, height = image.size
    except Image.DecompressionBombError as error:
        raise FileBomb from error
    except (OSError, ValueError, SyntaxError):
        return
    if width * height > MAX_PIXELS:
        raise FileBomb


def _is_harmful(entry: zipfile.ZipInfo) -> bool:
    """Whether unpacking would write outside its folder, make a link, or leave what runs at a double click."""
    name = entry.filename.replace("\\", "/")
    leaves = name.startswith("/") or ".." in name.split("/") or ":" in name[:2]
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    return leaves or is_link or name.rstrip(". ").rpartition(".")[2].lower() in _RUN


class _Archive:
    """One upload's archive with all that is packed in it: the limits hold for everything together."""

    def __init__(self, size: int) -> None:
        self._left = min(MAX_UNPACKED, max(100 * size, 50 * 1024**2))  # what is packed a hundredfold is no report
        self._entries = MAX_ENTRIES

    def inspect(self, file: IO[bytes], depth: int = 1) -> None:
        """Unpack everything, keeping nothing."""
        try:
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
                self._refuse_by_directory(entries)
                for entry in entries:
                    self._inspect_entry(archive, entry, depth)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
            raise UnsupportedFile from error

    def _refuse_by_directory(self, entries: list[zipfile.ZipInfo]) -> None:
        """What the archive says of itself is enough to refuse it, and never enough to trust it."""
        self._entries -= len(entries)
        if self._entries < 0 or sum(entry.file_size for entry in entries) > self._left:
            raise FileBomb
        if len({entry.header_offset for entry in entries}) < len(entries):
            raise FileBomb  # several entries over the same bytes (Fifield, "A better zip bomb", 2019)
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise LockedArchive
        if any(_is_harmful(entry) for entry in entries):
            raise UnsupportedFile

    def _inspect_entry(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, depth: int) -> None:
        with archive.open(entry) as packed, tempfile.SpooledTemporaryFile(_SPOOLED) as kept:
            head = packed.read(_PIECE)
            if head.startswith(_PROGRAMS):
                raise UnsupportedFile
            nested = head.startswith(_ARCHIVE)
            piece = head
            while piece:
                self._left -= len(piece)
                if self._left < 0:
                    raise FileBomb
                if nested:
                    kept.write(piece)
                piece = packed.read(_PIECE)
            if nested:
                self._inspect_nested(kept, depth)

    def _inspect_nested(self, kept: IO[bytes], depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise FileBomb
        kept.seek(0)
        self.inspect(kept, depth + 1)
