"""Mail handed in by the mail server itself over LMTP (RFC 2033): Postfix in front, this behind it, on this machine."""

import asyncio
from typing import Final

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.mail.models import Outcome
from bot.mail.receiving import MailReceiver

log = structlog.get_logger(__name__)

_TAKEN: Final = "250 2.0.0 OK"
_LATER: Final = "451 4.3.0 Try again later"


class _Handler:
    def __init__(self, receiver: MailReceiver) -> None:
        self._receiver = receiver

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Say 250 only when the mail is stored; what it asks for is done too, or by the next round when that fails.

        Each recipient is answered for himself (RFC 2033, section 4.2), and all alike: they are one mail here.
        """
        answer = await self._take(envelope)
        return "\r\n".join([answer] * len(envelope.rcpt_tos))

    async def _take(self, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        raw = _with_trace(content, envelope)
        try:
            stored = await self._receiver.store(raw, source="lmtp")
        except Exception as error:  # noqa: BLE001 - any other answer would make the mail server send it back
            log.error("mail_not_stored", error=f"{type(error).__name__}: {error}"[:300])
            return _LATER
        try:
            if stored.outcome is Outcome.NEW:
                await self._receiver.work(stored, raw)
        except Exception as error:  # noqa: BLE001 - it is stored, and will be worked off
            log.warning("mail_not_worked_on", error=f"{type(error).__name__}: {error}"[:300])
        return _TAKEN


def _with_trace(content: bytes, envelope: Envelope) -> bytes:
    """The content below the trace that a final delivery adds (RFC 5321, section 4.4): who sent it, and for whom."""
    lines = [f"Return-Path: <{envelope.mail_from or ''}>", *(f"Delivered-To: {to}" for to in envelope.rcpt_tos[:20])]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii", "replace") + content


async def serve_lmtp(receiver: MailReceiver, host: str, port: int, *, max_bytes: int) -> asyncio.Server:
    """Listen for mail. For a mail server on this machine, never for the open internet."""
    handler = _Handler(receiver)
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: LMTP(handler, data_size_limit=max_bytes, enable_SMTPUTF8=True, hostname="localhost", loop=loop),
        host,
        port,
    )
