"""Mail put together from the settings."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import structlog

from bot.attachments.service import AttachmentService
from bot.calendar.service import ServiceHours
from bot.clock import Clock
from bot.database import Database
from bot.heartbeats.repository import beat
from bot.mail.archive import FolderArchive
from bot.mail.composing import Addresses, Composer
from bot.mail.fetching import MAILBOX, UNFINISHED_AFTER, MailFetcher
from bot.mail.imap import ImapInbox, ImapServer
from bot.mail.lmtp import serve_lmtp
from bot.mail.models import Mailer
from bot.mail.receiving import Intake, MailReceiver
from bot.mail.sending import MailSender
from bot.mail.service import MailService
from bot.mail.signing import TicketMarks
from bot.mail.smtp import SmtpMailer, SmtpServer
from bot.mail.ticket_desk import BuiltInDesk
from bot.satisfaction.links import RatingLinks
from bot.settings import Settings
from bot.tickets.links import TicketLinks
from bot.tickets.service import TicketService

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Mail:
    """All of mail: what the web and the commands ask (`service`), what the outbox calls (`sender`), what listens."""

    settings: Settings
    service: MailService
    sender: MailSender
    receiver: MailReceiver
    mailer: Mailer | None
    looked: Callable[[], Awaitable[None]]

    async def receive_until(self, stop: asyncio.Event) -> None:
        """Fetch and listen, as far as the settings ask for it, until `stop` is set."""
        async with AsyncExitStack() as stack:
            await self._listen(stack)
            fetcher = self.fetcher()
            await (fetcher.run(stop) if fetcher else self._work_off(stop))

    async def _listen(self, stack: AsyncExitStack) -> None:
        if not self.settings.lmtp_listen:
            return
        host, _, port = self.settings.lmtp_listen.rpartition(":")
        try:
            server = await serve_lmtp(self.receiver, host, int(port), max_bytes=self.settings.mail_max_bytes)
        except (OSError, ValueError) as error:
            log.error("lmtp_not_listening", address=self.settings.lmtp_listen, error=str(error)[:200])
            return
        await stack.enter_async_context(server)

    async def _work_off(self, stop: asyncio.Event) -> None:
        """Without a mailbox, what came over LMTP and was not finished still has to be."""
        while not stop.is_set():
            try:
                await self.receiver.work_off(older_than=UNFINISHED_AFTER)
            except Exception as error:  # noqa: BLE001 - whatever it is, the next round must come
                log.warning("mail_work_off_failed", error=f"{type(error).__name__}: {error}"[:300])
            try:
                await asyncio.wait_for(stop.wait(), self.settings.imap_poll.total_seconds())
            except TimeoutError:
                continue

    def fetcher(self) -> MailFetcher | None:
        """What empties the mailbox, or None when none is configured."""
        url = self.settings.imap_url.get_secret_value()
        if not url:
            return None
        server = ImapServer.parse(url)
        inbox = ImapInbox(
            server,
            done=self.settings.imap_done_folder,
            suspended=self.settings.imap_suspended_folder,
            max_bytes=self.settings.mail_max_bytes,
            idle=self.settings.imap_idle,
        )
        source, poll = f"imap:{server.host}", self.settings.imap_poll
        return MailFetcher(inbox, self.receiver, source=source, poll=poll, looked=self.looked)

    async def close(self) -> None:
        """Say goodbye to the mail server."""
        if self.mailer is not None:
            await self.mailer.close()


def make_mail(
    settings: Settings,
    database: Database,
    clock: Clock,
    tickets: TicketService,
    hours: ServiceHours,
    attachments: AttachmentService,
) -> Mail:
    """Wire mail together. Raises ValueError for an address, of a server or of ours, that cannot be used."""
    addresses = mail_addresses(settings)
    marks = TicketMarks(settings.secret_key.get_secret_value(), addresses.domain)
    ratings = rating_links(settings, clock)
    desk = BuiltInDesk(tickets, hours, ticket_links(settings, clock).address, ratings.address)
    archive = FolderArchive(settings.mail_dir)
    receiver = MailReceiver(database, clock, desk, archive, attachments, marks, _intake(settings, addresses))
    url = settings.smtp_url.get_secret_value()
    mailer = SmtpMailer(SmtpServer.parse(url), timeout=settings.smtp_timeout.total_seconds()) if url else None
    composer = Composer(addresses, marks)
    sender = MailSender(database, clock, desk, composer, sender=addresses.plain, mailer=mailer)
    service = MailService(database, archive, receiver)
    return Mail(settings, service, sender, receiver, mailer, _mailbox_beat(database, clock))


def _mailbox_beat(database: Database, clock: Clock) -> Callable[[], Awaitable[None]]:
    async def looked() -> None:
        async with database.write() as connection:
            await beat(connection, MAILBOX, at=clock.now())

    return looked


def ticket_links(settings: Settings, clock: Clock) -> TicketLinks:
    """What signs the links to whole tickets; pages check what mails carry, so both are made here."""
    secret = settings.secret_key.get_secret_value()
    return TicketLinks(secret, clock, settings.ticket_link_lifetime, settings.public_url)


def rating_links(settings: Settings, clock: Clock) -> RatingLinks:
    """What signs the links to ratings, for mails, talks and pages."""
    secret = settings.secret_key.get_secret_value()
    return RatingLinks(secret, clock, settings.ticket_link_lifetime, settings.public_url)


def mail_addresses(settings: Settings) -> Addresses:
    """Whom mails come from. Raises ValueError for an address that cannot be used."""
    if not settings.mail_from.isprintable():
        raise ValueError("ARKAS_MAIL_FROM must hold one line")
    addresses = Addresses(settings.mail_from, settings.mail_reply_address)
    for name, address in (("MAIL_FROM", addresses.plain), ("MAIL_REPLY_ADDRESS", addresses.reply_to("t1-a"))):
        local, _, domain = address.rpartition("@")
        if not local or not domain or not address.isascii() or any(c.isspace() or c in '<>,;"' for c in address):
            raise ValueError(f"ARKAS_{name} must hold one address, such as bantuan@contoh.go.id")
    if settings.smtp_url.get_secret_value() and addresses.domain.endswith(".example"):
        log.warning("mail_from_is_an_example", mail_from=addresses.domain)  # no server will believe it
    return addresses


def _intake(settings: Settings, addresses: Addresses) -> Intake:
    return Intake(
        own=addresses.plain,
        authserv_id=settings.mail_authserv_id,
        max_bytes=settings.mail_max_bytes,
        flood=settings.mail_flood,
        flood_window=settings.mail_flood_window,
        message_bytes=settings.message_max_file_bytes,
        files=settings.message_max_files,
    )
