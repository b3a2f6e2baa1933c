import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.channels import texts
from bot.channels.inbox import ChannelInbox
from bot.channels.models import Reach, Way
from bot.channels.port import TokenRefused
from bot.channels.telegram.adapter import TelegramChannel
from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.setting_up import COMMANDS, drop_webhook, set_webhook
from bot.conversations.models import Message, Sender
from tests.integration.channels.conftest import BOTH, RINA, House
from tests.integration.channels.telegram_stand_in import units

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 32


def client_of(house: House) -> TelegramClient:
    channel = house.channels.by_name["telegram"]
    assert isinstance(channel, TelegramChannel)
    return channel.client


async def test_cards_are_buttons_whose_state_is_kept_here(house: House) -> None:
    await house.on_telegram(house.telegram.says(RINA, "tutup bku"))
    [sent] = house.telegram.sent
    rows = sent["reply_markup"]["inline_keyboard"]
    assert [button["text"] for row in rows for button in row][1] == "2. Membuka kembali BKU yang sudah ditutup"
    assert all(len(button["callback_data"].encode()) <= 24 for row in rows for button in row)
    assert "Tidak bisa tutup BKU &lt;bulan&gt; &amp; tahun" in sent["text"]


async def test_keyboard_is_taken_away_after_a_tap(house: House) -> None:
    await house.on_telegram(house.telegram.says(RINA, "tutup bku"))
    [place] = house.telegram.keyboards
    await house.on_telegram(house.telegram.taps(RINA, "Jadwal"))
    assert house.telegram.keyboards[place] == []
    assert house.telegram.queries == {}, "the tap's waiting sign was not ended"


@BOTH
async def test_double_tap_is_answered_once(house: House) -> None:
    await house.on_telegram(house.telegram.says(RINA, "tutup bku"))
    await house.on_telegram(house.telegram.taps(RINA, "Jadwal"), house.telegram.taps(RINA, "Jadwal"))
    assert [turn.payload for turn in house.dialogue.turns[1:]] == ['/choose_article{"article":"103"}']


async def test_another_choice_of_the_same_message_is_taken(house: House) -> None:
    await house.on_telegram(house.telegram.says(RINA, "tutup bku"))
    one, other = house.telegram.taps(RINA, "Membuka"), house.telegram.taps(RINA, "Jadwal")
    await house.on_telegram(one, other)
    assert [turn.payload for turn in house.dialogue.turns[1:]] == [
        '/choose_article{"article":"102"}',
        '/choose_article{"article":"103"}',
    ]


@pytest.mark.parametrize("data", ["1:99", "999999:0", "x", "1:-1", ":", "9" * 60, "²:0"])
async def test_made_up_choice_is_told_to_be_void(house: House, data: str) -> None:
    await house.on_telegram(house.telegram.says(RINA, "tutup bku"))
    await house.on_telegram(house.telegram.tap_data(RINA, 1, data))
    assert house.telegram.texts(RINA)[-1] == texts.CHOICE_GONE


async def test_choice_of_somebody_else_is_void(house: House) -> None:
    await house.on_telegram(house.telegram.says(RINA, "tutup bku"))
    [row] = house.telegram.keyboards.values()
    await house.on_telegram(house.telegram.tap_data(RINA + 1, 1, row[0][0]["callback_data"]))
    assert house.telegram.texts(RINA + 1) == [texts.CHOICE_GONE]


async def test_long_answer_is_split_between_paragraphs(house: House) -> None:
    await house.on_telegram(house.telegram.says(RINA, "panjang"))
    pieces = house.telegram.texts(RINA)
    assert len(pieces) > 1
    assert all(units(piece) <= 4096 for piece in pieces)
    assert all(piece.startswith("Langkah") for piece in pieces)


@pytest.mark.parametrize(
    ("text", "words", "payload"),
    [
        ("/start", None, "/greet"),
        ("/start artikel_102", None, '/choose_article{"article":"102"}'),
        ("/start apa saja", None, "/greet"),
        ("/menu", None, "/ask_help"),
        ("/petugas", None, "/ask_person"),
        ("/petugas@arkas_bot", None, "/ask_person"),
        ("/tiket 10001", "cek tiket 10001", None),
        ("/tiket", None, "/check_ticket"),
        ("/tutup_bku juni", "tutup bku juni", None),
        ("/restart", "restart", None),
    ],
)
async def test_command_becomes_a_turn(house: House, text: str, words: str | None, payload: str | None) -> None:
    await house.on_telegram(house.telegram.says(RINA, text))
    assert [(turn.text, turn.payload) for turn in house.dialogue.turns] == [(words, payload)]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ({"photo": [{"file_id": "f", "width": 90}, {"file_id": "f", "width": 800}]}, "foto"),
        ({"document": {"file_id": "f", "file_name": "../../layar.png"}}, "layar.png"),
        ({"video": {"file_id": "f"}}, "video"),
    ],
)
async def test_file_comes_in_as_an_attachment(house: House, content: dict[str, Any], name: str) -> None:
    house.telegram.files["f"] = PNG
    await house.on_telegram(house.telegram.says(RINA, None, caption="ini layarnya", **content))
    [message, _] = await house.talk("telegram", str(RINA))
    assert message.text == "ini layarnya"
    assert message.attachments[0]["name"].startswith(name)


async def test_album_is_one_message_and_what_is_more_another(house: House) -> None:
    house.telegram.files |= {f"f{n}": PNG for n in range(4)}
    captions: list[dict[str, str]] = [{}, {"caption": "ini layarnya"}, {}, {}]
    photos = [
        house.telegram.says(RINA, None, photo=[{"file_id": f"f{n}", "width": 90}], media_group_id="a1", **caption)
        for n, caption in enumerate(captions)
    ]
    words = house.telegram.says(RINA, "tolong dicek")
    await house.on_telegram(*reversed(photos), words)
    assert house.dialogue.turns == [], "the others may still be on their way"
    await house.later(2)
    said = [message for message in await house.talk("telegram", str(RINA)) if message.sender is Sender.USER]
    assert [(message.text, len(message.attachments)) for message in said] == [
        ("ini layarnya", 3),  # as many as a message may hold
        ("", 1),
        ("tolong dicek", 0),
    ]


async def test_file_above_20_mb_is_told_before_it_is_fetched(house: House) -> None:
    document = {"file_id": "f", "file_name": "a.pdf", "file_size": 21 * 1024**2}
    await house.on_telegram(house.telegram.says(RINA, None, document=document))
    assert "20 MB" in house.telegram.texts(RINA)[0]
    assert "getFile" not in house.telegram.calls


async def test_file_of_an_unwanted_kind_is_told(house: House) -> None:
    house.telegram.files["f"] = b"MZ" + b"\x00" * 99
    await house.on_telegram(house.telegram.says(RINA, None, document={"file_id": "f", "file_name": "layar.png"}))
    assert "tidak dapat kami terima" in house.telegram.texts(RINA)[0]


async def test_file_is_fetched_again_when_the_platform_is_away(house: House) -> None:
    house.telegram.files["f"] = PNG
    house.telegram.faults.next(503)
    await house.on_telegram(house.telegram.says(RINA, None, document={"file_id": "f", "file_name": "layar.png"}))
    assert house.telegram.texts(RINA) == []
    await house.later(10)
    assert house.telegram.texts(RINA) == ["Berkas diterima: layar.png"]


@pytest.mark.parametrize("kind", ["voice", "sticker", "location", "contact", "video_note", "poll", "dice"])
async def test_wordless_message_is_answered_kindly_and_not_asked(house: House, kind: str) -> None:
    content: dict[str, Any] = {kind: {}}
    await house.on_telegram(house.telegram.says(RINA, None, **content))
    assert house.telegram.texts(RINA) == [texts.WORDLESS.get(kind, texts.WORDLESS_OTHER)]
    assert house.dialogue.turns == []


async def test_named_place_is_a_location(house: House) -> None:
    place: dict[str, Any] = {
        "location": {"latitude": 1, "longitude": 1},
        "venue": {"title": "SDN 1", "address": "Jl. Mawar"},
    }
    await house.on_telegram(house.telegram.says(RINA, None, **place))
    assert house.telegram.texts(RINA) == [texts.WORDLESS["location"]]


@pytest.mark.parametrize("kind", ["pinned_message", "message_auto_delete_timer_changed", "write_access_allowed"])
async def test_what_is_done_to_the_chat_itself_is_not_answered(house: House, kind: str) -> None:
    content: dict[str, Any] = {kind: {}}
    await house.on_telegram(house.telegram.says(RINA, None, **content))
    assert house.telegram.sent == []


async def test_forwarded_message_and_words_below_a_photo_are_read(house: House) -> None:
    house.telegram.files["f"] = PNG
    origin = {"type": "hidden_user", "sender_user_name": "Budi", "date": 1}
    await house.on_telegram(
        house.telegram.says(RINA, "tutup bku", forward_origin=origin),
        house.telegram.says(RINA, None, photo=[{"file_id": "f", "width": 9}], caption="ini pesannya"),
    )
    assert [turn.text for turn in house.dialogue.turns] == ["tutup bku", "ini pesannya"]


async def test_live_location_that_moves_is_answered_once(house: House) -> None:
    first = house.telegram.says(RINA, None, location={"latitude": 1, "longitude": 1, "live_period": 60})
    moved = house.telegram.says(RINA, None, location={"latitude": 2, "longitude": 1, "live_period": 60})
    moved["edited_message"] = moved.pop("message")
    await house.on_telegram(first, moved)
    assert house.telegram.texts(RINA) == [texts.WORDLESS["location"]]


async def test_edited_message_is_told_and_not_answered_again(house: House) -> None:
    update = house.telegram.says(RINA, "tutup bku juni")
    update["edited_message"] = update.pop("message")
    await house.on_telegram(update)
    assert house.telegram.texts(RINA) == [texts.EDITED]


async def test_group_is_refused_once_a_day(house: House) -> None:
    said = [house.telegram.says(-100, "halo bot", kind="supergroup") for _ in range(3)]
    await house.on_telegram(*said)
    assert house.telegram.texts(-100) == [texts.GROUP]
    assert house.dialogue.turns == []


async def test_who_blocked_us_is_left_alone_until_he_writes(house: House) -> None:
    await house.on_telegram(house.telegram.says(RINA, "halo"))
    house.telegram.blocked.add(RINA)
    await house.on_telegram(house.telegram.says(RINA, "satu"), house.telegram.says(RINA, "dua"))
    sends = house.telegram.calls.count("sendMessage")
    await house.later(3600)
    assert house.telegram.calls.count("sendMessage") == sends, "403 is final"
    house.telegram.blocked.clear()
    await house.on_telegram(house.telegram.says(RINA, "tiga"))
    assert house.telegram.texts(RINA)[-1] == "Anda berkata: tiga"


async def test_account_that_is_gone_is_left_alone(house: House) -> None:
    await house.on_telegram(house.telegram.says(RINA, "halo"))
    conversation = await house.conversation("telegram", str(RINA))
    house.telegram.deleted.add(RINA)
    await house.on_telegram(house.telegram.says(RINA, "satu"))
    sends = house.telegram.calls.count("sendMessage")
    sent = Message(99, Sender.OFFICER, "Sudah kami perbaiki.", house.clock.now())
    [missed] = await house.messengers.tell(conversation, sent)
    await house.later(3600)
    assert house.telegram.calls.count("sendMessage") == sends
    assert "memblokir" in missed


@BOTH
async def test_429_waits_as_long_as_told_and_keeps_the_order(house: House) -> None:
    house.telegram.faults.next(429, {"ok": False, "parameters": {"retry_after": 7}})
    await house.on_telegram(house.telegram.says(RINA, "satu"), house.telegram.says(RINA, "dua"))
    await house.later(6)
    assert house.telegram.texts(RINA) == []
    await house.later(2)
    assert house.telegram.texts(RINA) == ["Anda berkata: satu", "Anda berkata: dua"]


async def test_one_persons_429_stops_nobody_else(house: House) -> None:
    house.telegram.faults.next(429, {"ok": False, "parameters": {"retry_after": 60}})
    await house.on_telegram(house.telegram.says(RINA, "satu"))
    await house.on_telegram(house.telegram.says(RINA + 1, "dua"))
    assert house.telegram.texts(RINA + 1) == ["Anda berkata: dua"]


@BOTH
async def test_crowd_beyond_the_platforms_pace_is_answered_whole_and_in_order(house: House) -> None:
    people = range(RINA, RINA + 50)
    for text in ("satu", "dua"):
        await house.on_telegram(*(house.telegram.says(person, text) for person in people))
    assert len(house.telegram.sent) == 30  # all that Telegram takes in one second
    for _ in range(5):
        await house.later(1)
    assert all(house.telegram.texts(person) == ["Anda berkata: satu", "Anda berkata: dua"] for person in people)


async def test_5xx_is_tried_again(house: House) -> None:
    for _ in range(3):
        house.telegram.faults.next(502)
    await house.on_telegram(house.telegram.says(RINA, "satu"))
    for _ in range(4):
        await house.later(30)
    assert house.telegram.texts(RINA) == ["Anda berkata: satu"]


@BOTH
@pytest.mark.parametrize("asked", ["halo", "tutup bku"])
async def test_answer_whose_taking_was_not_told_is_looked_for_and_not_sent_again(house: House, asked: str) -> None:
    house.telegram.faults.lose()
    await house.on_telegram(house.telegram.says(RINA, asked))
    await house.later(30)
    assert len(house.telegram.texts(RINA)) == 1
    await house.on_telegram(house.telegram.says(RINA, "dua"))
    assert house.telegram.texts(RINA)[1:] == ["Anda berkata: dua"]


async def test_what_may_have_been_taken_is_looked_for_also_after_the_line_was_down(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.telegram.faults.lose()
    await house.on_telegram(house.telegram.says(RINA, "satu"))
    with monkeypatch.context() as unplugged:
        unplugged.setattr(client_of(house), "_base", "http://127.0.0.1:9/bot")
        await house.later(30)
    await house.later(60)
    assert house.telegram.texts(RINA) == ["Anda berkata: satu"]


async def test_what_reached_nobody_is_not_looked_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(house)
    with monkeypatch.context() as unplugged:
        unplugged.setattr(client, "_base", "http://127.0.0.1:9/bot")
        await house.on_telegram(house.telegram.says(RINA, "satu"))
        await house.later(30)
    await house.later(30)
    assert house.telegram.texts(RINA) == ["Anda berkata: satu"]
    assert house.telegram.calls == ["sendMessage"]


async def test_revoked_token_loses_nothing(house: House) -> None:
    house.telegram.token = "another"
    await house.on_telegram(house.telegram.says(RINA, "satu"))
    for _ in range(50):
        await house.later(61)
    house.telegram.token = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"
    await house.later(61)
    assert house.telegram.texts(RINA) == ["Anda berkata: satu"]


async def test_officers_words_reach_the_person_with_their_file(house: House) -> None:
    house.telegram.files["f"] = PNG
    await house.on_telegram(house.telegram.says(RINA, None, document={"file_id": "f", "file_name": "layar.png"}))
    [asked, *_] = await house.talk("telegram", str(RINA))
    said = Message(99, Sender.OFFICER, "Coba langkah ini.", house.clock.now(), attachments=asked.attachments)
    conversation = house.dialogue.turns[0].conversation_id
    assert await house.messengers.tell(conversation, said) == []
    await house.channels.drain()
    words, file = house.telegram.sent[-2:]
    assert (words["text"], file["document"]) == ("Coba langkah ini.", {"name": "layar.png", "content": PNG})


async def test_polling_stores_each_update_once(house: House) -> None:
    house.telegram.updates = [house.telegram.says(RINA, "satu"), house.telegram.says(RINA, "dua")]
    client = client_of(house)
    channel = house.channels.by_name["telegram"]
    assert isinstance(channel, TelegramChannel)
    inbox = ChannelInbox(house.database, house.clock, wake=lambda: None)
    assert await Poller(client, channel, inbox).fetch() == 2
    poller = Poller(client, channel, inbox)  # a second start before the first one confirmed
    await poller.fetch()
    await poller.fetch()
    await house.channels.drain()
    assert house.telegram.updates == []
    assert house.telegram.texts(RINA) == ["Anda berkata: satu", "Anda berkata: dua"]


async def test_polling_ends_with_a_refused_token(house: House) -> None:
    house.telegram.token = "another"
    channel = house.channels.by_name["telegram"]
    assert isinstance(channel, TelegramChannel)
    inbox = ChannelInbox(house.database, house.clock, wake=lambda: None)
    with pytest.raises(TokenRefused):
        await asyncio.wait_for(Poller(channel.client, channel, inbox).run(asyncio.Event(), wait=0), 5)


async def test_webhook_and_menu_are_set_and_given_up(house: House) -> None:
    url = await set_webhook(client_of(house), "https://bantuan.contoh.go.id/", "rahasia_1")
    assert house.telegram.webhook["url"] == url == "https://bantuan.contoh.go.id/channels/telegram"
    assert [each["command"] for each in house.telegram.commands] == list(COMMANDS)
    await drop_webhook(client_of(house))
    assert house.telegram.webhook == {}


async def test_window_is_open_for_ever(house: House) -> None:
    await house.on_telegram(house.telegram.says(RINA, "halo"))
    house.clock.advance(timedelta(days=30))
    conversation = house.dialogue.turns[0].conversation_id
    assert await house.messengers.ways(conversation) == [Way("telegram", Reach.FREE, None)]
