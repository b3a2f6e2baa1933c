"""Pure rules of attachments: what may come in, judged by content and never by name."""

import math
import unicodedata
from collections import Counter
from typing import Final

import filetype

from bot.errors import PackedByOutlook, UnsupportedFile

HEAD_BYTES: Final = 8192  # what the sniffer wants to see of a file
ENCRYPTED: Final = "application/octet-stream"  # an encrypted database: it says nothing of itself
_PAGE_BYTES: Final = 1024  # SQLCipher 3 writes pages of 1,024 bytes, later ones of 4,096
_EVEN_BITS: Final = 7.9  # a byte of 8,192 random ones tells 7.98 bits, of 4,096 ones 7.95; text 4 to 6
_TNEF: Final = b"\x78\x9f\x3e\x22"  # MS-OXTNEF, section 2.1.3.1

ALLOWED_TYPES: Final = frozenset(
    {
        "image/png", "image/jpeg", "image/webp", "image/gif", "image/heic", "image/bmp",
        "video/mp4", "video/3gpp", "video/quicktime", "video/webm", "video/x-matroska",
        "application/pdf", "application/zip", "application/x-sqlite3",
        "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
    }
)  # fmt: skip


def sniff(head: bytes, size: int) -> str:
    """The media type that the first bytes of a file of `size` bytes tell.

    Raises UnsupportedFile when it is not on the allow-list, PackedByOutlook for winmail.dat.
    """
    if head.startswith(_TNEF):
        raise PackedByOutlook
    found = filetype.guess_mime(head)
    if found is None and _is_encrypted(head, size):
        return ENCRYPTED
    if found not in ALLOWED_TYPES:
        raise UnsupportedFile
    return str(found)


def _is_encrypted(head: bytes, size: int) -> bool:
    """Whether this may be ARKAS's own database, which is encrypted (dossier, section 2): whole pages of even noise.

    No program, page or script looks like that, so what else it may be cannot run.
    """
    whole_pages = size > 0 and size % _PAGE_BYTES == 0 and len(head) >= min(size, HEAD_BYTES)
    return whole_pages and len(head) >= 4 * _PAGE_BYTES and _bits(head) >= _EVEN_BITS


def _bits(content: bytes) -> float:
    """How much a byte of `content` tells, in bits (Shannon)."""
    shares = (count / len(content) for count in Counter(content).values())
    return -sum(share * math.log2(share) for share in shares)


def safe_name(name: str | None) -> str:
    """The sender's file name as a harmless label: no folder, no control character, at most 120 characters."""
    base = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = clean.rpartition(".")
    return (f"{stem[:100]}{dot}{ending[:19]}" if dot else clean[:120]) or "berkas"


# What a file of a type may be called, the usual name first; a name that claims something else gets the usual one.
_ENDINGS: Final = {
    "image/png": ("png",), "image/jpeg": ("jpg", "jpeg", "jfif"), "image/webp": ("webp",), "image/gif": ("gif",),
    "image/heic": ("heic", "heif"), "image/bmp": ("bmp",), "video/mp4": ("mp4", "m4v"), "video/3gpp": ("3gp",),
    "video/quicktime": ("mov",), "video/webm": ("webm",), "video/x-matroska": ("mkv",), "application/pdf": ("pdf",),
    "application/zip": ("zip",), "application/x-sqlite3": ("db", "sqlite", "sqlite3"), "application/msword": ("doc",),
    "application/vnd.ms-excel": ("xls",), "application/vnd.ms-powerpoint": ("ppt",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",), "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "application/vnd.oasis.opendocument.presentation": ("odp",), ENCRYPTED: ("db",),
}  # fmt: skip


def label(name: str | None, media_type: str) -> str:
    """The sender's file name, harmless, and ending as its content deserves.

    >>> label("tagihan.exe", "image/png")
    'tagihan.exe.png'
    """
    clean = safe_name(name)
    endings = _ENDINGS.get(media_type, ())
    if not endings or clean.rpartition(".")[2].lower() in endings:
        return clean
    return f"{clean[:110]}.{endings[0]}"
