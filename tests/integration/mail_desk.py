"""What the tests of mail share: a desk with tickets, servers, and mails to bring in."""

import asyncio
import grp
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session
from imap_tools import MailBoxUnencrypted

from bot.attachments.service import AttachmentService, Limits
from bot.calendar.service import ClosedDays, Overrides, ServiceHours
from bot.clock import Clock
from bot.database import Database
from bot.mail.archive import FolderArchive
from bot.mail.composing import Addresses, Composer
from bot.mail.imap import ImapInbox, ImapServer
from bot.mail.models import Mailer, OutgoingMail
from bot.mail.receiving import Intake, MailReceiver
from bot.mail.repository import list_sent
from bot.mail.sending import MailSender
from bot.mail.service import MailService
from bot.mail.signing import TicketMarks
from bot.mail.ticket_desk import BuiltInDesk
from bot.outbox.models import WorkerPolicy
from bot.outbox.worker import Worker
from bot.tickets.models import NewTicket, Ticket
from bot.tickets.service import TicketService

DOMAIN: Final = "bantuan.example"
REPORTER: Final = "siti@sdn1.sch.id"
ADDRESSES: Final = Addresses(f"Tim Helpdesk ARKAS <bantuan@{DOMAIN}>", f"balas+{{token}}@{DOMAIN}")
MARKS: Final = TicketMarks("rahasia-uji", DOMAIN)
PNG: Final = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\x06\0\0\0\x1f\x15\xc4\x89" + b"\0" * 3_000


class MailWorld:
    """A desk: tickets, outbox and mail, over a real database."""

    def __init__(self, database: Database, clock: Clock, folder: Path, *, flood: int = 20) -> None:
        self.database = database
        self.clock = clock
        self.tickets = TicketService(database, clock)
        hours = ServiceHours(ClosedDays(Overrides(), joint_leave=True))
        self.desk = BuiltInDesk(
            self.tickets, hours, lambda ticket: f"https://bantuan.example/tiket/{ticket.number}?kunci=k"
        )
        attachments = AttachmentService(folder / "files", clock, Limits(1_000_000, 2_000_000, 3))
        intake = Intake(
            own=ADDRESSES.plain,
            max_bytes=500_000,
            flood=flood,
            authserv_id=f"mx.{DOMAIN}",
            message_bytes=2_000_000,
            files=3,
        )
        archive = FolderArchive(folder / "mail")
        self.receiver = MailReceiver(database, clock, self.desk, archive, attachments, MARKS, intake)
        self.service = MailService(database, archive, self.receiver)

    def sender(self, mailer: Mailer | None) -> MailSender:
        return MailSender(
            self.database, self.clock, self.desk, Composer(ADDRESSES, MARKS), sender=ADDRESSES.plain, mailer=mailer
        )

    def worker(self, mailer: Mailer | None) -> Worker:
        return Worker(self.database, self.clock, {"mail": self.sender(mailer)}, WorkerPolicy(first_delay=timedelta(0)))

    async def ticket(self, subject: str = "Tidak bisa tutup BKU", email: str = REPORTER) -> Ticket:
        new = NewTicket(email, "ARKAS", subject, "BKU bulan Juni tidak bisa ditutup.")
        return await self.tickets.open(new)

    async def sent(self) -> Sequence[OutgoingMail]:
        async with self.database.read() as connection:
            return await list_sent(connection)


def letter(
    text: str = "NPSN kami 20301234.", *, sender: str = REPORTER, to: str = ADDRESSES.plain,
    subject: str = "Kendala BKU", files: Sequence[tuple[str, bytes]] = (), message_id: str | None = None, **fields: str,
) -> bytes:  # fmt: skip
    """A mail that somebody sends us."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = message_id or f"<{abs(hash((text, sender, subject)))}@surat.example>"
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return re.sub(rb"(?<!\r)\n", b"\r\n", mail.as_bytes())


def reply_address(number: int) -> str:
    return ADDRESSES.reply_to(MARKS.reply_token(number))


class SmtpSink:
    """A real SMTP server that keeps what it is given; `script` says how it answers at which moment."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers: dict[str, str] = {}
        self.hang_up_after_content = 0
        self.connections = 0
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.get_running_loop().create_server(self._session, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])

    def _session(self) -> SMTP:
        self.connections += 1
        return SMTP(self, enable_SMTPUTF8=False, data_size_limit=200_000, hostname="uji")

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers.get("DATA", "250 OK")
        if not answer.startswith("250"):
            return answer
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.mails.append(message_from_bytes(content, policy=default))
        self.recipients += envelope.rcpt_tos
        if self.hang_up_after_content:
            self.hang_up_after_content -= 1
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ImapAccount:
    """A mailbox on the real server."""

    def __init__(self, port: int, user: str) -> None:
        self.server = ImapServer("127.0.0.1", port, user, "rahasia", tls=False)

    def inbox(self, **changes: object) -> ImapInbox:
        options: dict[str, object] = {"done": "ARKAS-Selesai", "suspended": "ARKAS-Ditahan", "max_bytes": 500_000}
        return ImapInbox(replace(self.server), **(options | changes))  # type: ignore[arg-type]

    def _within(self, work: "Callable[[MailBoxUnencrypted], object]") -> object:
        box = MailBoxUnencrypted(self.server.host, self.server.port)
        box.login(self.server.user, self.server.password)
        try:
            return work(box)
        finally:
            box.logout()

    def append(self, raw: bytes) -> None:
        self._within(lambda box: box.append(raw, "INBOX"))

    def contents(self, folder: str) -> list[bytes]:
        def read(box: MailBoxUnencrypted) -> list[bytes]:
            if not box.folder.exists(folder):
                return []
            box.folder.set(folder)
            found = [box.client.uid("FETCH", uid, "(BODY.PEEK[])")[1] for uid in box.uids()]
            return [part[1] for parts in found for part in parts if isinstance(part, tuple)]

        contents = self._within(read)
        assert isinstance(contents, list)
        return contents

    def recreate(self) -> None:
        """Make the inbox anew: same mails, another UIDVALIDITY."""

        def work(box: MailBoxUnencrypted) -> None:
            mails = [part[1] for uid in box.uids() for part in box.client.uid("FETCH", uid, "(BODY.PEEK[])")[1]
                     if isinstance(part, tuple)]  # fmt: skip
            box.folder.set("ARKAS-Selesai")
            box.folder.delete("INBOX")
            for raw in mails:
                box.append(raw, "INBOX")

        self._within(work)


def dovecot_config(folder: Path, port: int, user: str, group_id: int) -> str:
    """A Dovecot that needs no root: one user for all its processes, no chroot, everything in one folder."""
    group = grp.getgrgid(group_id).gr_name
    return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
passdb {{
  driver = static
  args = password=rahasia
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
