from datetime import UTC, datetime, timedelta

import pytest

from bot.conversations import rules
from bot.conversations.models import InboundMessage, Message, Sender
from bot.conversations.rules import answers, hash_token, opens, parse_inbound, transcript
from bot.errors import EmptyMessage, MessageTooLong


def test_token_opens_only_its_own_conversation() -> None:
    assert opens("rahasia", hash_token("rahasia"))
    assert not opens("rahasia ", hash_token("rahasia"))


@pytest.mark.parametrize("text", [None, "", "   ", "\n\t", "\x00\x01", "\ud800"])
def test_empty_message_is_refused(text: str | None) -> None:
    with pytest.raises(EmptyMessage):
        parse_inbound(InboundMessage(text), max_characters=100)


def test_long_message_is_refused_in_code_points() -> None:
    assert parse_inbound(InboundMessage("🙂" * 100), max_characters=100).text == "🙂" * 100
    with pytest.raises(MessageTooLong):
        parse_inbound(InboundMessage("🙂" * 101), max_characters=100)
    with pytest.raises(MessageTooLong):
        parse_inbound(InboundMessage(None, "/" + "x" * 100), max_characters=100)


def test_invisible_characters_are_dropped_and_emoji_kept() -> None:
    assert parse_inbound(InboundMessage("tutup\x00 BKU 👩‍🏫"), max_characters=100).text == "tutup BKU 👩‍🏫"


def test_typed_password_is_never_stored() -> None:
    parsed = parse_inbound(InboundMessage("password saya: rahasia1"), max_characters=100)
    assert parsed.text == "password saya: ********"


def test_transcript_tells_who_said_what_and_what_was_shown() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    talk = [
        Message(1, Sender.USER, "ga bs tutup bku", at, attachments=[{"name": "layar.png"}]),
        Message(2, Sender.BOT, "Mungkin ini?", at, articles=[{"id": 124, "title": "Kendala tidak bisa tutup BKU"}]),
    ]
    assert transcript(talk) == (
        "Pelapor: ga bs tutup bku\n    (berkas: layar.png)\n"
        "ARKAS Bot: Mungkin ini?\n    [124] Kendala tidak bisa tutup BKU"
    )


@pytest.mark.parametrize(("hours", "comes_back"), [(None, False), (0, False), (23, False), (24, True), (240, True)])
def test_a_day_of_silence_ends_a_session(hours: int | None, comes_back: bool) -> None:
    now = datetime(2026, 11, 23, 3, tzinfo=UTC)
    assert rules.returns(now - timedelta(hours=hours) if hours is not None else None, now) is comes_back


CARD = {"id": 124, "title": "Tidak bisa tutup BKU", "payload": "/choose_article"}
READ_ON = {"title": "Lanjut", "payload": '/read_on{"article":"124","section":"2"}'}
NOT_THIS = {"title": "Bukan ini", "payload": "/deny"}


@pytest.mark.parametrize(
    ("cards", "buttons", "expected"),
    [
        ([CARD], [], True),
        ([CARD], [READ_ON], True),
        ([CARD], [READ_ON, NOT_THIS], False),
        ([CARD], [NOT_THIS], False),
        ([CARD | {"number": 1}], [], False),
        ([CARD | {"number": None}], [], True),
        ([CARD, CARD], [], False),
        ([], [], False),
    ],
)
def test_answer_is_told_from_an_offer(
    cards: list[dict[str, object]], buttons: list[dict[str, str]], expected: bool
) -> None:
    message = Message(1, Sender.BOT, "Begini.", datetime(2026, 11, 23, tzinfo=UTC), articles=cards, buttons=buttons)
    assert answers(message) is expected
