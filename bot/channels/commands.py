"""What a person types with a slash, or as a code: parsed here, alike on every channel."""

import re
from dataclasses import dataclass
from typing import Final

from bot.dialogue.payloads import payload

_COMMAND: Final = re.compile(r"/(?P<name>[a-z_]{1,32})(?:@\w+)?(?:\s+(?P<argument>.*))?", re.IGNORECASE | re.DOTALL)
_ARTICLE: Final = re.compile(r"artikel_(\d{1,9})")
_LINK: Final = re.compile(r"k_(\d[A-Z0-9]{9})", re.IGNORECASE)
# "KODE 2ABCDE3456": what the link to WhatsApp fills in (wa.me has no parameter of its own). A code begins with a digit:
# "kode registrasi" is a question.
_TYPED_LINK: Final = re.compile(r"kode\s+(\d[A-Z0-9]{9})", re.IGNORECASE)
_ALIASES: Final = {"hapus_data": "hapus", "help": "menu", "bantuan": "menu", "stop": "hapus", "lanjut": "situs"}

# Commands that the dialogue answers: as a tap, or as words.
_PAYLOADS: Final = {
    "menu": payload("ask_help"), "petugas": payload("ask_person"), "batal": payload("cancel"),
    "tiket": payload("check_ticket"),
}  # fmt: skip


@dataclass(frozen=True)
class Command:
    """A command and what follows it."""

    name: str
    argument: str = ""


def parse_command(text: str) -> Command | None:
    """Return the command that a text is, or None. A code that came by a link is the command `sambung`."""
    stripped = text.strip()
    typed = _TYPED_LINK.fullmatch(stripped)
    if typed:
        return Command("sambung", typed[1])
    found = _COMMAND.fullmatch(stripped)
    if found is None:
        return None
    name, argument = found["name"].lower(), (found["argument"] or "").strip()
    linked = _LINK.fullmatch(argument) if name == "start" else None
    return Command("sambung", linked[1]) if linked else Command(_ALIASES.get(name, name), argument)


def for_dialogue(command: Command) -> tuple[str | None, str | None]:
    """What the dialogue is told for a command: (words, payload). An unknown command is read as plain words."""
    if command.name == "start":
        article = _ARTICLE.fullmatch(command.argument)
        return None, payload("choose_article", article=article[1]) if article else payload("greet")
    if command.name == "tiket" and command.argument:
        return f"cek tiket {command.argument}", None
    if command.name in _PAYLOADS:  # no words: within the ticket's form they would become part of the story
        return None, _PAYLOADS[command.name]
    return f"{command.name.replace('_', ' ')} {command.argument}".strip(), None
