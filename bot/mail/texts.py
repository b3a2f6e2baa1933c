"""Text from bytes of any or no charset, without what a database or a terminal chokes on."""

import codecs
import re
import unicodedata
from typing import Final

TEXT_CHARACTERS: Final = 500_000

# Codecs that Python knows but no mail is written in; some take quadratic time.
_NO_CHARSETS: Final = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
_MEANT: Final = {"iso8859-1": "cp1252", "ascii": "cp1252"}  # what browsers do (WHATWG Encoding, "latin1")
_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b\u00ad")


def decode(content: bytes, charset: str | None) -> str:
    """Read `content` by its label; UTF-8 that is labelled as something else is still read as UTF-8.

    Text in another charset is almost never valid UTF-8 by chance, so valid UTF-8 with non-ASCII letters wins.
    """
    content = content[: TEXT_CHARACTERS * 4]
    if _stateful(charset) and not _mislabelled(content, charset):
        return content.decode(charset or "ascii", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _nearly_utf8(content, charset) or content.decode(_codec(charset), "replace")


def _nearly_utf8(content: bytes, charset: str | None) -> str:
    """UTF-8 with a few broken letters, as of a mail that was cut; empty when it is none after all."""
    if _codec(charset) != "cp1252":
        return ""
    text = content.decode("utf-8-sig", "replace")
    broken = text.count("\ufffd")
    return text if sum(1 for letter in text if letter > "\x7f") > 2 * broken else ""


def _stateful(charset: str | None) -> bool:
    """Whether a charset writes other letters in ASCII bytes, which UTF-8 would misread."""
    return bool(charset) and _codec(charset).startswith(("iso2022", "utf-7", "utf-16", "utf-32", "hz"))


def _mislabelled(content: bytes, charset: str | None) -> bool:
    """Whether ASCII was called UTF-16 or UTF-32, whose letters of our alphabet hold zeros."""
    return _codec(charset).startswith(("utf-16", "utf-32")) and content.isascii() and b"\0" not in content


def _codec(charset: str | None) -> str:
    try:
        found = codecs.lookup((charset or "cp1252").strip()[:40])
    except (LookupError, ValueError, UnicodeError):
        return "cp1252"
    is_text: bool = found._is_text_encoding  # noqa: SLF001 - the only way to tell rot13 from a charset
    if not is_text or found.name in _NO_CHARSETS or found.name == "utf-8":
        return "cp1252"  # labelled UTF-8, but it is not
    return _MEANT.get(found.name, found.name)


def clean(text: str) -> str:
    """`text` with LF lines, without control characters, lone surrogates, and marks that turn the writing direction."""
    text = re.sub(r"\r\n?|[\u0085\u2028\u2029\v\f]", "\n", text[:TEXT_CHARACTERS])
    text = text.replace("\u00a0", " ").replace("\u202f", " ")
    kept = (c for c in text if c in "\n\t" or (c not in _BIDI and unicodedata.category(c) not in {"Cc", "Cs"}))
    return re.sub(r"[ \t]+\n", "\n", "".join(kept))


def one_line(text: str) -> str:
    """`text` as the value of a header field: no line break can stand in it, so none can be smuggled in."""
    return " ".join(clean(text).split())


def shorten(text: str, limit: int) -> str:
    """`text`, cut with a note when it is longer than `limit`; the whole mail is kept elsewhere."""
    note = "\n\n[dipotong; surat lengkap tersimpan]"
    return text if len(text) <= limit else text[: limit - len(note)].rstrip() + note


def unflow(text: str, *, delete_space: bool) -> str:
    """Join the soft-wrapped lines of format=flowed (RFC 3676): a line that ends in a space goes on in the next."""
    lines: list[str] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        depth, content = _depth(line)
        if open_depth == depth and lines:
            lines[-1] += content
        else:
            lines.append("> " * depth + content if depth else content)
        flows = content.endswith(" ") and content != "-- "
        open_depth = depth if flows else None
        if flows and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _depth(line: str) -> tuple[int, str]:
    content = line.lstrip(">")
    depth = len(line) - len(content)
    return depth, content.removeprefix(" ")
