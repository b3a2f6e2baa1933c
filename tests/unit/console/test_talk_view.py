"""The bot's talk as an officer reads it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.console.talk_view import talk_lines
from bot.conversations.models import ConversationEvent, EventKind, Message, Sender
from bot.conversations.reading import Told

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CARD = {"id": "124", "title": "Kendala tidak bisa tutup BKU", "payload": "/choose_article{124}"}
OFFERED = Message(
    1, Sender.BOT, "Apakah ini membantu?", NOW, articles=[CARD], buttons=[{"title": "Belum", "payload": "/deny"}]
)


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ("/deny", "(memilih: Belum)"),
        ("/choose_article{124}", "(memilih: Kendala tidak bisa tutup BKU)"),
        ("/unknown", "(memilih tombol)"),
    ],
)
def test_a_tap_is_told_by_what_stood_on_the_button(payload: str, shown: str) -> None:
    tapped = Message(2, Sender.USER, "", NOW + timedelta(seconds=5), payload=payload)
    last = talk_lines(Told("web", [OFFERED, tapped], []), str)[-1]
    assert (last.who, last.text) == ("Pelapor", shown)


def test_files_without_words_and_words_stand_as_they_are() -> None:
    file = Message(2, Sender.USER, "", NOW, attachments=[{"name": "a.png"}])
    words = Message(3, Sender.USER, "bku", NOW + timedelta(seconds=1), payload=None)
    assert [line.text for line in talk_lines(Told("web", [file, words], []), str)] == ["(berkas)", "bku"]


def test_what_happened_stands_behind_the_words_of_its_moment_with_its_reason() -> None:
    escalated = ConversationEvent(EventKind.ESCALATED, NOW, articles=[124], reason="two_rejections")
    said, happened = talk_lines(Told("web", [OFFERED], [escalated]), lambda number: f"Artikel {number}")
    assert said.text == "Apakah ini membantu?"
    assert happened.fact.startswith("Diteruskan ke petugas: ")
    assert happened.articles == [(124, "Kendala tidak bisa tutup BKU")]
