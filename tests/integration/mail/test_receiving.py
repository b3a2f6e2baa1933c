"""Receiving: what comes of a mail, on real tickets."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
import yaml

from bot.attachments.repository import files_of_ticket
from bot.clock import SettableClock
from bot.database import Database
from bot.errors import ScannerAway, UnknownItem
from bot.mail.models import Outcome, ReceivedMail, SentState
from bot.mail.repository import list_received
from bot.mail.smtp import MemoryMailer
from bot.tickets.models import TicketEventKind, TicketStatus
from tests.integration.mail_desk import ADDRESSES, MARKS, PNG, REPORTER, MailWorld, letter, reply_address

pytestmark = pytest.mark.anyio
CORPUS: Final = Path(__file__).parents[2] / "mail"


async def _kinds(world: MailWorld, number: int) -> list[TicketEventKind]:
    ticket = await world.tickets.find(number)
    assert ticket is not None
    return [event.kind for event in ticket.events]


async def test_mail_from_nobody_we_know_opens_a_ticket_and_is_answered(world: MailWorld) -> None:
    received = await world.receiver.receive(letter("Tolong, dana BOS belum masuk rekening."), source="uji")
    assert received.outcome is Outcome.OPENED
    assert received.ticket_number is not None
    ticket = await world.tickets.find(received.ticket_number)
    assert ticket is not None
    assert (ticket.email, ticket.subject, ticket.source) == (REPORTER, "Kendala BKU", "mail")
    await world.worker(MemoryMailer()).drain()
    (mail,) = await world.sent()
    assert received.message_id.encode() in mail.raw


async def test_answer_to_the_signed_address_joins_its_ticket(world: MailWorld) -> None:
    ticket = await world.ticket()
    received = await world.receiver.receive(letter(to=reply_address(ticket.number)), source="uji")
    assert (received.outcome, received.ticket_number) == (Outcome.REPLIED, ticket.number)
    found = await world.tickets.find(ticket.number)
    assert found is not None
    assert found.events[-1].data["text"] == "NPSN kami 20301234."


async def test_answer_is_found_by_references_and_by_the_marker_alone(world: MailWorld) -> None:
    ticket = await world.ticket()
    await world.worker(MemoryMailer()).drain()
    (mail,) = await world.sent()
    by_reference = await world.receiver.receive(letter("satu", In_Reply_To=mail.message_id), source="uji")
    quoted = f"dua\n\n> {MARKS.marker(ticket.number)}"
    by_marker = await world.receiver.receive(letter(quoted), source="uji")
    assert {by_reference.ticket_number, by_marker.ticket_number} == {ticket.number}


async def test_number_in_the_subject_counts_only_from_the_reporter(world: MailWorld) -> None:
    ticket = await world.ticket()
    subject = f"Re: {ticket.title}"
    stranger = letter("saya menumpang", sender="lain@contoh.example", subject=subject)
    theirs = await world.receiver.receive(stranger, source="uji")
    own = await world.receiver.receive(
        letter("saya pelapornya", sender=REPORTER.upper(), subject=subject), source="uji"
    )
    assert (theirs.outcome, theirs.ticket_number == ticket.number) == (Outcome.OPENED, False)
    assert (own.outcome, own.ticket_number) == (Outcome.REPLIED, ticket.number)


async def test_reporter_whose_server_says_forged_is_suspended(world: MailWorld) -> None:
    ticket = await world.ticket()
    results = "mx.bantuan.example; dmarc=fail header.from=sdn1.sch.id"
    raw = letter(subject=f"Re: {ticket.title}", Authentication_Results=results)
    assert (await world.receiver.receive(raw, source="uji")).kind == "forged"
    assert await _kinds(world, ticket.number) == [TicketEventKind.OPENED]


async def test_sign_of_a_ticket_that_does_not_exist_opens_a_new_one(world: MailWorld) -> None:
    received = await world.receiver.receive(letter(to=reply_address(777_777)), source="uji")
    assert received.outcome is Outcome.OPENED


async def test_answer_to_a_closed_ticket_opens_one_that_follows_and_thanks_do_not(world: MailWorld) -> None:
    ticket = await world.ticket()
    await world.tickets.done(ticket.number)
    thanks = letter("Terima kasih banyak pak", to=reply_address(ticket.number))
    again = letter("Kendala masih terjadi", to=reply_address(ticket.number))
    thanked = await world.receiver.receive(thanks, source="uji")
    followed = await world.receiver.receive(again, source="uji")
    assert thanked.ticket_number == ticket.number
    assert followed.ticket_number not in {None, ticket.number}


async def test_same_mail_by_two_ways_and_twice_is_one(world: MailWorld, database: Database) -> None:
    ticket = await world.ticket()
    raw = letter(to=reply_address(ticket.number))
    first = await world.receiver.receive(raw, source="imap")
    second = await world.receiver.receive(b"Received: from x by y\r\nDelivered-To: z@y\r\n" + raw, source="lmtp")
    assert first.id == second.id
    assert (await _kinds(world, ticket.number)).count(TicketEventKind.REPORTER_REPLIED) == 1
    async with database.read() as connection:
        assert len(await list_received(connection)) == 1


async def test_files_come_along_and_refused_ones_are_named(world: MailWorld, database: Database) -> None:
    ticket = await world.ticket()
    files = [("layar.png", PNG), ("virus.png", b"MZ\x90\0" + b"\0" * 500), ("kosong.pdf", b"")]
    raw = letter("lihat lampiran", to=reply_address(ticket.number), files=files)
    await world.receiver.receive(raw, source="uji")
    async with database.read() as connection:
        assert [file.name for file in await files_of_ticket(connection, ticket.number)] == ["layar.png"]
    found = await world.tickets.find(ticket.number)
    assert found is not None
    text = str(found.events[-1].data["text"])
    assert "virus.png" in text
    assert "kosong.pdf" in text


async def test_files_in_outlooks_own_packing_are_told_with_what_to_ask_for(world: MailWorld) -> None:
    ticket = await world.ticket()
    raw = re.sub(rb"balas\+t12345-\w+@", reply_address(ticket.number).split("@")[0].encode() + b"@",
                 (CORPUS / "outlook-winmail.eml").read_bytes())  # fmt: skip
    await world.receiver.receive(raw, source="uji")
    found = await world.tickets.find(ticket.number)
    assert found is not None
    text = str(found.events[-1].data["text"])
    assert text.startswith("Lampiran saya kirim dari Outlook kantor.")
    assert "winmail.dat (Lampiran terkemas khusus Outlook (winmail.dat). Kirim ulang email dengan format" in text


async def test_files_above_the_number_allowed_are_named_too(world: MailWorld, database: Database) -> None:
    ticket = await world.ticket()
    files = [(f"{number}.png", PNG + bytes([number])) for number in range(5)]
    await world.receiver.receive(letter(to=reply_address(ticket.number), files=files), source="uji")
    async with database.read() as connection:
        assert len(await files_of_ticket(connection, ticket.number)) == 3


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("auto_reply", {"Auto_Submitted": "auto-replied"}),
        ("newsletter", {"List_Unsubscribe": "<mailto:stop@toko.example>"}),
        ("spam", {"X_Spam_Flag": "YES"}),
        ("loop", {"sender": ADDRESSES.plain}),
        ("empty", {"text": " "}),
        ("unreadable", {"sender": "siti@gmаil.com"}),
    ],
)
async def test_machines_and_rubbish_open_nothing_and_are_told_with_a_reason(
    world: MailWorld, kind: str, fields: dict[str, str]
) -> None:
    received = await world.receiver.receive(letter(**fields), source="uji")  # type: ignore[arg-type]
    assert (received.outcome, received.kind, received.ticket_number) == (Outcome.SUSPENDED, kind, None)
    assert received.reason
    await world.worker(MemoryMailer()).drain()
    assert await world.sent() == []


async def test_out_of_office_is_noted_but_does_not_stop_the_clock(world: MailWorld) -> None:
    ticket = await world.ticket()
    await world.tickets.done(ticket.number)
    raw = letter("Saya cuti.", to=reply_address(ticket.number), Auto_Submitted="auto-replied")
    received = await world.receiver.receive(raw, source="uji")
    assert (received.outcome, received.ticket_number) == (Outcome.SUSPENDED, ticket.number)
    found = await world.tickets.find(ticket.number)
    assert found is not None
    assert found.status is TicketStatus.SOLVED
    assert found.events[-1].kind is TicketEventKind.AUTO_MAIL_RECEIVED


async def test_bounce_marks_the_mail_that_came_back(world: MailWorld) -> None:
    ticket = await world.ticket()
    await world.worker(MemoryMailer()).drain()
    (mail,) = await world.sent()
    report = (
        "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail Returned to Sender\r\nReturn-Path: <>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nGagal.\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; siti@sdn1.sch.id\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
        f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {mail.message_id}\r\n--b--\r\n"
    )
    received = await world.receiver.receive(report.encode(), source="uji")
    assert (received.kind, received.ticket_number) == ("bounce", ticket.number)
    assert [mail.state for mail in await world.sent()] == [SentState.BOUNCED]
    assert (await _kinds(world, ticket.number))[-1] is TicketEventKind.AUTO_MAIL_RECEIVED


async def test_bounce_of_somebody_elses_mail_marks_nothing(world: MailWorld) -> None:
    await world.ticket()
    await world.worker(MemoryMailer()).drain()
    raw = (CORPUS / "dsn-postfix.eml").read_bytes()
    assert (await world.receiver.receive(raw, source="uji")).kind == "bounce"
    assert [mail.state for mail in await world.sent()] == [SentState.SENT]


async def test_loop_that_hides_ends_by_its_number(database: Database, clock: SettableClock, tmp_path: Path) -> None:
    world = MailWorld(database, clock, tmp_path, flood=3)
    ticket = await world.ticket()
    to = reply_address(ticket.number)
    kinds = [(await world.receiver.receive(letter(f"balasan {n}", to=to), source="uji")).kind for n in range(6)]
    assert kinds == ["person"] * 3 + ["flood"] * 3
    clock.advance(timedelta(hours=2))
    assert (await world.receiver.receive(letter("besoknya", to=to), source="uji")).kind == "person"


async def test_suspended_mail_can_be_released_once(world: MailWorld) -> None:
    received = await world.receiver.receive(letter(List_Id="<k3s.example>"), source="uji")
    released = await world.service.release(received.id)
    assert released.outcome is Outcome.OPENED
    with pytest.raises(UnknownItem):
        await world.service.release(received.id)


async def test_released_mail_that_was_taken_for_a_machines_is_heard_as_a_reply(world: MailWorld) -> None:
    ticket = await world.ticket()
    raw = letter("Kami di luar kantor, NPSN kami 20301234.", to=reply_address(ticket.number), X_Autoreply="yes")
    received = await world.receiver.receive(raw, source="uji")
    assert (received.outcome, received.kind) == (Outcome.SUSPENDED, "auto_reply")
    released = await world.service.release(received.id)
    assert (released.outcome, released.ticket_number) == (Outcome.REPLIED, ticket.number)
    heard = [TicketEventKind.OPENED, TicketEventKind.AUTO_MAIL_RECEIVED, TicketEventKind.REPORTER_REPLIED]
    assert await _kinds(world, ticket.number) == heard


async def test_raw_mail_is_kept_to_the_last_byte(world: MailWorld) -> None:
    raw = b"From: siti@sdn1.sch.id\r\nSubject: \xff\xfe aneh\r\n\r\n\x00\x80rusak"
    received = await world.receiver.receive(raw, source="uji")
    assert await world.service.received_raw(received.id) == raw


async def test_mail_above_the_limit_is_suspended(world: MailWorld) -> None:
    received = await world.receiver.receive(letter("x" * 100 + "\n") + b"a" * 600_000, source="uji")
    assert (received.outcome, received.kind) == (Outcome.SUSPENDED, "unreadable")


async def test_mail_that_was_stored_and_not_worked_on_is_worked_off(world: MailWorld, clock: SettableClock) -> None:
    stored = await world.receiver.store(letter(), source="lmtp")
    assert stored.outcome is Outcome.NEW
    clock.advance(timedelta(minutes=10))
    assert await world.receiver.work_off(older_than=timedelta(minutes=5)) == 1
    assert await world.receiver.work_off() == 0
    assert (await world.receiver.receive(letter(), source="lmtp")).outcome is Outcome.OPENED


async def test_stored_mail_that_cannot_be_worked_on_is_suspended_and_lets_the_others_pass(
    world: MailWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.receiver.store(letter("mail jahat", subject="jahat"), source="lmtp")
    await world.receiver.store(letter("mail yang baik", subject="baik"), source="lmtp")
    work = world.receiver.work

    async def failing(stored: ReceivedMail, raw: bytes) -> ReceivedMail:
        if b"jahat" in raw:
            raise KeyError("sesuatu yang tidak terduga")
        return await work(stored, raw)

    monkeypatch.setattr(world.receiver, "work", failing)
    assert await world.receiver.work_off() == 2
    assert [mail.outcome for mail in await world.service.received()] == [Outcome.OPENED, Outcome.SUSPENDED]


async def test_mail_waits_while_the_scanner_is_away(world: MailWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.receiver.store(letter(), source="lmtp")

    async def away(_stored: ReceivedMail, _raw: bytes) -> ReceivedMail:
        raise ScannerAway

    monkeypatch.setattr(world.receiver, "work", away)
    with pytest.raises(ScannerAway):
        await world.receiver.work_off()
    assert [mail.outcome for mail in await world.service.received()] == [Outcome.NEW]


async def test_mails_of_real_clients_end_where_they_belong(world: MailWorld, clock: SettableClock) -> None:
    for path in sorted(CORPUS.glob("*.eml"))[::5]:
        clock.advance(timedelta(hours=1))
        expected = yaml.safe_load(path.with_suffix(".yml").read_text(encoding="utf-8"))
        received = await world.receiver.receive(path.read_bytes(), source="uji")
        if expected["kind"] not in {"person", "loop", "forged"} and not expected["thread"]:
            assert (path.stem, received.kind) == (path.stem, expected["kind"])
        assert received.outcome is not Outcome.NEW
