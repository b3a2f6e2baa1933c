"""Tickets that are worked on at Zendesk: opened, followed, told of, over a real database and a stand-in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import Response

from bot.attachments.models import StoredFile
from bot.backends import rules
from bot.backends.following import FollowingHandler, Watch
from bot.backends.opening import TellingHandler
from bot.backends.web import PATH, zendesk_router
from bot.backends.zendesk import ZendeskBackend
from bot.clock import SettableClock
from bot.conversations.models import Conversation
from bot.conversations.reading import Talks
from bot.conversations.repository import insert_conversation, insert_message
from bot.database import Database
from bot.http import install_error_handlers
from bot.outbox.models import OutboxHandler
from bot.outbox.service import OutboxService
from bot.outbox.worker import Worker
from bot.tickets.log import DeskPolicy
from bot.tickets.models import ZENDESK, Reply, TicketEventKind, TicketStatus
from bot.tickets.silence import SilenceHandler
from tests.integration.channels.loopback import serving
from tests.integration.desks import REPORT, Desk
from tests.integration.tickets.zendesk_stand_in import EMAIL, SECRET, TOKEN, ZendeskStandIn, busy

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


class Account:
    """Our desk, and the account behind it."""

    def __init__(
        self, database: Database, clock: SettableClock, url: str, http: httpx.AsyncClient, files: Path
    ) -> None:
        self.desk = Desk(database, clock, DeskPolicy(desk=ZENDESK))
        self.database, self.clock, self.http, self.files = database, clock, http, files
        self.backend = ZendeskBackend(http, clock, url=url, email=EMAIL, token=TOKEN)
        self.worker = self.another_worker()

    def another_worker(self) -> Worker:
        database, clock, policy = self.database, self.clock, self.desk.policy
        telling = TellingHandler(database, clock, self.backend, Talks(database), lambda file: self.files / file.sha256)
        following = FollowingHandler(database, clock, self.backend, policy)
        silence = SilenceHandler(database, clock, policy)
        handlers: dict[str, OutboxHandler] = {
            "mail": self.desk.mails, "ticket_silence": silence, "zendesk": telling, "zendesk_status": following,
        }  # fmt: skip
        return Worker(database, clock, handlers)

    async def open(self) -> int:
        """Open a ticket here, and let it be told there."""
        number = (await self.desk.open()).number
        await self.worker.drain()
        return number

    async def after(self, **time: float) -> None:
        self.clock.advance(timedelta(**time))
        await self.worker.drain()

    async def kinds(self, number: int) -> list[str]:
        return [event.kind.value for event in (await self.desk.ticket(number)).events]

    async def dead(self) -> list[str]:
        return [item.error or "" for item in await OutboxService(self.database, self.clock).dead_letters()]


@pytest.fixture
def there(clock: SettableClock) -> ZendeskStandIn:
    return ZendeskStandIn(clock)


@pytest.fixture
async def account(
    database: Database, clock: SettableClock, there: ZendeskStandIn, tmp_path: Path
) -> AsyncIterator[Account]:
    async with serving(there.app()) as url, httpx.AsyncClient() as http:
        yield Account(database, clock, url, http, tmp_path)


async def test_ticket_is_told_with_its_talk_and_files_and_mails_nothing_itself(
    account: Account, there: ZendeskStandIn, clock: SettableClock
) -> None:
    async with account.database.write() as connection:
        await insert_conversation(connection, Conversation("talk", "web", "hash", clock.now()))
        await insert_message(
            connection, conversation_id="talk", sender="bot", text="Coba ini.", created_at=clock.now(),
            articles=[{"id": 42, "title": "Cara menutup BKU"}],
        )  # fmt: skip
    (account.files / "abc").write_bytes(b"layar")
    file = StoredFile("f1", "layar.png", "abc", "image/png", 5, clock.now())
    number = (await account.desk.tickets.open(replace(REPORT, conversation_id="talk"), files=[file])).number
    await account.worker.drain()
    [ticket] = there.tickets.values()
    assert ticket["subject"] == f"#{number} - Tidak bisa tutup BKU"
    assert ticket["requester"] == {"name": "rina", "email": "rina@sdn1.sch.id"}
    [comment] = ticket["comments"]
    assert comment["body"].startswith(REPORT.details)
    assert "- [42] Cara menutup BKU" in comment["body"]
    assert "Coba ini." in comment["body"].partition("Percakapan sebelumnya:")[2]
    assert [there.uploads[token] for token in comment["uploads"]] == [("layar.png", b"layar")]
    assert account.desk.mails.items == []


async def test_statuses_there_are_the_four_statuses_here(account: Account, there: ZendeskStandIn) -> None:
    number = await account.open()
    for status, meant in [
        ("open", TicketStatus.IN_PROGRESS),
        ("pending", TicketStatus.WAITING_FOR_REPORTER),
        ("hold", TicketStatus.IN_PROGRESS),
        ("pending", TicketStatus.WAITING_FOR_REPORTER),
        ("open", TicketStatus.IN_PROGRESS),
        ("solved", TicketStatus.SOLVED),
    ]:
        there.move(101, status)
        await account.after(minutes=6)
        assert (await account.desk.ticket(number)).status is meant
    there.move(101, "open")
    await account.after(minutes=61)
    assert (await account.desk.ticket(number)).status is TicketStatus.IN_PROGRESS
    there.move(101, "closed")
    await account.after(minutes=6)
    assert (await account.kinds(number))[-2:] == ["reopened", "solved"]
    there.asked.clear()
    await account.after(days=3)
    assert there.asked == []
    assert account.desk.mails.items == []


async def test_silence_is_theirs_to_remind_and_close(account: Account, there: ZendeskStandIn) -> None:
    number = await account.open()
    there.move(101, "pending")
    for _ in range(9):
        await account.after(hours=6)
    assert await account.kinds(number) == ["opened", "information_asked"]
    assert (await account.desk.state(number)).closes_at is None


@pytest.mark.parametrize("honours_keys", [True, False])
async def test_lost_answer_makes_no_second_request(account: Account, there: ZendeskStandIn, honours_keys: bool) -> None:
    there.lose_answers, there.honours_keys = 2, honours_keys
    await account.open()
    await account.after(minutes=10)
    assert list(there.tickets) == [101]
    assert await account.dead() == []
    there.move(101, "open")
    await account.after(minutes=6)
    assert "GET tickets/show_many.json" in there.asked


async def test_stale_uploads_are_handed_over_anew(
    account: Account, there: ZendeskStandIn, clock: SettableClock
) -> None:
    (account.files / "abc").write_bytes(b"layar")
    await account.desk.tickets.open(REPORT, files=[StoredFile("f1", "layar.png", "abc", "image/png", 5, clock.now())])
    there.faults += [Response('{"upload": {"token": "gone"}}', 201), busy("7200")]
    await account.worker.drain()
    assert there.tickets == {}
    await account.after(hours=3)
    assert there.tickets[101]["comments"][0]["uploads"] == ["t1"]


async def test_busy_desk_is_asked_when_it_said_and_costs_no_attempt(account: Account, there: ZendeskStandIn) -> None:
    there.faults += [busy("40")] * 21
    await account.open()
    for _ in range(21):
        assert there.tickets == {}
        await account.after(seconds=39)
        asked = len(there.asked)
        await account.after(seconds=0.5)
        assert len(there.asked) == asked
        await account.after(seconds=1)
    assert list(there.tickets) == [101]


async def test_refused_request_is_a_dead_letter_at_once(account: Account, there: ZendeskStandIn) -> None:
    there.faults.append(Response("RecordInvalid", 422))
    await account.open()
    [error] = await account.dead()
    assert "422" in error
    assert there.asked.count("POST requests.json") == 1


async def test_refused_status_question_is_asked_again_for_ever(account: Account, there: ZendeskStandIn) -> None:
    number = await account.open()
    there.move(101, "open")
    there.faults += [Response(status_code=403), Response(status_code=500)] * 12
    for _ in range(30):
        await account.after(minutes=5)
    assert await account.dead() == []
    assert (await account.desk.ticket(number)).status is TicketStatus.IN_PROGRESS


async def test_what_a_reporter_does_here_is_told_there(account: Account, there: ZendeskStandIn) -> None:
    number = await account.open()
    there.move(101, "pending")
    await account.after(minutes=6)
    await account.desk.tickets.reply(number, Reply("NPSN kami 20212345", REPORT.email, "mail"))
    await account.after(seconds=1)
    assert there.tickets[101]["status"] == "open"
    note = there.tickets[101]["comments"][-1]
    assert (note["public"], note["body"].endswith("NPSN kami 20212345")) == (False, True)
    await account.after(minutes=6)
    assert (await account.kinds(number)) == ["opened", "information_asked", "reporter_replied"]


async def test_reporter_who_is_done_or_thanks_here_reopens_nothing_there(
    account: Account, there: ZendeskStandIn
) -> None:
    number = await account.open()
    await account.desk.tickets.reply(number, Reply("Sudah saya coba lagi", REPORT.email, "mail"))
    await account.desk.tickets.done(number)
    await account.desk.tickets.reply(number, Reply("Terima kasih banyak pak", REPORT.email, "mail"))
    await account.after(minutes=6)
    assert there.tickets[101]["status"] == "solved"
    assert {note["body"].partition("\n\n")[2] for note in there.tickets[101]["comments"][1:]} == {
        "Sudah saya coba lagi",
        "Pelapor menyatakan kendala sudah selesai.",
        "Terima kasih banyak pak",
    }
    assert await account.kinds(number) == ["opened", "reporter_replied", "solved", "thanked"]


async def test_reply_to_a_closed_ticket_is_a_new_request(account: Account, there: ZendeskStandIn) -> None:
    number = await account.open()
    there.move(101, "closed")
    await account.after(minutes=6)
    reply = Reply("Kendala masih terjadi", REPORT.email, "mail")
    new = (await account.desk.tickets.reply(number, reply)).number
    await account.worker.drain()
    assert there.tickets[102]["subject"].startswith(f"#{new} - ")


async def test_built_in_tickets_stay_built_in(account: Account, there: ZendeskStandIn) -> None:
    before = Desk(account.database, account.clock)
    number = (await before.open()).number
    await account.desk.officers.answer(number, "budi", "Silakan coba lagi.")
    await account.worker.drain()
    assert account.desk.mails.of(number) == ["opened", "answered"]
    assert there.asked == []


async def test_two_workers_write_each_change_once(account: Account, there: ZendeskStandIn) -> None:
    number = await account.open()
    there.move(101, "pending")
    watch = Watch(account.database, account.clock)
    for key in ("a", "b", "c"):
        assert await watch.changed(101, key)
    await asyncio.gather(*(account.another_worker().drain() for _ in range(3)))
    assert await account.kinds(number) == ["opened", "information_asked"]


@asynccontextmanager
async def webhook(account: Account, secret: str = SECRET) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(zendesk_router(Watch(account.database, account.clock), account.clock, secret=secret))
    install_error_handlers(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://arkas") as client:
        yield client


def headers(clock: SettableClock, body: bytes, *, secret: str = SECRET, minutes: float = 0) -> dict[str, str]:
    stamp = (clock.now() + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "X-Zendesk-Webhook-Signature": rules.signature(secret, stamp, body),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
    }


EVENT = b'{"type": "zen:event-type:ticket.status_changed", "detail": {"id": "101", "status": "PENDING"}}'


@pytest.mark.parametrize("body", [EVENT, b'{"ticket_id": "101"}', b'{"ticket_id": 101}'])
async def test_webhook_has_the_status_read_at_once_and_may_be_repeated(
    account: Account, there: ZendeskStandIn, clock: SettableClock, body: bytes
) -> None:
    number = await account.open()
    there.move(101, "pending")
    there.asked.clear()
    async with webhook(account) as client:
        for _ in range(3):
            answer = await client.post(PATH, content=body, headers=headers(clock, body))
            assert answer.json() == {"ok": True, "known": True}
            await account.worker.drain()
    assert await account.kinds(number) == ["opened", TicketEventKind.INFORMATION_ASKED.value]
    assert there.asked == ["GET tickets/show_many.json"]


async def test_forged_old_and_unsigned_deliveries_are_refused(
    account: Account, there: ZendeskStandIn, clock: SettableClock
) -> None:
    await account.open()
    there.asked.clear()
    async with webhook(account) as client, webhook(account, secret="") as closed:
        good = headers(clock, EVENT)
        for wrong in (
            {},
            {"X-Zendesk-Webhook-Signature": good["X-Zendesk-Webhook-Signature"]},
            headers(clock, EVENT, secret="lain"),
            headers(clock, EVENT, minutes=-6),
            headers(clock, EVENT, minutes=6),
            headers(clock, EVENT + b" "),
            good | {"X-Zendesk-Webhook-Signature-Timestamp": "kemarin"},
        ):
            assert (await client.post(PATH, content=EVENT, headers=wrong)).status_code == 401
        assert (await closed.post(PATH, content=EVENT, headers=headers(clock, EVENT, secret=""))).status_code == 401
    await account.worker.drain()
    assert there.asked == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400), (b"[]", 400), (b'{"detail": {}}', 400), (b'{"ticket_id": true}', 400),
        (b'{"ticket_id": "1e3"}', 400), (b'{"ticket_id": "99999999999999999999"}', 400), (b'{"ticket_id": 999}', 200),
        (b" " * 300_000, 413),
    ],
)  # fmt: skip
async def test_signed_nonsense_is_a_clear_answer(
    account: Account, clock: SettableClock, body: bytes, status: int
) -> None:
    async with webhook(account) as client:
        answer = await client.post(PATH, content=body, headers=headers(clock, body))
    assert answer.status_code == status
