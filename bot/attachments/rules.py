"""Pure rules of attachments: what may come in, judged by content and never by name."""

import unicodedata
from typing import Final

import filetype

from bot.errors import UnsupportedFile

HEAD_BYTES: Final = 8192  # what the sniffer wants to see of a file

ALLOWED_TYPES: Final = frozenset(
    {
        "image/png", "image/jpeg", "image/webp", "image/gif", "image/heic", "image/bmp",
        "video/mp4", "video/3gpp", "video/quicktime", "video/webm", "video/x-matroska",
        "application/pdf", "application/zip", "application/x-sqlite3",
        "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    }
)  # fmt: skip


def sniff(head: bytes) -> str:
    """The media type that the first bytes of a file tell. Raises UnsupportedFile when it is not on the allow-list."""
    found = filetype.guess_mime(head)
    if found not in ALLOWED_TYPES:
        raise UnsupportedFile
    return str(found)


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
