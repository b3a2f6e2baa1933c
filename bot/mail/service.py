"""What operators and officers may look at and do: mails that went out, mails that came in, the suspended ones."""

from dataclasses import dataclass

from bot.database import Database
from bot.errors import UnknownItem
from bot.mail import repository
from bot.mail.archive import MailArchive
from bot.mail.models import OutgoingMail, ReceivedMail
from bot.mail.receiving import MailReceiver


@dataclass(frozen=True)
class MailService:
    """The mails as a list, and one by one."""

    database: Database
    archive: MailArchive
    receiver: MailReceiver

    async def sent(self, *, ticket: int | None = None, state: str | None = None, limit: int = 50) -> list[OutgoingMail]:
        """Mails of ours, newest first."""
        async with self.database.read() as connection:
            return await repository.list_sent(connection, ticket=ticket, state=state, limit=limit)

    async def received(
        self, *, ticket: int | None = None, outcome: str | None = None, limit: int = 50
    ) -> list[ReceivedMail]:
        """Mails that came in, newest first; outcome "suspended" is the queue that somebody has to look through."""
        async with self.database.read() as connection:
            return await repository.list_received(connection, ticket=ticket, outcome=outcome, limit=limit)

    async def sent_raw(self, mail_id: int) -> bytes:
        """A mail of ours as it was sent. Raises UnknownItem."""
        async with self.database.read() as connection:
            found = await repository.sent_by_id(connection, mail_id)
        if found is None:
            raise UnknownItem("Email keluar dengan nomor ini tidak ditemukan.")
        return found.raw

    async def received_raw(self, mail_id: int) -> bytes:
        """A mail as it came in. Raises UnknownItem."""
        async with self.database.read() as connection:
            found = await repository.received_by_id(connection, mail_id)
        if found is None:
            raise UnknownItem("Email masuk dengan nomor ini tidak ditemukan.")
        return await self.archive.read(found.raw_sha256)

    async def release(self, mail_id: int) -> ReceivedMail:
        """Heed a suspended mail all the same. Raises UnknownItem, InvalidInput or UnreadableMail."""
        return await self.receiver.release(mail_id)
