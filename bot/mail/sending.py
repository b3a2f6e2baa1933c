"""Sending: a mail is stored with its Message-ID before it is handed over, so that a crash can be told from the past.

    stored (waiting) -> sending -> sent | refused | uncertain        without a server: kept

SMTP leaves one moment open (RFC 1047): the content is with the server and its answer is lost. A mail found in "sending"
was in that moment. It is sent once more, with the same Message-ID; when that breaks off too, it waits for an officer
instead of becoming a third copy.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import structlog

from bot.clock import Clock
from bot.database import Database
from bot.faults import fault_point
from bot.mail import repository
from bot.mail.composing import Composer
from bot.mail.desk import MailDesk
from bot.mail.models import Envelope, MailDelayed, Mailer, MailRefused, MailTemplate, OutgoingMail, SentState
from bot.outbox.models import OutboxItem, PermanentFailure

log = structlog.get_logger(__name__)

_DONE: Final = frozenset({SentState.SENT, SentState.KEPT, SentState.BOUNCED})
_GIVEN_UP: Final = frozenset({SentState.REFUSED, SentState.UNCERTAIN})


class MailSender:
    """Handles the outbox's errands of kind "mail": {"ticket": number, "template": name, "event": id or None}."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        desk: MailDesk,
        composer: Composer,
        *,
        sender: str,
        mailer: Mailer | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._desk = desk
        self._composer = composer
        self._sender = sender
        self._mailer = mailer

    async def handle(self, item: OutboxItem) -> None:
        """Send the mail of an errand, once.

        Raises PermanentFailure when no repetition can help, MailDelayed or DeliveryUncertain to be called again.
        """
        mail = await self._stored(item.payload, item.key)
        if mail.state in _GIVEN_UP:
            mail = self._revived(mail, item.attempts)
        if mail.state in _DONE:
            return
        if self._mailer is None:
            await self._mark(mail, SentState.KEPT)
            return
        await self._send(self._mailer, mail)

    async def _stored(self, payload: Mapping[str, Any], key: str) -> OutgoingMail:
        async with self._database.read() as connection:
            found = await repository.find_sent(connection, key)
        if found is None:
            await self._compose(payload, key)
            fault_point("mail.stored")
            async with self._database.read() as connection:
                found = await repository.find_sent(connection, key)
        if found is None:
            raise PermanentFailure("the mail was stored and is gone")
        return found

    async def _compose(self, payload: Mapping[str, Any], key: str) -> None:
        number = int(payload["ticket"])
        letter = await self._desk.letter(number, MailTemplate(payload["template"]), payload.get("event"))
        if letter is None:
            raise PermanentFailure(f"there is no ticket {number}")
        async with self._database.write() as connection:
            thread = await repository.thread_of(connection, letter.number)
            mail = self._composer.compose(letter, key=key, thread=thread, at=self._clock.now())
            await repository.insert_sent(connection, mail)

    def _revived(self, mail: OutgoingMail, attempts: int) -> OutgoingMail:
        """A dead letter comes here again as a first attempt only when an officer wants it sent all the same."""
        if attempts > 1:
            raise PermanentFailure(mail.error or mail.state.value)
        return replace(mail, state=SentState.WAITING, uncertain=0)

    async def _send(self, mailer: Mailer, mail: OutgoingMail) -> None:
        uncertain = mail.uncertain + (mail.state is SentState.SENDING)
        if uncertain > 1:
            await self._mark(mail, SentState.UNCERTAIN, error="dua kali terputus saat isi surat diserahkan")
            raise PermanentFailure("broke off twice while the content was handed over")

        async def before_content() -> None:
            await self._mark(mail, SentState.SENDING, uncertain=uncertain)
            fault_point("mail.sending")

        try:
            await mailer.send(Envelope(self._sender, mail.recipient, mail.raw), before_content=before_content)
        except MailRefused as refusal:
            await self._mark(mail, SentState.REFUSED, error=str(refusal)[:1000])
            raise PermanentFailure(str(refusal)) from refusal
        except MailDelayed as delay:  # the server holds nothing of it: the next attempt is no second copy
            await self._mark(mail, SentState.WAITING, uncertain=uncertain, error=str(delay)[:1000])
            raise
        fault_point("mail.handed_over")
        await self._mark(mail, SentState.SENT, sent_at=self._clock.now(), error=None)
        fault_point("mail.sent")

    async def _mark(self, mail: OutgoingMail, state: SentState, **values: object) -> None:
        async with self._database.write() as connection:
            await repository.mark_sent(connection, mail.id, state, **values)
        log.info("mail_" + state.value, ticket=mail.ticket_number, template=mail.template, message_id=mail.message_id)
