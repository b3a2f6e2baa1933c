"""Pure rules of canned replies: what may be kept, and how a ticket's facts are put in."""

import re
from collections.abc import Mapping
from typing import Final

from bot.errors import InvalidInput

TITLE_LENGTH: Final = 80
TEXT_LENGTH: Final = 5_000
# What may stand in braces, and what it becomes; shown beside the editor.
VARIABLES: Final[Mapping[str, str]] = {
    "nama": "sapaan pelapor", "nomor": "nomor tiket", "judul": "perihal tiket", "program": "program tiket",
    "petugas": "nama petugas",
}  # fmt: skip
_VARIABLE: Final = re.compile(r"\{\s*([a-z_]+)\s*\}")


def parse_title(text: str) -> str:
    """The title on one line. Raises InvalidInput when it is empty or longer than 80 characters."""
    title = " ".join(text.split())
    if not 0 < len(title) <= TITLE_LENGTH:
        raise InvalidInput("Judul balasan diisi 1 sampai 80 huruf.")
    return title


def parse_body(text: str) -> str:
    """The text. Raises InvalidInput when it is empty, too long, or names a variable that there is none of."""
    body = text.replace("\r\n", "\n").strip()
    if not 0 < len(body) <= TEXT_LENGTH:
        raise InvalidInput("Isi balasan diisi 1 sampai 5.000 huruf.")
    unknown = sorted({name for name in _VARIABLE.findall(body) if name not in VARIABLES})
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in VARIABLES)
        raise InvalidInput(f"Variabel {{{unknown[0]}}} tidak dikenal. Yang tersedia: {known}.")
    return body


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with a ticket's facts; once, so that no fact is read as a variable.

    >>> filled("Yth. {nama}, tiket #{nomor}", {"nama": "Bapak/Ibu {nomor}", "nomor": "12"})
    'Yth. Bapak/Ibu {nomor}, tiket #12'
    """
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)
