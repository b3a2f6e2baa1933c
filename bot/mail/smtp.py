"""Handing mail to an SMTP server, and the stand-in that keeps it in memory."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from bot.mail.models import DeliveryUncertain, Envelope, MailDelayed, MailRefused

_MOST_IDLE: Final = 4
_IDLE_SECONDS: Final = 20.0  # Postfix hangs up on a silent client after 300 s, others much sooner
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
# 5xx that speak of the conversation and not of the mail: an operator mends them, and then the mail may go.
_OPERATORS: Final = frozenset({500, 502, 503, 504, 530, 534, 535, 538})


@dataclass(frozen=True)
class SmtpServer:
    """Where to send: "smtp://user:password@host:587" (STARTTLS when offered), "smtps://..." (TLS from the start)."""

    host: str
    port: int
    implicit_tls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> "SmtpServer":
        """Read an address. Raises ValueError with what is wrong, never with the password in it."""
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("the SMTP address must look like smtp://user:password@host:587")
        tls = parts.scheme == "smtps"
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        return cls(parts.hostname, parts.port or (465 if tls else 587), tls, user, password)

    @property
    def starttls(self) -> bool | None:
        """None: when the server offers it. A password never leaves this machine unencrypted."""
        if self.implicit_tls:
            return False
        return True if self.password and self.host not in _LOOPBACK else None


class SmtpMailer:
    """Delivers over SMTP. Connections are used again while they are warm; each carries one mail at a time."""

    def __init__(self, server: SmtpServer, *, timeout: float = 30.0) -> None:
        self._server = server
        self._timeout = timeout
        self._idle: list[tuple[SMTP, float]] = []

    async def send(self, envelope: Envelope, *, before_content: Callable[[], Awaitable[None]]) -> None:
        """See models.Mailer."""
        client = await self._connected()
        try:
            await self._offer(client, envelope)
            await before_content()
            await self._hand_over(client, envelope.content)
        except BaseException:
            client.close()
            raise
        self._keep(client)

    async def _connected(self) -> SMTP:
        now = asyncio.get_running_loop().time()
        while self._idle:
            client, since = self._idle.pop()
            if client.is_connected and now - since < _IDLE_SECONDS:
                return client
            client.close()
        return await self._connect()

    async def _connect(self) -> SMTP:
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.implicit_tls,
            start_tls=server.starttls,
            timeout=self._timeout,
        )
        try:
            await client.connect()
        except (SMTPException, OSError, ValueError) as error:
            client.close()
            raise MailDelayed(f"connecting to {server.host}: {_said(error)}") from error
        return client

    async def _offer(self, client: SMTP, envelope: Envelope) -> None:
        """Name sender and recipient; what the server says here is sure: it has taken nothing."""
        try:
            await client.rset()
            await client.mail(envelope.sender, options=_size(client, envelope.content))
            await client.rcpt(envelope.recipient)
        except (SMTPException, OSError, ValueError) as error:
            raise _meaning(error) from error

    async def _hand_over(self, client: SMTP, content: bytes) -> None:
        try:
            await client.data(content)
        except SMTPResponseException as error:
            raise _meaning(error) from error  # the server answered: it did not take the mail
        except (SMTPException, OSError) as error:
            raise DeliveryUncertain(_said(error)) from error

    def _keep(self, client: SMTP) -> None:
        if len(self._idle) < _MOST_IDLE:
            self._idle.append((client, asyncio.get_running_loop().time()))
        else:
            client.close()

    async def close(self) -> None:
        """See models.Mailer."""
        while self._idle:
            client, _ = self._idle.pop()
            try:
                await client.quit()
            except (SMTPException, OSError):
                client.close()


def _size(client: SMTP, content: bytes) -> list[str]:
    """Announce the size (RFC 1870), so that a mail that is too big is refused before it is sent."""
    return [f"SIZE={len(content)}"] if client.supports_extension("size") else []


def _meaning(error: Exception) -> MailRefused | MailDelayed:
    """5xx about the mail is final (RFC 5321, section 4.2.1); all else is tried again."""
    code = _code(error)
    final = 500 <= code < 600 and code not in _OPERATORS
    if final and not isinstance(error, SMTPAuthenticationError | SMTPHeloError):
        return MailRefused(_said(error))
    return MailDelayed(_said(error))


def _code(error: Exception) -> int:
    if isinstance(error, SMTPRecipientsRefused):
        return max((refused.code for refused in error.recipients), default=0)
    return error.code if isinstance(error, SMTPResponseException) else 0


def _said(error: Exception) -> str:
    text = error.message if isinstance(error, SMTPResponseException) else str(error)
    return f"{_code(error) or type(error).__name__} {text}"[:500]


class MemoryMailer:
    """Keeps what it is given; refuses or delays on demand. For tests and demonstrations."""

    def __init__(self) -> None:
        self.delivered: list[Envelope] = []
        self.refused: dict[str, Exception] = {}

    async def send(self, envelope: Envelope, *, before_content: Callable[[], Awaitable[None]]) -> None:
        """See models.Mailer."""
        if envelope.recipient in self.refused:
            raise self.refused[envelope.recipient]
        await before_content()
        self.delivered.append(envelope)

    async def close(self) -> None:
        """See models.Mailer."""
