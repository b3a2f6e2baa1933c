"""What the official guide says about the life of a ticket, on real databases."""

import asyncio
from datetime import timedelta

import pytest

from bot.clock import SettableClock
from bot.database import Database
from bot.errors import CannotMerge, EmptyMessage, TicketChanged, TicketClosed, TicketOpen, UnknownTicket
from bot.tickets.models import ReplyKind, TicketEventKind, TicketStatus
from tests.integration.desks import Desk

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


@pytest.fixture
def desk(database: Database, clock: SettableClock) -> Desk:
    return Desk(database, clock)


async def test_silent_reporter_is_reminded_twice_and_then_the_ticket_closes(desk: Desk) -> None:
    number = (await desk.asked()).number
    for hours, status in ((5.9, "WAITING_FOR_REPORTER"), (0.2, "WAITING_FOR_REPORTER"), (18, "WAITING_FOR_REPORTER")):
        await desk.after(hours=hours)
        assert (await desk.ticket(number)).status.name == status
    assert desk.mails.of(number) == ["opened", "information_asked", "reminder_6h", "reminder_24h"]
    await desk.after(hours=23.8)
    assert (await desk.ticket(number)).status is TicketStatus.WAITING_FOR_REPORTER
    await desk.after(hours=0.2)
    assert (await desk.ticket(number)).status is TicketStatus.SOLVED
    assert desk.mails.of(number)[-1] == "closed_for_silence"


@pytest.mark.parametrize("hours", [1, 7, 25, 47.9])
async def test_any_reply_cancels_what_was_to_come(desk: Desk, hours: float) -> None:
    number = (await desk.asked()).number
    await desk.after(hours=hours)
    before = desk.mails.of(number)
    await desk.reply(number, "NPSN kami 20212345")
    await desk.after(days=30)
    assert (await desk.ticket(number)).status is TicketStatus.IN_PROGRESS
    assert desk.mails.of(number) == [*before, "reply_received"]


@pytest.mark.parametrize("kind", [ReplyKind.AUTO_REPLY, ReplyKind.BOUNCE])
async def test_machine_does_not_stop_the_clock_and_opens_nothing(desk: Desk, kind: ReplyKind) -> None:
    number = (await desk.asked()).number
    assert await desk.reply(number, "Saya sedang cuti", kind) == number
    await desk.after(hours=24)
    await desk.after(hours=24)
    assert (await desk.ticket(number)).status is TicketStatus.SOLVED
    assert await desk.reply(number, "Saya sedang cuti", kind) == number
    assert (await desk.ticket(number)).events[-1].data["mail"] == kind.value


async def test_worker_that_was_away_warns_before_it_closes(desk: Desk) -> None:
    number = (await desk.asked()).number
    await desk.after(days=5)
    assert desk.mails.of(number)[2:] == ["reminder_24h"]
    state = await desk.state(number)
    assert state.closes_at == desk.clock.now() + timedelta(hours=23)
    await desk.after(hours=23.1)
    assert (await desk.ticket(number)).status is TicketStatus.SOLVED


async def test_still_needing_help_stops_the_clock(desk: Desk) -> None:
    number = (await desk.asked()).number
    await desk.tickets.still_needs_help(number)
    await desk.tickets.still_needs_help(number)
    await desk.after(days=10)
    ticket = await desk.ticket(number)
    assert ticket.status is TicketStatus.IN_PROGRESS
    assert [event.kind for event in ticket.events].count(TicketEventKind.KEPT_OPEN) == 1


async def test_asked_again_means_a_new_clock(desk: Desk) -> None:
    number = (await desk.asked()).number
    await desk.after(hours=40)
    await desk.officers.ask_information(number, "budi", "NPSN-nya belum kami terima.")
    await desk.after(hours=6)
    assert desk.mails.of(number) == [
        "opened", "information_asked", "reminder_24h", "information_asked", "reminder_6h",
    ]  # fmt: skip
    await desk.after(hours=20)
    assert (await desk.ticket(number)).status is TicketStatus.WAITING_FOR_REPORTER


async def test_reply_to_a_closed_ticket_opens_a_linked_one(desk: Desk) -> None:
    old = await desk.open()
    await desk.officers.solve(old.number, "budi", "Sudah kami bantu.")
    number = await desk.reply(old.number, "Kendala masih terjadi")
    new = await desk.ticket(number)
    assert number > old.number
    assert (new.subject, new.email, new.details) == (old.subject, old.email, "Kendala masih terjadi")
    assert (new.status, (await desk.ticket(old.number)).status) == (TicketStatus.QUEUED, TicketStatus.SOLVED)
    assert (await desk.state(number)).links == {old.number}
    assert (await desk.state(old.number)).links == {number}
    await desk.worker.drain()
    assert desk.mails.of(number) == ["followed_up"]


async def test_second_reply_goes_to_the_ticket_that_follows(desk: Desk) -> None:
    old = await desk.open()
    await desk.officers.solve(old.number, "budi")
    first = await desk.reply(old.number, "Kendala masih terjadi")
    assert await desk.reply(old.number, "Ini layarnya, masih abu-abu") == first


async def test_same_mail_is_received_once(desk: Desk) -> None:
    old = await desk.open()
    await desk.officers.solve(old.number, "budi")
    text = "Kendala masih terjadi"
    numbers = await asyncio.gather(*(desk.reply(old.number, text, key="<abc@gmail>") for _ in range(5)))
    assert len(set(numbers)) == 1
    assert len((await desk.ticket(numbers[0])).events) == 1


async def test_thanks_open_nothing_and_can_be_undone(desk: Desk) -> None:
    number = (await desk.open()).number
    await desk.officers.solve(number, "budi")
    assert await desk.reply(number, "Terima kasih banyak pak") == number
    ticket = await desk.ticket(number)
    assert (ticket.status, ticket.events[-1].kind) == (TicketStatus.SOLVED, TicketEventKind.THANKED)
    new = await desk.officers.reopen(number, "budi", event_id=ticket.events[-1].id)
    assert (new.details, new.status) == ("Terima kasih banyak pak", TicketStatus.QUEUED)
    assert (await desk.officers.reopen(number, "budi")).number == new.number


async def test_follow_up_is_undone_by_merging_it_back(desk: Desk) -> None:
    old = await desk.open()
    await desk.officers.solve(old.number, "budi")
    new = await desk.reply(old.number, "Wah makasih, langsung jalan")
    await desk.officers.merge(new, "budi", into=old.number)
    assert (await desk.ticket(old.number)).status is TicketStatus.SOLVED
    newest = await desk.reply(new, "Sekarang rusak lagi")
    assert newest > new
    assert (await desk.state(newest)).follows == old.number


async def test_replies_to_a_merged_ticket_land_in_the_other(desk: Desk) -> None:
    first, second, third = [(await desk.open()).number for _ in range(3)]
    await desk.officers.merge(first, "budi", into=second)
    await desk.officers.merge(second, "budi", into=third)
    assert await desk.reply(first, "Ini NPSN-nya") == third
    assert (await desk.state(first)).merged_into == second
    await desk.worker.drain()
    assert desk.mails.of(first) == ["opened", "merged"]


async def test_merging_into_an_asked_ticket_answers_it(desk: Desk) -> None:
    asked = (await desk.asked()).number
    other = (await desk.open()).number
    await desk.officers.merge(other, "budi", into=asked)
    await desk.after(days=10)
    assert (await desk.ticket(asked)).status is TicketStatus.IN_PROGRESS


async def test_tickets_are_never_merged_in_a_circle(desk: Desk) -> None:
    first, second = (await desk.open()).number, (await desk.open()).number
    with pytest.raises(CannotMerge):
        await desk.officers.merge(first, "budi", into=first)
    await desk.officers.merge(first, "budi", into=second)
    for number, into in ((second, first), (first, second)):
        with pytest.raises(CannotMerge):
            await desk.officers.merge(number, "budi", into=into)


async def test_officers_who_merge_crosswise_do_not_wait_for_each_other(desk: Desk) -> None:
    for _ in range(5):
        one, other = (await desk.open()).number, (await desk.open()).number
        merges = (desk.officers.merge(one, "budi", into=other), desk.officers.merge(other, "sari", into=one))
        replies = (desk.reply(number, f"Masih sama, {number}") for number in (one, other))
        outcomes = await asyncio.gather(*merges, *replies, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [CannotMerge]
        assert {(await desk.state(number)).merged_into for number in (one, other)} in ({None, one}, {None, other})


async def test_only_one_of_two_officers_who_saw_the_same_ticket_goes_through(desk: Desk) -> None:
    ticket = await desk.open()
    seen = desk.tickets.state(ticket).version
    outcomes = await asyncio.gather(
        desk.officers.solve(ticket.number, "budi", version=seen),
        desk.officers.ask_information(ticket.number, "sari", "NPSN?", version=seen),
        desk.officers.answer(ticket.number, "tono", "Coba lagi.", version=seen),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, TicketChanged) for outcome in outcomes) == 2
    assert len((await desk.ticket(ticket.number)).events) == 2


async def test_notes_and_reminders_disturb_nobody(desk: Desk) -> None:
    ticket = await desk.asked()
    seen = desk.tickets.state(ticket).version
    await desk.after(hours=7)
    await desk.officers.note(ticket.number, "sari", "Sudah saya telepon.")
    await desk.officers.answer(ticket.number, "budi", "Silakan coba lagi.", version=seen)


async def test_closed_ticket_takes_notes_but_no_answers(desk: Desk) -> None:
    number = (await desk.open()).number
    with pytest.raises(TicketOpen):
        await desk.officers.reopen(number, "budi")
    await desk.tickets.done(number)
    await desk.officers.note(number, "budi", "Pelapor menutup sendiri.")
    with pytest.raises(TicketClosed):
        await desk.officers.answer(number, "budi", "Halo")
    await desk.tickets.done(number)
    assert (await desk.ticket(number)).length == 3


async def test_spam_is_told_nothing_and_can_come_back(desk: Desk) -> None:
    number = (await desk.open()).number
    await desk.officers.spam(number, "budi")
    await desk.reply(number, "Buy now")
    await desk.worker.drain()
    assert desk.mails.of(number) == []
    assert (await desk.ticket(number)).status is TicketStatus.SOLVED
    await desk.officers.spam(number, "budi", is_spam=False)
    assert (await desk.ticket(number)).status is TicketStatus.QUEUED


async def test_what_is_so_already_is_no_event(desk: Desk) -> None:
    number = (await desk.open()).number
    changed = await desk.officers.change(number, "budi", program="siplah", priority="tinggi")
    assert (changed.program, (await desk.state(number)).priority.value) == ("SIPLah", "tinggi")
    assert (await desk.officers.change(number, "budi", program="SIPLah")).length == changed.length
    other = (await desk.open()).number
    await desk.officers.link(number, "budi", to=other)
    await desk.officers.link(other, "budi", to=number)
    assert (await desk.ticket(other)).length == 2


async def test_only_the_first_reply_of_a_turn_is_acknowledged(desk: Desk) -> None:
    number = (await desk.open()).number
    await desk.officers.answer(number, "budi", "Coba perbarui ARKAS.")
    for text in ("sudah", "belum bisa juga", "halo?"):
        await desk.reply(number, text)
    await desk.worker.drain()
    assert desk.mails.of(number).count("reply_received") == 1


async def test_reporter_who_just_waits_is_not_acknowledged(desk: Desk) -> None:
    number = (await desk.open()).number
    await desk.reply(number, "mohon segera")
    await desk.worker.drain()
    assert desk.mails.of(number) == ["opened"]
    assert (await desk.ticket(number)).status is TicketStatus.QUEUED


async def test_empty_reply_and_absent_ticket_are_refused(desk: Desk) -> None:
    number = (await desk.open()).number
    with pytest.raises(EmptyMessage):
        await desk.reply(number, " \x00 ")
    with pytest.raises(UnknownTicket):
        await desk.reply(999_999_999, "halo")
    with pytest.raises(UnknownTicket):
        await desk.officers.assign(999_999_999, "budi", to="budi")
