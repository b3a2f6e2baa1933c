"""From bytes to a mail that can be worked with, whatever is broken in it.

The standard library's parser (policy "default") is kept within bounds by a policy of ours: a header field is cut before
it is parsed, because its structured parser is quadratic in the length of a field, and a field it cannot parse is taken
as plain text. Structure is counted before parsing, because its line reader asks every open boundary about every line.
"""

import hashlib
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import getaddresses, unquote
from typing import Any, Final

from bot.errors import InvalidEmail
from bot.mail.models import IncomingMail, UnreadableMail
from bot.mail.parts import body_and_files
from bot.mail.quoting import fold
from bot.mail.texts import one_line
from bot.people.rules import parse_email

FIELD_CHARACTERS: Final = 4_096
LIST_CHARACTERS: Final = 16_384  # References of long threads
HEAD_BYTES: Final = 1_000_000  # a real one holds some ten thousand
MOST_DIVIDERS: Final = 5_000
MOST_LINES: Final = 2_000_000  # 85 MB of base64 are 1.2 million
MOST_WORK: Final = 20_000_000  # lines times boundaries: some three seconds
SUBJECT_CHARACTERS: Final = 400
_LONG_FIELDS: Final = frozenset({"references", "in-reply-to"})
_DIVIDER: Final = re.compile(rb"(?m)^--")
_BOUNDARY: Final = re.compile(rb"boundary\s*=", re.IGNORECASE)
_MESSAGE_ID: Final = re.compile(r"<[^<>\s]{3,998}>")
_UNSURE_OF_ADDRESS: Final = re.compile(r"[\s,;<>\"()]+")
_OURS: Final = re.compile(r"#\s?[1-9]\d{3,17}\b|\bt[1-9]\d{0,17}-[a-z2-7]{16}@", re.IGNORECASE)  # a ticket's number
_TRACED: Final = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to")


class BoundedPolicy(EmailPolicy):
    """The default policy with an upper bound for header fields, and no way for one to raise."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Split a field into name and value, cut it, and read raw bytes as UTF-8 or windows-1252."""
        name, _, first = sourcelines[0].partition(":")
        limit = LIST_CHARACTERS if name.strip().lower() in _LONG_FIELDS else FIELD_CHARACTERS
        value = "".join((first, *sourcelines[1:400]))[: limit + 2].strip(" \t\r\n")
        return name.strip(), _from_raw_bytes(value)[:limit]

    def header_fetch_parse(self, name: str, value: str) -> Any:  # noqa: ANN401 - the parent's own signature
        """Parse a field; one that cannot be parsed is plain text."""
        try:
            return super().header_fetch_parse(name, value)
        except Exception:  # noqa: BLE001 - the parser raises IndexError, RecursionError and others on broken fields
            return one_line(value)


POLICY: Final = BoundedPolicy()


def _from_raw_bytes(text: str) -> str:
    if text.isascii():
        return text
    raw = text.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def fingerprint(raw: bytes) -> str:
    """What makes two deliveries the same mail: identity, author, date, subject, content; not the trace of its way."""
    head, _, body = _split(raw)
    head, digest = head[:HEAD_BYTES], hashlib.sha256()
    for name in (b"message-id", b"from", b"date", b"subject"):
        found = re.search(rb"(?im)^" + name + rb":([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", head)
        digest.update(b"\0" + b" ".join((found[1] if found else b"").split()))
    for start in range(0, len(body), 1 << 20):
        digest.update(body[start : start + (1 << 20)].replace(b"\r", b""))
    return digest.hexdigest()


def _split(raw: bytes) -> tuple[bytes, bytes, bytes]:
    blank = re.search(rb"\r?\n\r?\n", raw)
    return (raw[: blank.start()], blank[0], raw[blank.end() :]) if blank else (raw, b"", b"")


def read_mail(raw: bytes) -> IncomingMail:
    """Read a mail. Raises UnreadableMail, and nothing else, when its bounds or its structure forbid it."""
    _check_bounds(raw)
    try:
        return _read(BytesParser(policy=POLICY).parsebytes(raw))
    except (MessageError, RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        raise UnreadableMail(f"susunan surat rusak ({type(error).__name__})") from error


def _check_bounds(raw: bytes) -> None:
    if len(_split(raw)[0]) > HEAD_BYTES:
        raise UnreadableMail("kepala surat terlalu panjang")
    lines = raw.count(b"\n")
    boundaries = _count(_BOUNDARY, raw)
    if lines > MOST_LINES or lines * boundaries > MOST_WORK or _count(_DIVIDER, raw) > MOST_DIVIDERS:
        raise UnreadableMail("susunan surat terlalu rumit")
    if not raw.strip():
        raise UnreadableMail("surat kosong, tanpa satu huruf pun")


def _count(pattern: re.Pattern[bytes], raw: bytes) -> int:
    return sum(1 for _ in pattern.finditer(raw))


def _read(message: Message) -> IncomingMail:
    headers = tuple(_headers(message))
    text, files = body_and_files(message)
    subject = one_line(str(message.get("subject", "")))[:SUBJECT_CHARACTERS]
    references = tuple(_references(headers))
    recipients = tuple(_recipients(headers))
    answers = bool(references) or is_answer(subject) or any(_OURS.search(text) for text in (subject, *recipients))
    written, quoted = fold(text, forwarded=is_forward(subject), answers=answers)
    sender, name = _author(message)
    identities = _MESSAGE_ID.findall(next((v for n, v in headers if n == "message-id"), ""))
    return IncomingMail(
        message=message,
        headers=headers,
        sender=sender,
        sender_name=name,
        recipients=recipients,
        subject=subject,
        message_id=identities[0] if identities else "",
        references=references,
        text=written,
        quoted=quoted,
        files=tuple(files),
    )


def is_forward(subject: str) -> bool:
    """Whether a subject says that the mail passes another one on ("Fwd:", "FW:", "Trs:")."""
    return bool(re.match(r"\s*(?:re|bls|balas)?\s*:?\s*(?:fwd?|fw|trs|terusan|diteruskan)\s*:", subject, re.IGNORECASE))


def is_answer(subject: str) -> bool:
    """Whether a subject says that the mail answers another one ("Re:", "Bls:", "Balas:")."""
    return bool(re.match(r"\s*(?:re|bls|balas|balasan|aw|sv|rv)\s*(?:\[\d+\])?\s*:", subject, re.IGNORECASE))


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    for number, (name, value) in enumerate(message.raw_items()):
        if number >= 1_000:
            return
        yield name.lower(), one_line(str(value))


def _author(message: Message) -> tuple[str, str]:
    raw = str(message.get("from", ""))
    for name, address in getaddresses([raw[:FIELD_CHARACTERS]])[:1]:
        try:
            return parse_email(address), one_line(unquote(name))[:100]
        except InvalidEmail:
            break
    return "", ""


def _recipients(headers: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for name, value in headers:
        if name in _TRACED:
            yield from (word for word in _UNSURE_OF_ADDRESS.split(value) if "@" in word)


def _references(headers: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """The mails that this one answers, the nearest first (RFC 5322, section 3.6.4)."""
    for wanted in ("in-reply-to", "references"):
        found = [_MESSAGE_ID.findall(value) for name, value in headers if name == wanted]
        yield from (identity for identities in found for identity in reversed(identities))
