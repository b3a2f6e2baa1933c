"""Codes by mail: handed to the server at once and kept nowhere, for they are worth nothing after 15 minutes."""

from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Final

import structlog

from bot.clock import Clock
from bot.errors import CodeNotSent
from bot.mail.composing import POLICY, Addresses
from bot.mail.models import Envelope, Mailer, MailError

log = structlog.get_logger(__name__)

_TEXT: Final = """\
Bapak/Ibu,

Kode konfirmasi untuk ARKAS Bot: {code}

Ketik kode itu di percakapan yang memintanya. Kode berlaku 15 menit dan hanya bisa dipakai sekali.
Bila Bapak/Ibu tidak memintanya, abaikan email ini; tidak ada yang berubah tanpa kode tersebut.

Tim Helpdesk ARKAS/BOSP
"""


class MailedCodes:
    """Sends codes over SMTP."""

    def __init__(self, mailer: Mailer, addresses: Addresses, clock: Clock) -> None:
        self._mailer = mailer
        self._addresses = addresses
        self._clock = clock

    async def send_code(self, address: str, code: str) -> None:
        """Hand the mail over. Raises CodeNotSent."""
        envelope = Envelope(self._addresses.plain, address, self._letter(address, code).as_bytes(policy=POLICY))
        try:
            await self._mailer.send(envelope, before_content=_nothing)
        except MailError as error:
            log.warning("code_not_sent", reason=type(error).__name__)
            raise CodeNotSent from error

    def _letter(self, address: str, code: str) -> EmailMessage:
        letter = EmailMessage(policy=POLICY)
        letter["From"] = self._addresses.plain
        letter["To"] = address
        letter["Subject"] = "Kode konfirmasi ARKAS Bot"  # without the code: subjects are shown on locked phones
        letter["Date"] = format_datetime(self._clock.now())
        letter["Message-ID"] = make_msgid(domain=self._addresses.domain)
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers to this
        letter.set_content(_TEXT.format(code=code))
        return letter


async def _nothing() -> None:
    """Nothing has to be written down before the content goes."""
