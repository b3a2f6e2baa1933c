"""Every talk of tests/scenarios with the shipped articles and the real Rasa, over the HTTP API, Telegram and WhatsApp.

On the web all are played. Each messenger plays every third talk, the two different ones, and both play whatever sends
files, waits, is too long, or leads to a ticket by a double tap; with ARKAS_TEST_NIGHTLY=1 they play all.
"""

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest

from tests.integration.channels.loopback import serving_apart
from tests.integration.channels.telegram_stand_in import TOKEN as TELEGRAM_TOKEN
from tests.integration.channels.telegram_stand_in import TelegramStandIn
from tests.integration.channels.whatsapp_stand_in import APP_SECRET, PHONE_ID, WhatsAppStandIn
from tests.integration.channels.whatsapp_stand_in import TOKEN as WHATSAPP_TOKEN
from tests.integration.messenger_talker import Messenger
from tests.integration.rasa_process import RASA
from tests.integration.scenarios import Scenario, Talker, play, scenarios
from tests.integration.telegram_talker import SECRET, TelegramTalker
from tests.integration.web_talker import WebTalker
from tests.integration.whatsapp_talker import WhatsAppTalker
from tests.integration.whole import Whole, running

# Whichever comes first waits for the model and the index where they must be built.
pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

ALL: Final = scenarios()
NIGHTLY: Final = bool(os.environ.get("ARKAS_TEST_NIGHTLY"))


@dataclass
class Stage:
    """The running product between a person and the platforms."""

    whole: Whole
    http: httpx.Client
    telegram: TelegramStandIn
    whatsapp: WhatsAppStandIn
    people: Iterator[int]

    def web(self) -> Talker:
        return WebTalker(self.http)

    def on_telegram(self) -> Talker:
        return TelegramTalker(self._messenger("telegram", 700_000_000), self.telegram)

    def on_whatsapp(self) -> Talker:
        return WhatsAppTalker(self._messenger("whatsapp", 6_281_200_000_000), self.whatsapp)

    def _messenger(self, channel: str, first: int) -> Messenger:
        return Messenger(self.whole, self.http, channel, str(first + next(self.people)))


TALKERS: Final[dict[str, Callable[[Stage], Talker]]] = {
    "web": Stage.web,
    "telegram": Stage.on_telegram,
    "whatsapp": Stage.on_whatsapp,
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    if not RASA.exists():
        pytest.skip("Rasa's environment .arkas/rasa does not exist; ./arkas test makes it")
    telegram, whatsapp = TelegramStandIn(), WhatsAppStandIn()
    with serving_apart(telegram.app) as bot_api, serving_apart(whatsapp.app) as cloud_api:
        settings = {
            "telegram_token": TELEGRAM_TOKEN, "telegram_secret": SECRET, "telegram_api_url": bot_api,
            "whatsapp_token": WHATSAPP_TOKEN, "whatsapp_app_secret": APP_SECRET, "whatsapp_phone_id": PHONE_ID,
            "whatsapp_api_url": f"{cloud_api}/v25.0",
        }  # fmt: skip
        folder = tmp_path_factory.mktemp("whole")
        with running(folder, **settings) as whole, httpx.Client(base_url=whole.url, timeout=30) as http:
            telegram.now = whatsapp.now = lambda: whole.clock.now().timestamp()
            yield Stage(whole, http, telegram, whatsapp, itertools.count(1))


def everywhere() -> list[tuple[str, Scenario]]:
    return [
        (channel, scenario)
        for place, channel in enumerate(TALKERS)
        for number, scenario in enumerate(ALL)
        if _can_happen(channel, scenario)
        and (channel == "web" or NIGHTLY or number % 3 == place or _is_special(scenario))
    ]


def _can_happen(channel: str, scenario: Scenario) -> bool:
    """Telegram's app cuts what is longer than 4,096 characters into messages, so nobody can send too many there."""
    return channel != "telegram" or not any("says_too_long" in step for step in scenario.steps)


def _is_special(scenario: Scenario) -> bool:
    done = {word for step in scenario.steps for word in step}
    return bool(done & {"sends", "waits", "says_long", "says_too_long"}) or "double tap" in scenario.name


@pytest.mark.parametrize(("channel", "scenario"), everywhere(), ids=lambda each: getattr(each, "name", each))
def test_talk(channel: str, scenario: Scenario, stage: Stage) -> None:
    play(scenario, TALKERS[channel](stage), stage.whole)


def test_messages_of_one_moment_are_answered_in_order_and_each_once(stage: Stage) -> None:
    begun = stage.http.post("/api/v1/conversations", json={"channel": "web"}).raise_for_status().json()
    url, token = f"/api/v1/conversations/{begun['id']}/messages", {"Authorization": f"Bearer {begun['token']}"}
    texts = ["tidak bisa tutup bku", "kapan dana bos tahap 2 cair", "pagu belum muncul", "kode aktivasi salah"]

    def send(text: str) -> list[str]:
        answer = stage.http.post(url, json={"text": text, "client_id": text}, headers=token).raise_for_status()
        return [message["id"] for message in answer.json()["messages"]]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, texts * 2))  # each is sent twice, as an impatient phone does
    told = stage.http.get(url, headers=token).raise_for_status().json()["messages"]
    asked = [message["text"] for message in told if message["sender"] == "user"]
    assert sorted(asked) == sorted(texts)
    places = {message["id"]: place for place, message in enumerate(told)}
    for text, ids in zip(texts * 2, answers, strict=True):
        question = next(place for place, message in enumerate(told) if message["text"] == text)
        assert ids, text
        assert all(told[places[i]]["sender"] == "bot" and places[i] > question for i in ids), text
    assert answers[: len(texts)] == answers[len(texts) :]
    replies = [i for ids in answers[: len(texts)] for i in ids]
    assert len(replies) == len(set(replies))
    assert [i for i in map(str, places) if i in set(map(str, replies))] == _by_question(told, texts, answers)


def _by_question(told: list[dict[str, Any]], texts: Sequence[str], answers: Sequence[Sequence[str]]) -> list[str]:
    """The replies in the order of the messages that they answer."""
    first = {message["text"]: place for place, message in enumerate(told) if message["text"] in texts}
    order = sorted(range(len(texts)), key=lambda number: first[texts[number]])
    return [str(i) for number in order for i in answers[number]]


def test_there_are_enough_talks() -> None:
    assert len(ALL) >= 80
    played = [channel for channel, _ in everywhere()]
    assert all(played.count(channel) >= 40 for channel in TALKERS)
