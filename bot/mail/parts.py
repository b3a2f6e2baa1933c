"""Which parts of a mail are its text, and which are files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Final

from bot.mail.markup import text_of_html
from bot.mail.models import MailFile, decoded
from bot.mail.texts import clean, decode, one_line, unflow

MOST_PARTS: Final = 200
DECORATION_BYTES: Final = 2_048  # logos and tracking dots within HTML; a screenshot is larger
_WRITTEN_PICTURE: Final = re.compile(rb"data:[\w/+.-]{3,60};base64,[A-Za-z0-9+/=\s]{100,}")
_NO_FILES: Final = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "text/calendar",
     "text/x-amp-html", "message/delivery-status", "message/disposition-notification", "text/rfc822-headers"}
)  # fmt: skip


@dataclass
class _Found:
    texts: list[str] = field(default_factory=list)
    files: list[MailFile] = field(default_factory=list)
    left: int = MOST_PARTS


def body_and_files(message: Message) -> tuple[str, list[MailFile]]:
    """The text of a mail as lines, quotations marked by ">", and its files."""
    found = _Found()
    _walk(message, found)
    return clean("\n\n".join(text for text in found.texts if text.strip())), found.files


def _walk(part: Message, found: _Found) -> None:
    found.left -= 1
    if found.left < 0:
        return
    kind = part.get_content_type()
    if kind == "message/rfc822":
        _take_forwarded(part, found)
    elif part.is_multipart():
        for child in _chosen(part, kind):
            _walk(child, found)
    elif kind.startswith("multipart/"):  # without a boundary: what is there stands as text
        found.texts.append(_text(part, "text/plain"))
    elif kind in {"text/plain", "text/html"} and not _is_file(part):
        found.texts.append(_text(part, kind))
    elif kind not in _NO_FILES and not _is_decoration(part):
        found.files.append(MailFile(_filename(part), part))


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _chosen(part: Message, kind: str) -> Iterator[Message]:
    children = _children(part)
    if kind == "multipart/alternative":
        yield from _alternative(children)
    elif kind in {"multipart/signed", "multipart/report"}:
        yield from children[:1]  # the rest is for machines
    else:
        yield from children


def _alternative(children: list[Message]) -> Iterator[Message]:
    """The plain text when it says anything, else the last that is no text/plain; files hidden beside it come along."""
    plain = next((c for c in children if c.get_content_type() == "text/plain" and _text(c, "text/plain").strip()), None)
    rich = [c for c in children if c.get_content_type() != "text/plain"]
    if plain is None:
        yield from rich[-1:] or children[:1]
        return
    yield plain
    for child in rich:
        yield from (inner for inner in _leaves(child) if inner.get_content_maintype() != "text")


def _leaves(part: Message) -> Iterator[Message]:
    for number, inner in enumerate(part.walk()):
        if number >= MOST_PARTS:
            return
        if not inner.is_multipart():
            yield inner


def _take_forwarded(part: Message, found: _Found) -> None:
    """A mail that is passed on as a file is read to the officer, within the same bounds."""
    for inner in _children(part)[:1]:
        found.texts.append(f"--- Pesan terlampir: {one_line(str(inner.get('subject', '')))[:200]} ---")
        _walk(inner, found)


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _is_decoration(part: Message) -> bool:
    inline = part.get_content_maintype() == "image" and part.get_content_disposition() != "attachment"
    return inline and part.get("content-id") is not None and len(decoded(part)) < DECORATION_BYTES


def _filename(part: Message) -> str | None:
    name = part.get_filename()
    return one_line(str(name))[:200] if name else None


def _text(part: Message, kind: str) -> str:
    raw = decoded(part)
    if kind == "text/html":  # a picture written into the page would leave no room for the words below it
        return text_of_html(decode(_WRITTEN_PICTURE.sub(b"", raw), part.get_content_charset()))
    content = decode(raw, part.get_content_charset())
    if str(part.get_param("format", "")).lower() == "flowed":
        return unflow(content.replace("\r\n", "\n"), delete_space=str(part.get_param("delsp", "")).lower() == "yes")
    return content
