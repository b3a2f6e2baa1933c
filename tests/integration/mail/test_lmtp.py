"""Mail handed in over LMTP, spoken with the standard library's client."""

import asyncio
import smtplib
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.exc import OperationalError

from bot.mail.lmtp import serve_lmtp
from bot.mail.models import Outcome, ReceivedMail
from tests.integration.mail_desk import MailWorld, letter, reply_address

pytestmark = pytest.mark.anyio


@pytest.fixture
async def port(world: MailWorld) -> AsyncIterator[int]:
    server = await serve_lmtp(world.receiver, "127.0.0.1", 0, max_bytes=500_000)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


def _hand_in(port: int, raw: bytes, to: str) -> object:
    with smtplib.LMTP("127.0.0.1", port) as client:
        return client.sendmail("siti@sdn1.sch.id", [to], raw)


async def test_mail_is_stored_and_worked_on_before_it_is_taken(world: MailWorld, port: int) -> None:
    ticket = await world.ticket()
    raw = letter(to="bantuan@bantuan.example")  # the envelope alone tells the ticket
    await asyncio.to_thread(_hand_in, port, raw, reply_address(ticket.number))
    (received,) = await world.service.received()
    assert (received.outcome, received.ticket_number) == (Outcome.REPLIED, ticket.number)


async def _spoken(port: int, *commands: bytes) -> list[bytes]:
    """What the server says to each command, as many lines as it says at once."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.readline()
    answers = []
    for command in commands:
        writer.write(command)
        answers.append(await reader.readline())
        while answers[-1].splitlines()[-1][3:4] == b"-":
            answers[-1] += await reader.readline()
    async with asyncio.timeout(5):
        answers.append(await reader.readline())  # the second recipient's
    writer.close()
    return answers


async def test_each_recipient_of_a_mail_gets_an_answer(world: MailWorld, port: int) -> None:
    """RFC 2033, section 4.2: a mail server that is answered once for two recipients waits ten minutes for the other."""
    recipients = [b"RCPT TO:<%s>\r\n" % to for to in (b"bantuan@bantuan.example", b"helpdesk@bantuan.example")]
    answers = await _spoken(
        port, b"LHLO mx\r\n", b"MAIL FROM:<siti@sdn1.sch.id>\r\n", *recipients, b"DATA\r\n", letter() + b".\r\n"
    )
    assert [answer[:3] for answer in answers[-3:]] == [b"354", b"250", b"250"]
    assert len(await world.service.received()) == 1


async def test_server_that_hands_in_again_makes_no_second_mail(world: MailWorld, port: int) -> None:
    for _ in range(2):
        await asyncio.to_thread(_hand_in, port, letter(), "bantuan@bantuan.example")
    assert len(await world.service.received()) == 1


async def test_mail_stays_with_the_server_while_the_database_is_away(
    world: MailWorld, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_raw: bytes, *, source: str) -> ReceivedMail:
        raise OperationalError(source, {}, Exception("database is away"))

    monkeypatch.setattr(world.receiver, "store", away)
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        await asyncio.to_thread(_hand_in, port, letter(), "bantuan@bantuan.example")
    assert refusal.value.smtp_code == 451


async def test_mail_that_is_stored_is_taken_whatever_happens_then(
    world: MailWorld, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(_stored: ReceivedMail, _raw: bytes) -> ReceivedMail:
        raise KeyError("sesuatu yang tidak terduga")

    monkeypatch.setattr(world.receiver, "work", failing)
    assert await asyncio.to_thread(_hand_in, port, letter(), "bantuan@bantuan.example") == {}
    assert [mail.outcome for mail in await world.service.received()] == [Outcome.NEW]


async def test_mail_above_the_limit_is_refused(port: int) -> None:
    with pytest.raises(smtplib.SMTPException):
        await asyncio.to_thread(_hand_in, port, letter() + b"a\r\n" * 300_000, "bantuan@bantuan.example")
