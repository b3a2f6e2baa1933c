import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels import texts
from bot.channels.models import Reach, Way
from bot.channels.queue_repository import channel_inbox, channel_outbox
from bot.channels.repository import find_person, sent_in
from bot.conversations.models import Message, Sender
from tests.integration.channels.conftest import BOTH, PHONE, VERIFY, House
from tests.integration.channels.whatsapp_stand_in import delivery

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 32


def officer(house: House, number: int = 99) -> Message:
    return Message(number, Sender.OFFICER, "Sudah kami perbaiki.", house.clock.now())


async def test_challenge_is_repeated_to_who_knows_the_token(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}
    answer = await house.http.get("/channels/whatsapp", params=query)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    for wrong in ({"hub.verify_token": "x"}, {"hub.mode": "x"}, {"hub.verify_token": ""}):
        assert (await house.http.get("/channels/whatsapp", params=query | wrong)).status_code == 401
    logged = capsys.readouterr()
    assert (logged.out + logged.err).count("channel_forged") == 3
    assert VERIFY not in logged.out + logged.err


async def test_cards_are_a_list_with_whole_titles_below(house: House) -> None:
    await house.on_whatsapp(house.whatsapp.says(PHONE, "tutup bku"))
    [sent] = house.whatsapp.sent
    rows = sent["interactive"]["action"]["sections"][0]["rows"]
    assert (rows[1]["title"], rows[1]["description"]) == (
        "2. Membuka kembali BKU…",
        "2. Membuka kembali BKU yang sudah ditutup",
    )
    assert rows[3] == {"id": rows[3]["id"], "title": "Bukan ini"}


async def test_answer_and_question_are_one_message_with_two_buttons(house: House) -> None:
    await house.on_whatsapp(house.whatsapp.says(PHONE, "tutup bku"), house.whatsapp.says(PHONE, "2"))
    sent = house.whatsapp.sent[-1]
    assert len(house.whatsapp.sent) == 2, "messages are paid for: one a turn"
    assert [each["reply"]["title"] for each in sent["interactive"]["action"]["buttons"]] == ["Ya", "Belum"]
    assert sent["interactive"]["body"]["text"].startswith("Begini caranya (102).\n\n*Membuka kembali")


async def test_more_than_ten_choices_are_numbers_that_can_be_typed(house: House) -> None:
    await house.on_whatsapp(house.whatsapp.says(PHONE, "banyak"))
    assert "12. Bulan nomor 12" in house.whatsapp.texts(PHONE)[0]
    await house.on_whatsapp(house.whatsapp.says(PHONE, "12"))
    assert house.dialogue.turns[-1].payload == '/rephrase{"n":"12"}'


async def test_number_means_nothing_of_ours_where_none_was_offered(house: House) -> None:
    await house.on_whatsapp(house.whatsapp.says(PHONE, "2"))
    assert house.dialogue.turns[-1].text == "2"


@BOTH
async def test_messages_out_of_order_are_answered_in_order(house: House) -> None:
    now = house.clock.now().timestamp()
    late, early = (house.whatsapp.says(PHONE, word, at=now + shift) for word, shift in (("dua", -5), ("satu", -9)))
    await house.on_whatsapp(late, early, late)
    assert house.whatsapp.texts(PHONE) == ["Anda berkata: satu", "Anda berkata: dua"]


async def test_two_messages_in_one_delivery_and_another_number_of_ours(house: House) -> None:
    one, two = house.whatsapp.says(PHONE, "satu"), house.whatsapp.says(PHONE, "dua")
    one["entry"] += two["entry"]
    foreign = delivery(one["entry"][0]["changes"][0]["value"], "999")
    foreign["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "999"
    assert await house.deliver_whatsapp(foreign) == 200
    await house.on_whatsapp()
    assert house.whatsapp.sent == []


@pytest.mark.parametrize("spoil", [{"timestamp": "besok"}, {"text": "bukan objek"}, {"id": 5}])
async def test_one_message_of_a_new_shape_keeps_no_other_out(
    house: House, capsys: pytest.CaptureFixture[str], spoil: dict[str, Any]
) -> None:
    body, odd = house.whatsapp.says(PHONE, "satu"), house.whatsapp.says(PHONE, "rahasia")
    value = body["entry"][0]["changes"][0]["value"]
    value["messages"].insert(0, odd["entry"][0]["changes"][0]["value"]["messages"][0] | spoil)
    await house.on_whatsapp(body)
    assert house.whatsapp.texts(PHONE) == ["Anda berkata: satu"]
    logged = capsys.readouterr()
    assert "channel_foreign_shape" in logged.out + logged.err
    assert "rahasia" not in logged.out + logged.err
    del value["messages"][1]
    assert await house.deliver_whatsapp(body) == 400


async def test_numbers_are_known_only_hashed_in_ids(house: House) -> None:
    await house.on_whatsapp(house.whatsapp.says(PHONE, "halo"))
    [message, _] = await house.talk("whatsapp", PHONE)
    async with house.database.read() as connection:
        [row] = (await connection.execute(select(channel_inbox))).all()
    assert PHONE not in row.key
    assert row.body is None, "what was answered stands in the talk alone"
    assert message.text == "halo"


@BOTH
async def test_receipts_may_come_in_any_order_and_twice(house: House) -> None:
    await house.on_whatsapp(house.whatsapp.says(PHONE, "halo"))
    [sent] = house.whatsapp.sent
    for state in ("read", "sent", "delivered", "read", "no_such_state"):
        assert await house.deliver_whatsapp(house.whatsapp.status(sent, state)) == 200
    assert await receipt(house) == "read"
    errors = [{"code": 131026, "title": "Message undeliverable"}]
    await house.deliver_whatsapp(house.whatsapp.status(sent, "failed", errors=errors))
    assert await receipt(house) == "failed"


async def receipt(house: House) -> str | None:
    async with house.database.read() as connection:
        found: str | None = (await connection.execute(select(channel_outbox.c.receipt))).scalar_one()
    return found


async def test_message_whose_answer_was_lost_is_not_sent_again_once_its_receipt_came(house: House) -> None:
    house.whatsapp.faults.waiting.clear()
    await house.deliver_whatsapp(house.whatsapp.says(PHONE, "halo"))
    await house.channels.answering.drain()
    house.whatsapp.faults.lose()
    await house.channels.sending.drain()
    [sent] = house.whatsapp.sent
    await house.deliver_whatsapp(house.whatsapp.status(sent, "delivered"))
    await house.later(60)
    assert len(house.whatsapp.sent) == 1


async def test_window_is_counted_from_the_persons_last_message(house: House) -> None:
    await house.on_whatsapp(house.whatsapp.says(PHONE, "halo"))
    conversation = house.dialogue.turns[0].conversation_id
    opened = house.clock.now()
    house.clock.advance(timedelta(hours=23, minutes=59))
    assert await house.messengers.ways(conversation) == [Way("whatsapp", Reach.FREE, opened + timedelta(hours=24))]
    assert await house.messengers.tell(conversation, officer(house)) == []
    await house.later(120)
    [way] = await house.messengers.ways(conversation)
    assert way.reach is Reach.CLOSED
    [missed] = await house.messengers.tell(conversation, officer(house, 100))
    assert "WhatsApp: pesan terakhir pelapor di sana sudah lebih dari 24 jam" in missed


async def test_old_message_that_arrives_late_does_not_open_the_window(house: House) -> None:
    now = house.clock.now().timestamp()
    await house.on_whatsapp(house.whatsapp.says(PHONE, "satu", at=now))
    await house.on_whatsapp(house.whatsapp.says(PHONE, "nol", at=now - 3600))
    async with house.database.read() as connection:
        person = await find_person(connection, "whatsapp", PHONE)
    assert person is not None
    assert person.last_inbound_at == house.clock.now()


@pytest.mark.parametrize("more_settings", [{"whatsapp_template": "lanjutan_laporan"}])
async def test_template_goes_out_when_the_window_is_closed(house: House) -> None:
    await house.on_whatsapp(house.whatsapp.says(PHONE, "halo"))
    house.clock.advance(timedelta(hours=25))
    message = Message(99, Sender.OFFICER, "Sudah\n\nkami    perbaiki.", house.clock.now())
    await house.messengers.tell(house.dialogue.turns[0].conversation_id, message)
    await house.channels.drain()
    template = house.whatsapp.sent[-1]["template"]
    assert template["components"][0]["parameters"][0]["text"] == "Sudah kami perbaiki."


async def test_answer_that_waited_too_long_is_not_sent_outside_the_window(house: House) -> None:
    await house.deliver_whatsapp(house.whatsapp.says(PHONE, "halo"))
    await house.channels.answering.drain()
    await house.later(25 * 3600)
    assert house.whatsapp.sent == []


@pytest.mark.parametrize(("code", "wait"), [(130429, 6), (131056, 7), (80007, 61)])
async def test_limits_are_waited_out(house: House, code: int, wait: int) -> None:
    await house.deliver_whatsapp(house.whatsapp.says(PHONE, "halo"))
    await house.channels.answering.drain()
    house.whatsapp.faults.next(400, {"error": {"code": code, "message": "limit"}})
    await house.channels.sending.drain()
    assert house.whatsapp.sent == []
    await house.later(wait)
    assert house.whatsapp.texts(PHONE) == ["Anda berkata: halo"]


async def test_crowd_beyond_the_platforms_pace_is_answered_whole_and_in_order(house: House) -> None:
    people = [f"62812{number:07}" for number in range(60)]
    for text in ("satu", "dua"):
        await house.on_whatsapp(*(house.whatsapp.says(person, text) for person in people))
    assert len(house.whatsapp.sent) == 80  # all that the number may send in one second
    for _ in range(3):
        await house.later(6)
    assert all(house.whatsapp.texts(person) == ["Anda berkata: satu", "Anda berkata: dua"] for person in people)


async def test_one_who_writes_without_a_pause_gets_every_answer_at_the_pace_of_the_pair(house: House) -> None:
    await house.on_whatsapp(*(house.whatsapp.says(PHONE, f"pesan {number}") for number in range(50)))
    assert len(house.whatsapp.sent) == 45
    for _ in range(6):
        await house.later(7)
    assert house.whatsapp.texts(PHONE) == [f"Anda berkata: pesan {number}" for number in range(50)]


async def test_revoked_token_and_5xx_lose_nothing(house: House) -> None:
    house.whatsapp.token = "another"
    await house.on_whatsapp(house.whatsapp.says(PHONE, "halo"))
    await house.later(61)
    house.whatsapp.token = "EAAG-stand-in"
    house.whatsapp.faults.next(500)
    for _ in range(3):
        await house.later(61)
    assert house.whatsapp.texts(PHONE) == ["Anda berkata: halo"]


@pytest.mark.parametrize("code", [131042, 131031, 368, 133010, 10])
async def test_what_is_wrong_with_the_account_costs_no_message(house: House, code: int) -> None:
    await house.deliver_whatsapp(house.whatsapp.says(PHONE, "halo"))
    await house.channels.answering.drain()
    house.whatsapp.faults.next(400, {"error": {"code": code, "message": "an operator has to act"}})
    await house.channels.sending.drain()
    assert house.whatsapp.sent == []
    await house.later(61)
    assert house.whatsapp.texts(PHONE) == ["Anda berkata: halo"]


async def test_platform_that_is_away_for_half_an_hour_costs_no_message(house: House) -> None:
    await house.deliver_whatsapp(house.whatsapp.says(PHONE, "halo"))
    for _ in range(180):
        house.whatsapp.faults.waiting.clear()
        house.whatsapp.faults.next(503)
        await house.later(10)
    house.whatsapp.faults.waiting.clear()
    await house.later(300)
    await house.later(300)
    assert house.whatsapp.texts(PHONE) == ["Anda berkata: halo"]


async def test_number_without_whatsapp_is_final(house: House) -> None:
    house.whatsapp.gone.add(PHONE)
    await house.on_whatsapp(house.whatsapp.says(PHONE, "halo"))
    house.whatsapp.gone.clear()
    await house.later(3600)
    assert house.whatsapp.sent == []


@BOTH
async def test_messages_are_counted_and_an_alarm_is_raised_at_80_percent(
    house: House, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(9):
        await house.on_whatsapp(house.whatsapp.says(PHONE, f"pesan {number}"))
    async with house.database.read() as connection:
        assert await sent_in(connection, "whatsapp", "2026-11") == 9
    alarms = [line for line in (capsys.readouterr().out + caplog.text).splitlines() if "channel_budget" in line]
    assert len(alarms) == 1
    uncoloured = re.sub(r"\x1b\[[0-9;]*m", "", alarms[0])
    assert re.search(r"\bused'?[=:] ?8\b", uncoloured), "however structlog was set up by the tests before this one"


async def test_media_come_in_and_go_out(house: House) -> None:
    house.whatsapp.media["in1"] = ("image/png", PNG)
    await house.on_whatsapp(house.whatsapp.says(PHONE, None, image={"id": "in1", "mime_type": "image/png"}))
    [message, _] = await house.talk("whatsapp", PHONE)
    assert message.attachments[0]["name"].startswith("foto")
    sent = Message(99, Sender.OFFICER, "Seperti ini.", house.clock.now(), attachments=message.attachments)
    await house.messengers.tell(house.dialogue.turns[0].conversation_id, sent)
    await house.channels.drain()
    image = house.whatsapp.sent[-1]["image"]
    assert house.whatsapp.media[image["id"]] == ("image/png", PNG)


async def sent_zip(house: House) -> Message:
    """An officer's words with an archive, which WhatsApp does not take."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("rekap.csv", "1,2")
    house.whatsapp.media["in1"] = ("application/zip", packed.getvalue())
    document = {"id": "in1", "filename": "rekap.zip", "mime_type": "application/zip"}
    await house.on_whatsapp(house.whatsapp.says(PHONE, None, document=document))
    [message, _] = await house.talk("whatsapp", PHONE)
    return Message(99, Sender.OFFICER, "", house.clock.now(), attachments=message.attachments)


async def test_file_that_whatsapp_does_not_take_goes_out_as_a_link(house: House) -> None:
    sent = await sent_zip(house)
    await house.messengers.tell(house.dialogue.turns[0].conversation_id, sent)
    await house.channels.drain()
    told = house.whatsapp.texts(PHONE)[-1]
    assert re.search(r"rekap\.zip\nhttp://[\w.:]+/berkas/\w+\?sampai=\d+&tanda=\S+$", told)


@pytest.mark.parametrize("more_settings", [{"whatsapp_template": "lanjutan_laporan"}])
async def test_file_outside_the_window_is_a_link_in_the_template(house: House) -> None:
    sent = await sent_zip(house)
    house.clock.advance(timedelta(hours=25))
    await house.messengers.tell(house.dialogue.turns[0].conversation_id, sent)
    await house.channels.drain()
    words = house.whatsapp.sent[-1]["template"]["components"][0]["parameters"][0]["text"]
    assert re.search(r"rekap\.zip http://\S+/berkas/", words)


async def test_too_large_file_is_not_fetched(house: House) -> None:
    house.whatsapp.media["in1"] = ("application/pdf", b"%PDF-1.7" + b"\x00" * (26 * 1024**2))
    await house.on_whatsapp(house.whatsapp.says(PHONE, None, document={"id": "in1", "filename": "a.pdf"}))
    assert "terlalu besar" in house.whatsapp.texts(PHONE)[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"audio": {"id": "a", "voice": True}}, texts.WORDLESS["voice"]),
        ({"sticker": {"id": "a"}}, texts.WORDLESS["sticker"]),
        ({"contacts": {}}, texts.WORDLESS["contact"]),
        ({"location": {"latitude": 1, "longitude": 1}}, texts.WORDLESS["location"]),
        ({"order": {"catalog_id": "1", "product_items": []}}, texts.WORDLESS_OTHER),
        ({"unsupported": {}, "errors": [{"code": 131051}]}, texts.WORDLESS_OTHER),
        ({"interactive": {"type": "nfm_reply", "nfm_reply": {"body": "Sent"}}}, texts.WORDLESS_OTHER),
    ],
)
async def test_wordless_message_is_answered_kindly(house: House, content: dict[str, Any], told: str) -> None:
    await house.on_whatsapp(house.whatsapp.says(PHONE, None, **content))
    assert house.whatsapp.texts(PHONE) == [told]


async def test_words_below_a_picture_and_a_forwarded_message_are_read(house: House) -> None:
    house.whatsapp.media["in1"] = ("image/png", PNG)
    image = {"id": "in1", "mime_type": "image/png", "caption": "ini pesannya"}
    await house.on_whatsapp(
        house.whatsapp.says(PHONE, None, image=image),
        house.whatsapp.says(PHONE, "tutup bku", context={"forwarded": True, "frequently_forwarded": True}),
        house.whatsapp.says(PHONE, None, button={"payload": "x", "text": "Bicara dengan petugas"}),
    )
    assert [turn.text for turn in house.dialogue.turns] == ["ini pesannya", "tutup bku", "Bicara dengan petugas"]


async def test_change_of_number_is_not_answered(house: House) -> None:
    changed = {"body": "User A changed", "type": "user_changed_number"}
    await house.on_whatsapp(house.whatsapp.says(PHONE, None, system=changed))
    assert house.whatsapp.sent == []


async def test_reaction_is_not_answered(house: House) -> None:
    await house.on_whatsapp(house.whatsapp.says(PHONE, None, reaction={"emoji": "👍"}))
    assert house.whatsapp.sent == []


async def test_message_is_shown_as_read(house: House) -> None:
    body = house.whatsapp.says(PHONE, "halo")
    await house.on_whatsapp(body)
    assert house.whatsapp.read == [body["entry"][0]["changes"][0]["value"]["messages"][0]["id"]]


USER_ID = "ID.13491208655302741918"


@BOTH
async def test_person_without_a_number_is_answered_by_user_id(house: House) -> None:
    long = f"ID.ENT.{'A1' * 64}"
    await house.on_whatsapp(house.whatsapp.says(long, "halo"), house.whatsapp.says(USER_ID, "tutup bku"))
    assert house.whatsapp.texts(long) == ["Anda berkata: halo"]
    await house.on_whatsapp(house.whatsapp.taps(USER_ID, "2. "))
    assert "Begini caranya (102)." in house.whatsapp.texts(USER_ID)[-1]


async def test_who_hides_the_number_later_stays_the_same_person(house: House) -> None:
    await house.on_whatsapp(house.whatsapp.says(PHONE, "tutup bku", user_id=USER_ID))
    await house.on_whatsapp(house.whatsapp.says(USER_ID, "3"))
    assert "Begini caranya (103)." in house.whatsapp.texts(PHONE)[-1], "the same talk, at the number that we know"


async def test_user_id_is_found_beside_the_message_too(house: House) -> None:
    body = house.whatsapp.says(USER_ID, "halo")
    del body["entry"][0]["changes"][0]["value"]["messages"][0]["from_user_id"]
    await house.on_whatsapp(body)
    assert house.whatsapp.texts(USER_ID) == ["Anda berkata: halo"]
