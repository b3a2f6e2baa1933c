"""One person's whole life with the help desk, in every table that keeps some of it; words can be chosen."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import text

from bot.articles.models import Suggestions
from bot.conversations.identity import Visitor
from bot.conversations.models import EventKind, InboundMessage
from bot.database import Database, metadata
from bot.services import Services
from bot.tickets.models import NewTicket, Reply
from bot.worker import make_worker
from embeddings import Decision
from tests.integration.consoles import House


@dataclass(frozen=True)
class Words:
    """What a person is known by and says."""

    email: str
    said: str
    file: bytes

    @property
    def filename(self) -> str:
        return f"bukti {self.said[:40]}.png"

    async def pieces(self) -> AsyncIterator[bytes]:
        yield self.file


@dataclass(frozen=True)
class Life:
    """Where it all lies."""

    talk: str
    token: str
    ticket: int


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\x06\0\0\0\x1f\x15\xc4\x89"


async def live(house: House, words: Words) -> Life:
    """A talk with a file, a ticket with answers, a note and a rating, a mail that came in and one that was held."""
    services = house.services
    talk, token, _ = await services.conversations.start("web", Visitor("u-1", words.email))
    [file] = await services.attachments.take_in([words])
    await services.conversations.receive(talk.id, token, InboundMessage(words.said, files=[file]))
    asked = Suggestions(words.said, words.said, Decision.SUGGEST, ())
    await services.conversations.record_question(talk.id, asked)
    await services.conversations.record(talk.id, EventKind.ESCALATED, reason="requested")
    [kept] = await services.attachments.take_in([words])
    report = NewTicket(words.email, "ARKAS", words.said[:150], f"{words.said} rinciannya", talk.id)
    number = (await services.tickets.open(report, files=[kept])).number
    await services.desk.ask_information(number, "petugas", f"Mohon NPSN, {words.said}")
    await services.tickets.reply(number, Reply(words.said, words.email, "mail", key=f"k-{number}"))
    await services.desk.note(number, "petugas", words.said)
    await services.mail.receiver.receive(mail_of(words, f"Re: #{number}"), source="test")
    await services.mail.receiver.receive(mail_of(words, "Otomatis", auto=True), source="test")
    house.clock.advance(timedelta(minutes=5))
    await work(services)
    return Life(talk.id, token, number)


def mail_of(words: Words, subject: str, *, auto: bool = False) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"] = words.email, "bantuan@arkas.example"
    letter["Subject"] = f"{subject} {' '.join(words.said.split())[:80]}"
    letter["Message-ID"] = f"<{abs(hash((words, subject)))}@sekolah.example>"
    if auto:
        letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(words.said)
    return letter.as_bytes()


async def work(services: Services) -> None:
    """Do what is due now, but for the errands that never end and need more than a desk."""
    http: Any = None
    worker = make_worker(
        services.settings, services.database, services.clock, services.policy, services.mail, http, services.articles
    )
    await worker.drain()


async def everything(database: Database) -> str:
    """All that the database holds, as one text; raw mails as the text that they are."""
    tables = [*metadata.tables, "ticket_search"]
    async with database.read() as connection:
        rows = [
            dict(row)
            for name in tables
            for row in (await connection.execute(text(f'SELECT * FROM "{name}"'))).mappings()  # noqa: S608 - our names
        ]
    return json.dumps(rows, default=_readable, ensure_ascii=False)


def _readable(value: object) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
