"""The process is killed around the one call that hands a message over: it arrives, once, and before the next one."""

import signal
from datetime import timedelta

import pytest

from bot.conversations.models import Message, Sender
from tests.integration.channels.conftest import BOTH, PHONE, RINA, House
from tests.integration.channels.crashing import send_and_die
from tests.integration.channels.pace import Pace

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 32
POINTS = pytest.mark.parametrize("point", ["channel.sending", "channel.sent"])


async def killed_at(house: House, point: str) -> None:
    """What the house has answered is sent by a process that dies there; its lease runs out."""
    await house.channels.answering.drain()
    await sent_and_killed_at(house, point)


async def sent_and_killed_at(house: House, point: str) -> None:
    assert await send_and_die(house, point) == -signal.SIGKILL
    house.clock.advance(timedelta(seconds=16))


async def patiently_looked_for(house: House) -> None:
    """What Telegram lets us ask in one second does not reach where the message is not there."""
    for _ in range(3):
        await house.later(1)


@BOTH
@POINTS
async def test_on_telegram_an_answer_arrives_once(house: House, point: str) -> None:
    await house.on_telegram(house.telegram.says(RINA + 1, "halo"))
    house.clock.advance(timedelta(seconds=1))
    for text in ("satu", "dua"):
        await house.deliver_telegram(house.telegram.says(RINA, text))
    await killed_at(house, point)
    await patiently_looked_for(house)
    assert house.telegram.texts(RINA) == ["Anda berkata: satu", "Anda berkata: dua"]


async def test_it_is_found_among_what_passed_meanwhile(house: House) -> None:
    await house.deliver_telegram(house.telegram.says(RINA, "tutup bku"))
    await killed_at(house, "channel.sent")
    for other in range(1, 6):  # people go on writing, and some of it is not even answered
        house.telegram.number(RINA + other)
        await house.deliver_telegram(house.telegram.says(RINA + other, "halo"))
    await house.channels.drain()
    await house.on_telegram(house.telegram.taps(RINA, "Jadwal"))
    assert [text[:20] for text in house.telegram.texts(RINA)][1:] == ["Begini caranya (103)", "Apakah ini menjawab?"]


async def test_groups_which_count_for_themselves_mislead_nobody(house: House) -> None:
    await house.on_telegram(house.telegram.says(-100, "halo bot", kind="supergroup"))
    house.clock.advance(timedelta(seconds=1))
    await house.deliver_telegram(house.telegram.says(RINA, "halo"))
    await killed_at(house, "channel.sent")
    await house.channels.drain()
    assert house.telegram.texts(RINA) == ["Anda berkata: halo"]


async def test_a_file_arrives_once(house: House) -> None:
    house.telegram.files["f"] = PNG
    await house.on_telegram(house.telegram.says(RINA, None, document={"file_id": "f", "file_name": "layar.png"}))
    [asked, *_] = await house.talk("telegram", str(RINA))
    sent = Message(99, Sender.OFFICER, "", house.clock.now(), attachments=asked.attachments)
    house.clock.advance(timedelta(seconds=1))
    await house.messengers.tell(house.dialogue.turns[0].conversation_id, sent)
    await killed_at(house, "channel.sent")
    await house.channels.drain()
    assert [each["document"]["name"] for each in house.telegram.sent if "document" in each] == ["layar.png"]


async def test_answer_that_was_tapped_before_it_was_noted_is_not_said_again(house: House) -> None:
    await house.deliver_telegram(house.telegram.says(RINA, "tutup bku"))
    await killed_at(house, "channel.sent")
    await house.on_telegram(house.telegram.taps(RINA, "Jadwal"))
    assert sum("Mana yang paling sesuai?" in text for text in house.telegram.texts(RINA)) == 1
    assert "Begini caranya (103)." in house.telegram.texts(RINA)[1]


async def test_where_telegram_does_not_tell_twice_is_better_than_never(house: House) -> None:
    await house.deliver_telegram(house.telegram.says(RINA, "halo"))
    await killed_at(house, "channel.sent")
    house.telegram.own.clear()  # as if the person had deleted it, or numbers were counted otherwise
    await patiently_looked_for(house)
    assert house.telegram.texts(RINA) == ["Anda berkata: halo"] * 2


async def test_who_may_not_ask_that_often_goes_on_where_he_was(house: House) -> None:
    await house.deliver_telegram(house.telegram.says(RINA, "halo"))
    await killed_at(house, "channel.sending")
    house.telegram.chat_pace = Pace(1, 5)
    house.telegram.calls.clear()
    for other in range(1, 60):
        await house.deliver_telegram(house.telegram.says(RINA + other, "halo"))
        await house.later(1)
    assert house.telegram.texts(RINA) == ["Anda berkata: halo"]
    assert house.telegram.calls.count("editMessageReplyMarkup") < 100


@BOTH
async def test_answer_that_waited_long_is_found_as_soon_as_any_other(house: House) -> None:
    await house.deliver_telegram(house.telegram.says(RINA, "halo"))
    await house.channels.answering.drain()
    house.clock.advance(timedelta(minutes=1))
    for other in range(1, 60):  # while the answer waits for its turn, the platform counts on
        house.telegram.number(RINA + other)
    await house.deliver_telegram(house.telegram.says(RINA + 1, "halo"))
    await sent_and_killed_at(house, "channel.sent")
    await patiently_looked_for(house)
    assert house.telegram.texts(RINA) == ["Anda berkata: halo"]


@BOTH
@POINTS
async def test_on_whatsapp_a_receipt_tells_in_time(house: House, point: str) -> None:
    for text in ("satu", "dua"):
        await house.deliver_whatsapp(house.whatsapp.says(PHONE, text))
    await killed_at(house, point)
    for sent in house.whatsapp.sent:
        await house.deliver_whatsapp(house.whatsapp.status(sent, "sent"))
    await house.channels.drain()
    assert house.whatsapp.texts(PHONE) == ["Anda berkata: satu", "Anda berkata: dua"]
