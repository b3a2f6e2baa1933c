"""Sending: through the outbox, over a real SMTP server and the stand-in in memory."""

from datetime import timedelta

import pytest

from bot.clock import SettableClock
from bot.mail.models import DeliveryUncertain, Envelope, MailDelayed, Mailer, MailRefused, SentState
from bot.mail.smtp import MemoryMailer, SmtpMailer, SmtpServer
from bot.outbox.service import OutboxService
from tests.integration.mail_desk import MARKS, REPORTER, MailWorld, SmtpSink, free_port

pytestmark = pytest.mark.anyio


def _mailer(smtp: SmtpSink) -> SmtpMailer:
    return SmtpMailer(SmtpServer("127.0.0.1", smtp.port), timeout=3)


async def _nothing() -> None:
    return None


def _envelope(recipient: str = REPORTER, content: bytes = b"Subject: s\r\n\r\nisi\r\n") -> Envelope:
    return Envelope("bantuan@bantuan.example", recipient, content)


async def test_ticket_is_told_by_mail(world: MailWorld, smtp: SmtpSink) -> None:
    ticket = await world.ticket()
    await world.worker(_mailer(smtp)).drain()
    assert smtp.recipients == [REPORTER]
    assert smtp.mails[0]["Subject"] == f"#{ticket.number} - Tidak bisa tutup BKU"
    assert [mail.state for mail in await world.sent()] == [SentState.SENT]


async def test_without_a_server_mails_are_kept_and_can_be_read(world: MailWorld) -> None:
    await world.ticket()
    await world.worker(None).drain()
    (kept,) = await world.service.sent()
    assert kept.state is SentState.KEPT
    assert b"Balas di atas garis ini" in await world.service.sent_raw(kept.id)


async def test_kept_mails_are_not_sent_when_a_server_comes_later(world: MailWorld) -> None:
    await world.ticket()
    await world.worker(None).drain()
    mailer = MemoryMailer()
    await world.worker(mailer).drain()
    assert mailer.delivered == []


async def test_errand_that_comes_twice_is_one_mail(world: MailWorld) -> None:
    await world.ticket()
    mailer = MemoryMailer()
    await world.worker(mailer).drain()
    sender = world.sender(mailer)
    (mail,) = await world.sent()
    stored = await sender._stored({"ticket": mail.ticket_number, "template": mail.template, "event": None}, mail.key)
    assert stored.id == mail.id
    assert len(mailer.delivered) == 1


async def test_mails_of_a_ticket_refer_to_each_other(world: MailWorld, clock: SettableClock) -> None:
    ticket = await world.ticket()
    mailer = MemoryMailer()
    await world.worker(mailer).drain()
    clock.advance(timedelta(hours=1))
    await world.tickets.done(ticket.number)
    await world.worker(mailer).drain()
    second, first = await world.sent()
    assert f"References: {first.message_id}".encode() in second.raw
    assert list(MARKS.numbers_of_references(second.message_id)) == [ticket.number]


async def test_refused_recipient_is_a_dead_letter_at_once(world: MailWorld, smtp: SmtpSink) -> None:
    smtp.answers[REPORTER] = "550 5.1.1 no such user"
    await world.ticket()
    await world.worker(_mailer(smtp)).drain()
    (mail,) = await world.sent()
    assert mail.state is SentState.REFUSED
    assert "no such user" in (mail.error or "")
    assert len(await OutboxService(world.database, world.clock).dead_letters()) == 1


async def test_dead_letter_that_an_officer_revives_is_sent(world: MailWorld, smtp: SmtpSink) -> None:
    smtp.answers[REPORTER] = "550 5.7.1 blocked"
    await world.ticket()
    await world.worker(_mailer(smtp)).drain()
    outbox = OutboxService(world.database, world.clock)
    (dead,) = await outbox.dead_letters()
    smtp.answers.clear()
    await outbox.revive(dead.id)
    await world.worker(_mailer(smtp)).drain()
    assert [mail.state for mail in await world.sent()] == [SentState.SENT]


async def test_delay_is_tried_again_and_counts_as_no_copy(world: MailWorld, smtp: SmtpSink) -> None:
    smtp.answers["DATA"] = "451 4.3.0 later"
    await world.ticket()
    worker = world.worker(_mailer(smtp))
    for _ in range(4):
        await worker.run_once()
    (mail,) = await world.sent()
    assert (mail.state, mail.uncertain, smtp.mails) == (SentState.WAITING, 0, [])
    smtp.answers.clear()
    await worker.run_once()
    assert [mail.state for mail in await world.sent()] == [SentState.SENT]
    assert len(smtp.mails) == 1


async def test_break_while_handing_over_makes_at_most_one_copy_with_the_same_identity(
    world: MailWorld, smtp: SmtpSink
) -> None:
    smtp.hang_up_after_content = 99
    await world.ticket()
    worker = world.worker(_mailer(smtp))
    for _ in range(5):
        await worker.run_once()
    assert len(smtp.mails) == 2
    assert len({mail["Message-ID"] for mail in smtp.mails}) == 1
    assert [mail.state for mail in await world.sent()] == [SentState.UNCERTAIN]
    assert len(await OutboxService(world.database, world.clock).dead_letters()) == 1


async def test_connection_is_used_for_many_mails(world: MailWorld, smtp: SmtpSink) -> None:
    for number in range(6):
        await world.ticket(f"Kendala nomor {number}")
    mailer = _mailer(smtp)
    await world.worker(mailer).drain()
    await mailer.close()
    assert len(smtp.mails) == 6
    assert smtp.connections <= 4


async def test_unknown_ticket_is_a_dead_letter(world: MailWorld) -> None:
    from bot.outbox.models import NewItem
    from bot.outbox.repository import enqueue

    payload = {"ticket": 999_999, "template": "opened", "event": 1}
    async with world.database.write() as connection:
        await enqueue(connection, [NewItem("mail", "k", world.clock.now(), payload)], at=world.clock.now())
    await world.worker(MemoryMailer()).drain()
    (dead,) = await OutboxService(world.database, world.clock).dead_letters()
    assert "no ticket 999999" in (dead.error or "")


@pytest.fixture(params=["memory", "smtp"])
def any_mailer(request: pytest.FixtureRequest, smtp: SmtpSink) -> Mailer:
    return MemoryMailer() if request.param == "memory" else _mailer(smtp)


async def test_contract_content_is_announced_before_it_is_handed_over(any_mailer: Mailer) -> None:
    moments: list[str] = []

    async def before() -> None:
        moments.append("before")

    await any_mailer.send(_envelope(), before_content=before)
    await any_mailer.close()
    assert moments == ["before"]


async def test_contract_content_is_not_handed_over_when_the_announcement_fails(
    any_mailer: Mailer, smtp: SmtpSink
) -> None:
    async def before() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        await any_mailer.send(_envelope(), before_content=before)
    assert smtp.mails == []
    assert getattr(any_mailer, "delivered", []) == []


@pytest.mark.parametrize(
    ("moment", "answer", "error"),
    [
        (REPORTER, "550 5.1.1 unknown", MailRefused),
        (REPORTER, "450 4.2.1 busy", MailDelayed),
        (REPORTER, "530 5.7.0 authenticate first", MailDelayed),
        ("MAIL", "552 5.3.4 too big", MailRefused),
        ("DATA", "554 5.6.0 malformed", MailRefused),
        ("DATA", "421 4.3.2 closing", MailDelayed),
    ],
)
async def test_servers_answer_decides(smtp: SmtpSink, moment: str, answer: str, error: type[Exception]) -> None:
    smtp.answers[moment] = answer
    with pytest.raises(error):
        await _mailer(smtp).send(_envelope(), before_content=_nothing)


async def test_mail_above_the_servers_size_is_refused_before_it_is_sent(smtp: SmtpSink) -> None:
    with pytest.raises(MailRefused):
        await _mailer(smtp).send(_envelope(content=b"x" * 300_000), before_content=_nothing)


async def test_server_that_is_away_is_a_delay() -> None:
    mailer = SmtpMailer(SmtpServer("127.0.0.1", free_port()), timeout=2)
    with pytest.raises(MailDelayed):
        await mailer.send(_envelope(), before_content=_nothing)


async def test_broken_connection_after_the_content_is_uncertain(smtp: SmtpSink) -> None:
    smtp.hang_up_after_content = 1
    with pytest.raises(DeliveryUncertain):
        await _mailer(smtp).send(_envelope(), before_content=_nothing)


async def test_dots_and_long_lines_arrive_unchanged(smtp: SmtpSink) -> None:
    text = ".\r\n..\r\n" + "x" * 900 + "\r\n"
    await _mailer(smtp).send(_envelope(content=f"Subject: s\r\n\r\n{text}".encode()), before_content=_nothing)
    assert smtp.mails[0].get_content().replace("\r\n", "\n") == text.replace("\r\n", "\n")
