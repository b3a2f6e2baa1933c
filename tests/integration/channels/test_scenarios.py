"""One table of talks over the web API, Telegram and WhatsApp: what is done differs, what holds is the same."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import pytest

from bot.conversations.models import Message, Sender
from tests.integration.channels.conftest import PHONE, RINA, House

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


class Speaker(Protocol):
    async def says(self, text: str) -> None: ...
    async def taps(self, title: str) -> None: ...
    async def talk(self) -> list[Message]: ...
    def shown(self) -> str: ...


class OnWeb:
    def __init__(self, house: House) -> None:
        self.house = house
        self.url = ""
        self.token: dict[str, str] = {}
        self.last: list[dict[str, Any]] = []

    async def _send(self, body: dict[str, str]) -> None:
        if not self.url:
            started = (await self.house.http.post("/api/v1/conversations", json={"channel": "web"})).json()
            self.url = f"/api/v1/conversations/{started['id']}"
            self.token = {"Authorization": f"Bearer {started['token']}"}
        answer = await self.house.http.post(f"{self.url}/messages", headers=self.token, json=body)
        self.last = answer.json()["messages"]

    async def says(self, text: str) -> None:
        await self._send({"text": text})

    async def taps(self, title: str) -> None:
        offered = [
            (each["title"], each["payload"])
            for message in self.last
            for each in (*message["articles"], *message["buttons"])
        ]
        await self._send({"payload": next(payload for shown, payload in offered if title in shown)})

    async def talk(self) -> list[Message]:
        found = await self.house.services.conversations.messages(
            self.url.split("/")[-1], self.token["Authorization"][7:]
        )
        return found[1:]  # the greeting at the start is the web's alone

    def shown(self) -> str:
        return "\n".join(f"{each['text']} {[card['title'] for card in each['articles']]}" for each in self.last)


class OnTelegram:
    def __init__(self, house: House) -> None:
        self.house = house

    async def says(self, text: str) -> None:
        await self.house.on_telegram(self.house.telegram.says(RINA, text))

    async def taps(self, title: str) -> None:
        await self.house.on_telegram(self.house.telegram.taps(RINA, title))

    async def talk(self) -> list[Message]:
        return await self.house.talk("telegram", str(RINA))

    def shown(self) -> str:
        return "\n".join(self.house.telegram.texts(RINA))


class OnWhatsApp:
    def __init__(self, house: House) -> None:
        self.house = house

    async def says(self, text: str) -> None:
        await self.house.on_whatsapp(self.house.whatsapp.says(PHONE, text))

    async def taps(self, title: str) -> None:
        await self.house.on_whatsapp(self.house.whatsapp.taps(PHONE, title[:15]))

    async def talk(self) -> list[Message]:
        return await self.house.talk("whatsapp", PHONE)

    def shown(self) -> str:
        return "\n".join(self.house.whatsapp.texts(PHONE))


SPEAKERS: dict[str, Callable[[House], Speaker]] = {"web": OnWeb, "telegram": OnTelegram, "whatsapp": OnWhatsApp}

# What is done, what the bot's replies are, and what is shown at the end.
SCENARIOS: dict[str, tuple[Sequence[tuple[str, str]], Sequence[str], str]] = {
    "a question brings cards": (
        [("says", "tutup bku")],
        ["Mana yang paling sesuai?"],
        "Membuka kembali BKU yang sudah ditutup",
    ),
    "a card is tapped": (
        [("says", "tutup bku"), ("taps", "Membuka kembali BKU")],
        ["Mana yang paling sesuai?", "Begini caranya (102).", "Apakah ini menjawab?"],
        "Begini caranya (102).",
    ),
    "a card is chosen by number": (
        [("says", "tutup bku"), ("says", "3")],
        ["Mana yang paling sesuai?", "Begini caranya (103).", "Apakah ini menjawab?"],
        "Begini caranya (103).",
    ),
    "it helped": (
        [("says", "tutup bku"), ("says", "1"), ("taps", "Ya")],
        ["Mana yang paling sesuai?", "Begini caranya (101).", "Apakah ini menjawab?", "Terima kasih."],
        "Terima kasih.",
    ),
    "it did not help": (
        [("says", "tutup bku"), ("says", "1"), ("taps", "Belum")],
        ["Mana yang paling sesuai?", "Begini caranya (101).", "Apakah ini menjawab?", "Baik, kita cari lagi."],
        "Baik, kita cari lagi.",
    ),
    "a person is asked for": (
        [("says", "tutup bku"), ("taps", "Hubungkan ke petugas")],
        ["Mana yang paling sesuai?", "Boleh tahu emailnya?"],
        "Boleh tahu emailnya?",
    ),
    "markup is only words": (
        [("says", "<b>a & b</b> *c*")],
        ["Anda berkata: <b>a & b</b> *c*"],
        "Anda berkata: <b>a & b</b> *c*",
    ),
    "a password is hidden": (
        [("says", "password saya: rahasia1")],
        ["Anda berkata: password saya: ********"],
        "********",
    ),
}


@pytest.mark.parametrize("channel", SPEAKERS)
@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_talk_is_the_same_on_every_channel(house: House, channel: str, scenario: str) -> None:
    speaker: Speaker = SPEAKERS[channel](house)
    steps, replies, shown = SCENARIOS[scenario]
    for do, what in steps:
        await getattr(speaker, do)(what)
    said = [message.text for message in await speaker.talk() if message.sender is Sender.BOT]
    assert said == list(replies)
    assert shown in speaker.shown()
