"""What an officer answers to a ticket that came out of a talk on a messenger arrives there."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.channels import texts
from bot.channels.missing import MISSED
from bot.conversations.officers import OfficerVoice
from bot.outbox.worker import Worker
from bot.tickets.desk import TicketDesk
from bot.tickets.models import NewTicket, TicketEventKind
from bot.tickets.talking import MissedHandler, TalkHandler
from tests.integration.channels.conftest import BOTH, PHONE, RINA, House
from tests.integration.desks import KeptMails

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


@dataclass
class Officers:
    """The desk behind the channels."""

    house: House
    number: int = 0

    async def open(self, channel: str, person: str) -> None:
        """Open a ticket out of a person's talk, as the dialogue does."""
        talk = await self.house.conversation(channel, person)
        new = NewTicket("rina@sdn1.sch.id", "ARKAS", "Tutup BKU", "Tombol abu-abu.", conversation_id=talk)
        self.number = (await self.house.tickets.open(new)).number

    async def answer(self, text: str) -> None:
        house = self.house
        await TicketDesk(house.database, house.clock).answer(self.number, "budi", text)
        voice = OfficerVoice(house.database, house.clock)
        talk = TalkHandler(house.database, house.clock, voice, house.messengers)
        await Worker(house.database, house.clock, {"mail": KeptMails(), "talk": talk}).drain()
        await house.channels.drain()

    async def notes(self) -> list[str]:
        missed = MissedHandler(self.house.database, self.house.clock)
        await Worker(self.house.database, self.house.clock, {MISSED: missed, "mail": KeptMails()}).drain()
        ticket = await self.house.tickets.find(self.number)
        assert ticket is not None
        return [str(event.data["text"]) for event in ticket.events if event.kind is TicketEventKind.NOTE]


@pytest.fixture
def officers(house: House) -> Officers:
    return Officers(house)


async def test_answer_arrives_on_telegram_after_days(house: House, officers: Officers) -> None:
    await house.on_telegram(house.telegram.says(RINA, "halo"))
    await officers.open("telegram", str(RINA))
    await house.later(30 * 3600)
    await officers.answer("Silakan perbarui ARKAS.")
    assert house.telegram.texts(RINA)[-1].startswith("Silakan perbarui ARKAS.")
    assert await officers.notes() == []


async def test_answer_arrives_on_whatsapp_within_24_hours_only(house: House, officers: Officers) -> None:
    await house.on_whatsapp(house.whatsapp.says(PHONE, "halo"))
    await officers.open("whatsapp", PHONE)
    await officers.answer("Silakan perbarui ARKAS.")
    assert house.whatsapp.texts(PHONE)[-1].startswith("Silakan perbarui ARKAS.")
    await house.later(25 * 3600)
    await officers.answer("Sudah berhasil?")
    assert len(house.whatsapp.sent) == 2
    assert await officers.notes() == [texts.MISSED_CLOSED.format(channel="WhatsApp")]


@pytest.mark.parametrize("more_settings", [{"whatsapp_template": "lanjutan_laporan"}])
async def test_answer_goes_in_the_template_when_one_is_set(house: House, officers: Officers) -> None:
    await house.on_whatsapp(house.whatsapp.says(PHONE, "halo"))
    await officers.open("whatsapp", PHONE)
    await house.later(25 * 3600)
    await officers.answer("Sudah berhasil?")
    words = house.whatsapp.sent[-1]["template"]["components"][0]["parameters"][0]["text"]
    assert words.startswith("Sudah berhasil? Untuk membalas")
    assert await officers.notes() == []


async def test_who_blocked_the_bot_gets_the_mail_alone_and_officers_know(house: House, officers: Officers) -> None:
    await house.on_telegram(house.telegram.says(RINA, "halo"))
    await officers.open("telegram", str(RINA))
    house.telegram.blocked.add(RINA)
    await officers.answer("Silakan perbarui ARKAS.")
    await officers.answer("Sudah berhasil?")
    assert await officers.notes() == [texts.MISSED_LEFT.format(channel="Telegram")] * 2


@BOTH
@pytest.mark.parametrize(
    ("code", "title", "note"),
    [
        (131047, "Re-engagement message", texts.MISSED_CLOSED.format(channel="WhatsApp")),
        (
            131026,
            "Message undeliverable",
            texts.MISSED_OTHER.format(channel="WhatsApp", reason="131026 Message undeliverable"),
        ),
    ],
)
async def test_what_whatsapp_took_and_did_not_deliver_is_noted_once(
    house: House, officers: Officers, code: int, title: str, note: str
) -> None:
    await house.on_whatsapp(house.whatsapp.says(PHONE, "halo"))
    await officers.open("whatsapp", PHONE)
    await officers.answer("Silakan perbarui ARKAS.")
    for sent in house.whatsapp.sent:  # the bot's own answer too, of which officers are not told
        for _ in range(2):
            failed = house.whatsapp.status(sent, "failed", errors=[{"code": code, "title": title}])
            assert await house.deliver_whatsapp(failed) == 200
    assert await officers.notes() == [note]


async def test_what_telegram_refuses_is_noted(house: House, officers: Officers) -> None:
    await house.on_telegram(house.telegram.says(RINA, "halo"))
    await officers.open("telegram", str(RINA))
    house.telegram.faults.next(400, {"ok": False, "description": "Bad Request: no"})
    await officers.answer("Silakan perbarui ARKAS.")
    [note] = await officers.notes()
    assert note == texts.MISSED_OTHER.format(channel="Telegram", reason="MessageRefused: Bad Request: no")


async def test_answer_follows_a_talk_that_was_carried_over(house: House, officers: Officers) -> None:
    await house.on_telegram(house.telegram.says(RINA, "halo"))
    await officers.open("telegram", str(RINA))
    web: dict[str, Any] = (await house.http.post("/api/v1/conversations", json={"channel": "web"})).json()
    code = (await _link(house.http, web)).json()["code"]
    await house.on_telegram(house.telegram.says(RINA, f"/start k_{code}"))
    house.clock.advance(timedelta(hours=2))
    await officers.answer("Silakan perbarui ARKAS.")
    assert house.telegram.texts(RINA)[-1].startswith("Silakan perbarui ARKAS."), "though this is another talk now"


async def _link(http: httpx.AsyncClient, web: dict[str, Any]) -> httpx.Response:
    headers = {"Authorization": f"Bearer {web['token']}"}
    return await http.post(f"/api/v1/conversations/{web['id']}/link", headers=headers)
