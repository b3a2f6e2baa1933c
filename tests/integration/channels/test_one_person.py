"""One person on many channels: joined by proof alone, followed by tickets, erased at their word."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from bot.channels import texts
from bot.channels.queue_repository import channel_inbox, channel_outbox
from bot.channels.repository import channel_people
from bot.conversations.models import EventKind
from bot.conversations.repository import messages
from bot.database import metadata
from bot.errors import LinkCodeExpired, TooManyRequests
from bot.people.repository import identities, people, person_codes
from bot.tickets.models import NewTicket
from tests.integration.channels.conftest import BOTH, PHONE, RINA, House

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 32


class Browser:
    def __init__(self, house: House, url: str, token: str) -> None:
        self.house = house
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}"}

    async def post(self, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        answer: httpx.Response = await self.house.http.post(f"{self.url}/{path}", headers=self.headers, json=body or {})
        return answer

    async def texts(self) -> list[str]:
        found = await self.house.http.get(f"{self.url}/messages", headers=self.headers)
        return [each["text"] for each in found.json().get("messages", ())]

    async def tickets(self) -> list[int]:
        found = await self.house.http.get(f"{self.url}/tickets", headers=self.headers)
        return [each["number"] for each in found.json()["tickets"]]

    @property
    def id(self) -> str:
        return self.url.rsplit("/", 1)[-1]


async def browser(house: House) -> Browser:
    started = (await house.http.post("/api/v1/conversations", json={"channel": "web"})).json()
    return Browser(house, f"/api/v1/conversations/{started['id']}", started["token"])


async def open_ticket(house: House, conversation: str | None, email: str = "rina@sdn1.sch.id") -> int:
    new = NewTicket(email, "ARKAS", "Tidak bisa tutup BKU", "Tombol Tutup BKU abu-abu.", conversation_id=conversation)
    return (await house.tickets.open(new)).number


async def test_talk_is_carried_from_the_web_to_telegram(house: House) -> None:
    web = await browser(house)
    await web.post("messages", {"text": "tutup bku"})
    number = await open_ticket(house, web.id)
    link = (await web.post("link")).json()
    assert link["telegram_url"] == f"https://t.me/arkas_bot?start=k_{link['code']}"
    await house.on_telegram(house.telegram.says(RINA, f"/start k_{link['code']}"))
    await house.on_telegram(house.telegram.says(RINA, "2"))
    assert house.telegram.texts(RINA)[0] == texts.LINKED
    assert "Begini caranya (102)." in house.telegram.texts(RINA)[1]
    assert "Begini caranya (102)." in await web.texts(), "it is one talk"
    await house.on_telegram(house.telegram.says(RINA, "/tiket"))
    assert f"{number}: Tidak bisa tutup BKU" in house.telegram.texts(RINA)[-1]
    await house.on_telegram(house.telegram.taps(RINA, f"Tiket {number}"))
    assert house.dialogue.turns[-1].text == f"cek tiket {number}"


async def test_talk_is_carried_from_the_web_to_whatsapp_by_typing(house: House) -> None:
    web = await browser(house)
    link = (await web.post("link")).json()
    assert link["whatsapp_url"] == f"https://wa.me/6281100000000?text=KODE%20{link['code']}"
    await house.on_whatsapp(
        house.whatsapp.says(PHONE, f"kode {link['code'].lower()}"), house.whatsapp.says(PHONE, "halo")
    )
    assert (await web.texts())[-1] == "Anda berkata: halo"


@BOTH
async def test_talk_is_carried_back_to_a_browser_once(house: House) -> None:
    await house.on_telegram(house.telegram.says(RINA, "halo"), house.telegram.says(RINA, "/situs"))
    code = house.telegram.texts(RINA)[-1].rsplit("=", 1)[-1]
    redeemed = await house.http.post("/api/v1/links/redeem", json={"code": code})
    web = Browser(house, f"/api/v1/conversations/{redeemed.json()['id']}", redeemed.json()["token"])
    assert "Anda berkata: halo" in await web.texts()
    again = await house.http.post("/api/v1/links/redeem", json={"code": code})
    assert (again.status_code, again.json()["error"]) == (410, "tautan_kedaluwarsa")


@pytest.mark.parametrize("spoil", ["wrong", "late", "older"])
async def test_without_a_good_code_nothing_is_joined_or_shown(house: House, spoil: str) -> None:
    web = await browser(house)
    await open_ticket(house, web.id)
    code = (await web.post("link")).json()["code"]
    if spoil == "older":
        await web.post("link")
    if spoil == "late":
        house.clock.advance(timedelta(minutes=16))
    await house.on_telegram(house.telegram.says(RINA, f"/start k_{'2' + 'A' * 9 if spoil == 'wrong' else code}"))
    await house.on_telegram(house.telegram.says(RINA, "/tiket"))
    assert house.telegram.texts(RINA) == [LinkCodeExpired.sentence, "check_ticket"]


async def test_codes_of_links_are_tried_thirty_times_an_hour_only(house: House) -> None:
    web = await browser(house)
    code = (await web.post("link")).json()["code"]
    await house.on_telegram(*(house.telegram.says(RINA, f"/start k_2{n:09}") for n in range(30)))
    await house.on_telegram(house.telegram.says(RINA, f"/start k_{code}"))
    await house.later(2)  # more than Telegram takes in one second
    told = house.telegram.texts(RINA)
    assert told == [LinkCodeExpired.sentence] * 30 + [TooManyRequests.sentence]
    await house.on_telegram(house.telegram.says(RINA + 1, f"/start k_{code}"))
    assert house.telegram.texts(RINA + 1) == [texts.LINKED], "nobody else has to wait"


async def test_strangers_token_makes_no_link(house: House) -> None:
    web = await browser(house)
    web.headers = {"Authorization": "Bearer salah"}
    for path in ("link", "email", "email/confirm", "erase"):
        assert (await web.post(path, {"email": "a@b.co", "code": "123456", "confirm": True})).status_code == 401
    web.headers = {}
    assert (await web.post("link")).status_code == 401


@BOTH
async def test_proved_address_brings_its_tickets(house: House) -> None:
    number = await open_ticket(house, None, "Rina@sdn1.sch.id")
    await house.on_telegram(house.telegram.says(RINA, "/email RINA@sdn1.sch.id"), house.telegram.says(RINA, "/tiket"))
    assert str(number) not in house.telegram.texts(RINA)[-1], "asked for, but not proved"
    [(address, code)] = house.codes.sent
    assert address == "rina@sdn1.sch.id"
    await house.on_telegram(house.telegram.says(RINA, f"/kode {code}"), house.telegram.says(RINA, "/tiket"))
    assert str(number) in house.telegram.texts(RINA)[-1]


async def test_proved_address_brings_its_tickets_to_the_web_too(house: House) -> None:
    web, stranger = await browser(house), await browser(house)
    number, elsewhere = await open_ticket(house, None), await open_ticket(house, stranger.id, "budi@sdn2.sch.id")
    await web.post("email", {"email": "rina@sdn1.sch.id"})
    assert await web.tickets() == [], "asked for, but not proved"
    await web.post("email/confirm", {"code": house.codes.sent[-1][1]})
    assert await web.tickets() == [number]
    assert await stranger.tickets() == [elsewhere]
    web.headers = {"Authorization": "Bearer salah"}
    assert (await house.http.get(f"{web.url}/tickets", headers=web.headers)).status_code == 401


@BOTH
async def test_same_address_joins_two_channels(house: House) -> None:
    for say, on in ((house.telegram.says, house.on_telegram), (house.whatsapp.says, house.on_whatsapp)):
        person: Any = RINA if on == house.on_telegram else PHONE
        await on(say(person, "/email rina@sdn1.sch.id"))
        await on(say(person, f"/kode {house.codes.sent[-1][1]}"))
    talks = {turn.conversation_id for turn in house.dialogue.turns}
    async with house.database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(people)) == 1
        assert await connection.scalar(select(func.count()).select_from(identities)) == 3
    assert talks == set()


@BOTH
async def test_code_is_guessed_at_five_times_only(house: House) -> None:
    web = await browser(house)
    await web.post("email", {"email": "rina@sdn1.sch.id"})
    [(_, code)] = house.codes.sent
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert (await web.post("email/confirm", {"code": wrong})).json()["error"] == "kode_salah"
    assert (await web.post("email/confirm", {"code": code})).json()["error"] == "kode_salah"


async def test_code_of_one_talk_proves_nothing_in_another(house: House) -> None:
    web, stranger = await browser(house), await browser(house)
    await web.post("email", {"email": "rina@sdn1.sch.id"})
    [(_, code)] = house.codes.sent
    assert (await stranger.post("email/confirm", {"code": code})).status_code == 422
    assert (await web.post("email/confirm", {"code": code})).json() == {"email": "rina@sdn1.sch.id"}


async def test_an_address_gets_three_codes_an_hour(house: House) -> None:
    answers = [
        (await (await browser(house)).post("email", {"email": "rina@sdn1.sch.id"})).status_code for _ in range(4)
    ]
    assert answers == [202, 202, 202, 429]
    house.clock.advance(timedelta(hours=1, minutes=1))
    assert (await (await browser(house)).post("email", {"email": "rina@sdn1.sch.id"})).status_code == 202


@BOTH
async def test_erasing_gives_no_new_guesses_and_keeps_no_address(house: House) -> None:
    for _ in range(3):
        web = await browser(house)
        assert (await web.post("email", {"email": "rina@sdn1.sch.id"})).status_code == 202
        code = house.codes.sent[-1][1]
        assert (await web.post("erase", {"confirm": True})).status_code == 204
    assert (await (await browser(house)).post("email", {"email": "Rina@sdn1.sch.id"})).status_code == 429
    async with house.database.read() as connection:
        kept = str((await connection.execute(select(person_codes))).all())
    assert "rina" not in kept
    assert code not in kept


async def test_an_address_gets_six_codes_a_day_and_is_forgotten_after_one(house: House) -> None:
    answers = []
    for _ in range(3):
        answers += [(await (await browser(house)).post("email", {"email": "a@b.sch.id"})).status_code for _ in range(3)]
        house.clock.advance(timedelta(hours=1, minutes=1))
    assert answers == [202] * 6 + [429] * 3
    house.clock.advance(timedelta(hours=24))
    assert (await (await browser(house)).post("email", {"email": "c@d.sch.id"})).status_code == 202
    async with house.database.read() as connection:
        assert [row.email for row in await connection.execute(select(person_codes))] == ["c@d.sch.id"]


async def test_erasing_asks_first(house: House) -> None:
    await house.on_telegram(house.telegram.says(RINA, "halo"), house.telegram.says(RINA, "/hapus"))
    assert house.telegram.texts(RINA)[-1] == texts.ERASE_ASK
    await house.on_telegram(house.telegram.taps(RINA, "Batal"))
    assert house.telegram.texts(RINA)[-1] == texts.ERASE_KEPT
    assert [message.text for message in await house.talk("telegram", str(RINA))] == ["halo", "Anda berkata: halo"]


@BOTH
async def test_erasing_leaves_no_word_and_no_identity_but_whole_statistics(house: House) -> None:
    house.telegram.files["f"] = PNG
    document = {"file_id": "f", "file_name": "layar.png"}
    await house.on_telegram(house.telegram.says(RINA, None, document=document), house.telegram.says(RINA, "/situs"))
    conversation = house.dialogue.turns[0].conversation_id
    await house.services.conversations.record(conversation, EventKind.HELPED, articles=[101])
    await house.on_whatsapp(house.whatsapp.says(PHONE, "halo"))
    code = (await house.services.people.make_link(conversation)).code
    await house.on_whatsapp(house.whatsapp.says(PHONE, f"KODE {code}"))
    await house.on_telegram(house.telegram.says(RINA, "/hapus"))
    await house.on_telegram(house.telegram.taps(RINA, "Ya, hapus"))
    assert house.telegram.texts(RINA)[-1] == texts.ERASED
    async with house.database.read() as connection:
        said = (await connection.execute(select(messages))).all()
        assert len(said) == 4, "rows are counted for ever"
        assert {(row.text, row.payload, row.client_id, str(row.attachments)) for row in said} == {
            ("", None, None, "[]")
        }
        for table in (channel_people, channel_outbox, people, identities):
            assert (await connection.execute(select(table))).all() == [], table.name
        assert {(row.person, row.body) for row in await connection.execute(select(channel_inbox))} == {("", None)}
    assert [event.kind for event in await house.services.conversations.events(conversation)] == [EventKind.HELPED]
    assert conversation in house.dialogue.forgotten
    assert not [path for path in house.services.settings.attachments_dir.rglob("*") if path.is_file()]


@BOTH
async def test_erasing_leaves_nothing_personal_in_any_table(house: House) -> None:
    house.telegram.files["f"] = PNG
    document = {"file_id": "f", "file_name": "rapor-andini.png"}
    await house.on_telegram(
        house.telegram.says(RINA, "saldo bku andini minus"),
        house.telegram.says(RINA, None, document=document, caption="ini layar andini"),
        house.telegram.says(RINA, "/email andini@sdn1.sch.id"),
        house.telegram.says(RINA, "tutup bku"),
    )
    await house.on_telegram(house.telegram.says(RINA, f"/kode {house.codes.sent[-1][1]}"))
    await house.on_telegram(house.telegram.taps(RINA, "Membuka kembali"))
    conversation = await house.conversation("telegram", str(RINA))
    await house.on_whatsapp(house.whatsapp.says(PHONE, "ini andini"))
    code = (await house.services.people.make_link(conversation)).code
    await house.on_whatsapp(house.whatsapp.says(PHONE, f"KODE {code}"))
    assert await told_of(house, "andini", str(RINA), PHONE), "before"
    await house.on_telegram(house.telegram.says(RINA, "/hapus"))
    await house.on_telegram(house.telegram.taps(RINA, "Ya, hapus"))
    assert await told_of(house, "andini", str(RINA), PHONE, code, house.codes.sent[-1][1]) == []


async def told_of(house: House, *words: str) -> list[str]:
    """The rows of any table that hold one of these words."""
    found = []
    async with house.database.read() as connection:
        for table in metadata.sorted_tables:
            rows = [f"{table.name}: {row}" for row in (await connection.execute(select(table))).all()]
            found += [row for row in rows if any(word in row for word in words)]
    return found


async def test_erased_person_may_come_back_as_somebody_new(house: House) -> None:
    await house.on_telegram(house.telegram.says(RINA, "satu"), house.telegram.says(RINA, "/hapus"))
    await house.on_telegram(house.telegram.taps(RINA, "Ya, hapus"), house.telegram.says(RINA, "dua"))
    assert [message.text for message in await house.talk("telegram", str(RINA))] == ["dua", "Anda berkata: dua"]


async def test_erasing_on_the_web_closes_the_talk(house: House) -> None:
    web = await browser(house)
    await web.post("messages", {"text": "halo"})
    assert (await web.post("erase", {"confirm": False})).status_code == 422
    assert (await web.post("erase", {"confirm": True})).status_code == 204
    assert (await web.post("messages", {"text": "halo"})).status_code == 401


async def test_file_of_a_ticket_stays_with_the_ticket(house: House) -> None:
    house.telegram.files["f"] = PNG
    await house.on_telegram(house.telegram.says(RINA, None, document={"file_id": "f", "file_name": "layar.png"}))
    async with house.database.write() as connection:
        from sqlalchemy import update

        from bot.attachments.repository import attachments

        await connection.execute(update(attachments).values(ticket_number=10001))
    await house.services.people.erase(house.dialogue.turns[0].conversation_id)
    assert [path for path in house.services.settings.attachments_dir.rglob("*") if path.is_file()]
