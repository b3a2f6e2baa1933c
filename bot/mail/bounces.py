"""Reports that a mail could not be delivered: RFC 3464, and the forms of servers that follow none."""

import re
from collections.abc import Iterator
from email.message import Message
from typing import Final, NamedTuple

from bot.mail.models import IncomingMail, decoded
from bot.mail.texts import decode

_DAEMONS: Final = re.compile(
    r"mailer-daemon|postmaster|mail-daemon|mdaemon|bounces?(?:[+-][^@\s]{0,80})?@|mail delivery (?:sub)?system",
    re.IGNORECASE,
)
_SUBJECTS: Final = re.compile(
    r"(?:undeliver(?:able|ed)|tidak (?:dapat )?terkirim|mail delivery (?:failed|subsystem|failure|system)|"
    r"delivery status notification|returned mail|failure notice|delivery (?:has )?fail|non remis|"
    r"message (?:not delivered|undeliverable)|pesan tidak (?:dapat )?(?:terkirim|dikirim)|gagal (?:mengirim|terkirim)|"
    r"nondelivery report|warning: (?:could not send|message))",
    re.IGNORECASE,
)
_QMAIL: Final = re.compile(r"this is the (?:qmail-send program|mail (?:system|delivery system) at)", re.IGNORECASE)
_STATUS: Final = re.compile(r"^\s*status\s*:\s*([245])\.\d{1,3}\.\d{1,3}", re.IGNORECASE | re.MULTILINE)
_ACTION: Final = re.compile(
    r"^\s*action\s*:\s*(failed|delayed|delivered|relayed|expanded)", re.IGNORECASE | re.MULTILINE
)
_LOOKED_AT: Final = 200_000


class Bounce(NamedTuple):
    """A report: whether the delivery failed for good (or is only late), and all text in which our mail is named."""

    final: bool
    evidence: str


def find_bounce(mail: IncomingMail) -> Bounce | None:
    """The delivery report that a mail is, or None."""
    if not _is_report(mail):
        return None
    machine = "\n".join(_machine_parts(mail.message))
    statuses = set(_STATUS.findall(machine))
    actions = {action.lower() for action in _ACTION.findall(machine)}
    final = "failed" in actions or (not actions and "4" not in statuses)
    return Bounce(final, "\n".join((machine, mail.text, mail.quoted, *mail.references)))


def _is_report(mail: IncomingMail) -> bool:
    kind = mail.message.get_content_type()
    report = str(mail.message.get_param("report-type", "")).lower() if kind == "multipart/report" else ""
    if report == "delivery-status" or _holds_status(mail.message):
        return True
    empty_path = any(value.strip() == "<>" for value in mail.all_of("return-path"))
    daemon = bool(_DAEMONS.search(mail.first("from")[:300])) or mail.first("x-failed-recipients") != ""
    telling = bool(_SUBJECTS.search(mail.subject[:200]) or _QMAIL.search(mail.text[:2000]))
    return (daemon and (telling or empty_path)) or (empty_path and telling)


def _holds_status(message: Message) -> bool:
    return any(part.get_content_type() == "message/delivery-status" for part in _parts(message))


def _parts(message: Message) -> Iterator[Message]:
    for number, part in enumerate(message.walk()):
        if number >= 100:
            return
        yield part


def _machine_parts(message: Message) -> Iterator[str]:
    """The status fields, and the headers of the mail that came back, as text."""
    for part in _parts(message):
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            yield "\n".join(_fields(part))
        elif kind == "text/rfc822-headers":
            yield decode(decoded(part)[:_LOOKED_AT], "utf-8")
        elif part is not message:
            yield "\n".join(
                str(value) for name, value in part.raw_items() if name.lower() in {"message-id", "references"}
            )


def _fields(part: Message) -> Iterator[str]:
    payload = part.get_payload()
    blocks = payload if isinstance(payload, list) else [part]
    for block in blocks[:50]:
        if isinstance(block, Message):
            yield from (f"{name}: {value}" for name, value in block.raw_items())
            inner = block.get_payload()
            yield inner[:_LOOKED_AT] if isinstance(inner, str) else ""
