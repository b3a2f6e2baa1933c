"""From what has to be said to a mail, as bytes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.calendar.rules import say_moment
from bot.mail.deadline import deadline_file
from bot.mail.desk import Letter
from bot.mail.models import MailTemplate, OutgoingMail
from bot.mail.quoting import SEPARATOR
from bot.mail.signing import TicketMarks
from bot.mail.texts import clean, one_line

SUBJECT_CHARACTERS: Final = 200
MOST_REFERENCES: Final = 10
_IDENTITIES: Final = frozenset({"message-id", "in-reply-to", "references"})

# RFC 3834, section 5: what answers a mail of the reporter, and what comes by itself. The rest an officer wrote.
_AUTO_SUBMITTED: Final = {
    MailTemplate.OPENED: "auto-replied",
    MailTemplate.REPLY_RECEIVED: "auto-replied",
    MailTemplate.FOLLOWED_UP: "auto-replied",
    MailTemplate.REMINDER_6H: "auto-generated",
    MailTemplate.REMINDER_24H: "auto-generated",
    MailTemplate.CLOSED_FOR_SILENCE: "auto-generated",
    MailTemplate.MERGED: "auto-generated",
}
# MS-OXCMAIL 2.1.3.2.20; "All" would also suppress the report that a mail could not be delivered (NDR).
_SUPPRESS: Final = "DR, RN, NRN, OOF, AutoReply"


class _IdentityPolicy(EmailPolicy):
    """Writes identities as they are: the standard library turns a long one into an encoded word, and threads break."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() in _IDENTITIES:
            return f"{name}: {(self.linesep + ' ').join(str(value).split())}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _IDENTITIES:
            return self.fold(name, value).encode("ascii", "replace")
        return super().fold_binary(name, value)


POLICY: Final = _IdentityPolicy(linesep=SMTP.linesep, max_line_length=78)


@dataclass(frozen=True)
class Addresses:
    """Whom our mails come from, and where answers go: `reply` may hold {token}, the ticket's signed mark."""

    sender: str
    reply: str = ""

    @property
    def plain(self) -> str:
        """The sender's address without a name."""
        return parseaddr(self.sender)[1]

    @property
    def domain(self) -> str:
        """The domain of our Message-IDs."""
        return self.plain.rpartition("@")[2]

    def reply_to(self, token: str) -> str:
        """Where an answer to the ticket goes."""
        return self.reply.replace("{token}", token) if self.reply else self.plain


class Composer:
    """Makes mails. The same letter and key give the same Message-ID, always."""

    def __init__(self, addresses: Addresses, marks: TicketMarks) -> None:
        self._addresses = addresses
        self._marks = marks
        loader = FileSystemLoader(Path(__file__).parent / "templates")
        options = {"loader": loader, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
        self._plain = Environment(**options, autoescape=False)  # type: ignore[arg-type]  # noqa: S701 - text, not HTML
        self._rich = Environment(**options, autoescape=True)  # type: ignore[arg-type]
        self._plain.filters.update(paragraphs=_plain_paragraphs, moment=say_moment)
        self._rich.filters.update(paragraphs=_rich_paragraphs, moment=say_moment)

    def compose(self, letter: Letter, *, key: str, thread: Sequence[str], at: datetime) -> OutgoingMail:
        """The mail, with the identities of the mails before it (`thread`, oldest first) as its references."""
        letter = replace(letter, subject=one_line(letter.subject))
        message_id = self._marks.message_id(letter.number, key)
        message = self._with_headers(letter, message_id, thread, at)
        self._fill(message, letter, at)
        return OutgoingMail(
            key=key,
            message_id=message_id,
            ticket_number=letter.number,
            template=letter.template.value,
            recipient=letter.recipient,
            subject=str(message["Subject"]),
            raw=message.as_bytes(),
            created_at=at,
        )

    def _with_headers(self, letter: Letter, message_id: str, thread: Sequence[str], at: datetime) -> EmailMessage:
        message = EmailMessage(policy=POLICY)
        message["From"] = _address(self._addresses.sender)
        message["To"] = Address(addr_spec=letter.recipient)
        message["Reply-To"] = Address(addr_spec=self._addresses.reply_to(self._marks.reply_token(letter.number)))
        message["Subject"] = subject_of(letter)
        message["Date"] = format_datetime(at)
        message["Message-ID"] = message_id
        _refer(message, thread)
        message["X-Auto-Response-Suppress"] = _SUPPRESS
        message["X-Arkas-Mail"] = letter.template.value
        if letter.template in _AUTO_SUBMITTED:
            message["Auto-Submitted"] = _AUTO_SUBMITTED[letter.template]
        return message

    def _fill(self, message: EmailMessage, letter: Letter, at: datetime) -> None:
        facts = {"letter": letter, "separator": SEPARATOR, "marker": self._marks.marker(letter.number)}
        name = f"{letter.template.value}.j2"
        text = re.sub(r"\n{3,}", "\n\n", self._plain.get_template(name).render(facts, layout="layout.txt.j2"))
        html = self._rich.get_template(name).render(facts, layout="layout.html.j2")
        message.set_content(text.strip() + "\n", cte="quoted-printable")
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        if letter.template is MailTemplate.INFORMATION_ASKED and letter.closes_at is not None:
            content = deadline_file(letter, self._marks.message_id(letter.number, "deadline").strip("<>"), at)
            name = f"batas-balasan-{letter.number}.ics"
            message.add_attachment(content, maintype="text", subtype="calendar", filename=name)


def subject_of(letter: Letter) -> str:
    """The subject line (guide: "#12345 - Tidak bisa tutup BKU"); one line, whatever the reporter typed."""
    return one_line(f"#{letter.number} - {letter.subject}")[:SUBJECT_CHARACTERS]


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    return Address(display_name=one_line(name), addr_spec=address)


def _refer(message: EmailMessage, thread: Sequence[str]) -> None:
    """In-Reply-To and References (RFC 5322, section 3.6.4): the first mail and the last ones of a long thread."""
    if not thread:
        return
    message["In-Reply-To"] = thread[-1]
    kept = thread if len(thread) <= MOST_REFERENCES else [thread[0], *thread[1 - MOST_REFERENCES :]]
    message["References"] = " ".join(kept)


def _plain_paragraphs(text: object) -> str:
    return clean(str(text)).strip()


def _rich_paragraphs(text: object) -> Markup:
    """Escaped text as HTML: an empty line parts paragraphs, a line break stays one."""
    paragraphs = re.split(r"\n\s*\n", clean(str(escape(text))).strip())
    lines = ("<br>\n".join(line.strip() for line in paragraph.splitlines()) for paragraph in paragraphs if paragraph)
    return Markup("\n".join(f'<p style="margin:0 0 12px">{line}</p>' for line in lines))  # noqa: S704 - escaped above
