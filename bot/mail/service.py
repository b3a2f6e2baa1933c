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

    async def received_one(self, mail_id: int) -> ReceivedMail:
        """What is known of a mail that came in. Raises UnknownItem."""
        async with self.database.read() as connection:
            found = await repository.received_by_id(connection, mail_id)
        if found is None:
            raise UnknownItem("Email masuk dengan nomor ini tidak ditemukan.")
        return found

    async def count_suspended(self, most: int = 1000) -> int:
        """How many mails wait for somebody to look at them; from `most` on it is not counted further."""
        async with self.database.read() as connection:
            return await repository.count_received(connection, outcome="suspended", most=most)

    async def release(self, mail_id: int, *, into: int | None = None) -> ReceivedMail:
        """Heed a suspended mail all the same. Raises UnknownItem, UnknownTicket, InvalidInput or UnreadableMail."""
        return await self.receiver.release(mail_id, into=into)

    async def discard(self, mail_id: int) -> ReceivedMail:
        """Put a suspended mail aside for good. Raises UnknownItem."""
        return await self.receiver.discard(mail_id)
