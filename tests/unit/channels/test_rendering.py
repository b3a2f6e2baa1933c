from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.port import Bubble, Capabilities, Choice, OutboundFile, Shape
from bot.channels.rendering import (
    BOLD_OFF,
    BOLD_ON,
    code_points,
    cut,
    render,
    render_text,
    split,
    unmarked,
    utf16_units,
)
from bot.channels.telegram.adapter import CAPABILITIES as TELEGRAM
from bot.channels.telegram.adapter import as_html
from bot.channels.whatsapp.adapter import CAPABILITIES as WHATSAPP
from bot.channels.whatsapp.adapter import media_kind
from bot.conversations.models import Message, Sender

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HOME = "https://bantuan.contoh.go.id/"
CARD = {"id": 101, "title": "Tidak bisa tutup BKU", "excerpt": "Cek saldo.", "url": "/artikel/101", "payload": "/c"}


def message(text: str, cards: int = 0, buttons: int = 0, **more: Any) -> Message:  # noqa: ANN401
    articles = [CARD | {"id": 101 + n, "payload": f"/c{n}"} for n in range(cards)]
    offered = [{"title": f"Tombol {n}", "payload": f"/b{n}"} for n in range(buttons)]
    return Message(1, Sender.BOT, text, NOW, articles=articles, buttons=offered, **more)


def fits(bubble: Bubble, limits: Capabilities) -> bool:
    room = {Shape.BUTTONS: limits.buttons_text_max, Shape.LIST: limits.rows_text_max}.get(bubble.shape, limits.text_max)
    titles = {Shape.BUTTONS: limits.button_title_max, Shape.LIST: limits.row_title_max}.get(bubble.shape, 10_000)
    most = {Shape.BUTTONS: limits.buttons_max, Shape.LIST: limits.rows_max}.get(bubble.shape, 99)
    return (
        0 < limits.measure(unmarked(bubble.text)) <= room
        and all(0 < limits.measure(choice.title) <= titles for choice in bubble.choices)
        and all(
            limits.measure(choice.description) <= limits.row_description_max
            for choice in bubble.choices
            if bubble.shape is Shape.LIST
        )
        and len(bubble.choices) <= most
    )


text = st.text(st.sampled_from("ab 🙂é\n<&*_👩‍🏫"), max_size=6000) | st.text(max_size=300)
turns = st.lists(
    st.builds(message, text.map(lambda words: words + "x"), st.integers(0, 3), st.integers(0, 13)),
    min_size=1,
    max_size=3,
)


@given(turns)
@pytest.mark.parametrize("limits", [TELEGRAM, WHATSAPP], ids=["telegram", "whatsapp"])
def test_every_bubble_is_within_the_limits_and_no_choice_is_lost(limits: Capabilities, turn: list[Message]) -> None:
    bubbles = render(turn, limits, HOME)
    assert all(fits(bubble, limits) for bubble in bubbles)
    offered = {str(button["payload"]) for each in turn for button in each.buttons}
    assert offered <= {choice.payload for bubble in bubbles for choice in bubble.choices}


@given(st.text(st.sampled_from("ab 🙂\n"), max_size=500), st.integers(5, 50))
def test_splitting_keeps_every_word(words: str, limit: int) -> None:
    pieces = split(words, limit, utf16_units)
    assert "".join("".join(pieces).split()) == "".join(words.split())
    assert all(utf16_units(piece) <= limit for piece in pieces)


def test_split_falls_between_paragraphs_where_it_can() -> None:
    assert split("satu dua\n\ntiga\n\nempat", 15, code_points) == ["satu dua\n\ntiga", "empat"]


def test_emoji_count_twice_on_telegram_and_once_on_whatsapp() -> None:
    assert (utf16_units("🙂"), code_points("🙂")) == (2, 1)


def test_one_card_with_an_answer_is_a_link_and_no_choice() -> None:
    [bubble] = render([message("Begini.", cards=1)], TELEGRAM, HOME)
    assert bubble.choices == ()
    assert "https://bantuan.contoh.go.id/artikel/101" in bubble.text


def test_one_card_with_buttons_is_a_choice() -> None:
    [bubble] = render([message("Ini yang dimaksud?", cards=1, buttons=1)], TELEGRAM, HOME)
    assert [choice.payload for choice in bubble.choices] == ["/c0", "/b0"]


def test_turn_is_one_bubble_on_whatsapp_and_each_message_one_on_telegram() -> None:
    turn = [message("Begini.", cards=1), message("Apakah menjawab?", buttons=2)]
    assert len(render(turn, TELEGRAM, HOME)) == 2
    [bubble] = render(turn, WHATSAPP, HOME)
    assert bubble.shape is Shape.BUTTONS


@pytest.mark.parametrize(
    ("buttons", "shape"), [(0, Shape.PLAIN), (3, Shape.BUTTONS), (4, Shape.LIST), (11, Shape.NUMBERED)]
)
def test_shape_on_whatsapp_goes_by_how_many_there_are(buttons: int, shape: Shape) -> None:
    [bubble] = render([message("Pilih", buttons=buttons)], WHATSAPP, HOME)
    assert bubble.shape is shape


def test_buttons_of_one_title_are_a_list_on_whatsapp() -> None:
    [bubble] = render_text("Pilih", WHATSAPP, [Choice("Sama", "/a"), Choice("Sama", "/b")])
    assert bubble.shape is Shape.LIST


def test_ticket_is_told_unless_the_words_name_it() -> None:
    ticket = {"number": 10001, "status": "Dalam Antrean"}
    assert "Tiket 10001" in unmarked(render([message("Sudah kami terima.", ticket=ticket)], TELEGRAM, HOME)[0].text)
    assert render([message("Nomor 10001.", ticket=ticket)], TELEGRAM, HOME)[0].text == "Nomor 10001."


def test_message_without_words_asks_to_choose_or_is_nothing() -> None:
    assert [bubble.text for bubble in render([message("", buttons=1)], TELEGRAM, HOME)] == ["Silakan pilih:"]
    assert render([message("  ")], TELEGRAM, HOME) == []


def test_bold_that_is_cut_is_closed_and_opened_anew() -> None:
    pieces = split(f"{BOLD_ON}{'a' * 8}{BOLD_OFF}", 5, code_points)
    assert [as_html(piece) for piece in pieces] == ["<b>aaaaa</b>", "<b>aaa</b>"]


def test_marks_that_a_person_types_are_no_marks() -> None:
    assert render_text(f"a{BOLD_ON}b", TELEGRAM)[0].text == "ab"


@pytest.mark.parametrize(
    ("given_text", "limit", "cut_text"),
    [("pendek", 10, "pendek"), ("dua  kata\nbaris", 8, "dua kat…"), ("🙂🙂🙂", 4, "🙂…")],
)
def test_cut_keeps_to_one_line_within_the_limit(given_text: str, limit: int, cut_text: str) -> None:
    assert cut(given_text, limit, utf16_units) == cut_text


@pytest.mark.parametrize("limits", [TELEGRAM, WHATSAPP], ids=["telegram", "whatsapp"])
def test_cards_of_several_problems_are_counted_through(limits: Capabilities) -> None:
    one, other = (CARD | {"id": 100 + n, "title": f"Artikel {n}", "payload": f"/c{n}", "number": n} for n in (1, 2))
    turn = [
        Message(1, Sender.BOT, 'Untuk "a":', NOW, articles=[one]),
        Message(2, Sender.BOT, "b", NOW, articles=[other]),
    ]
    bubbles = render(turn, limits, HOME)
    said = "\n".join(unmarked(bubble.text) for bubble in bubbles)
    assert said.index("1. Artikel 1") < said.index("2. Artikel 2")
    assert [choice.payload for bubble in bubbles for choice in bubble.choices] == ["/c1", "/c2"]


@pytest.mark.parametrize("capabilities", [TELEGRAM, WHATSAPP])
def test_answers_own_card_is_a_link_and_not_a_choice(capabilities: Capabilities) -> None:
    read_on = {"title": "Lanjut", "payload": '/read_on{"article":"101","section":"2"}'}
    answer = Message(1, Sender.BOT, "Begini caranya.", NOW, articles=[CARD], buttons=[read_on])
    [bubble] = render([answer], capabilities, HOME)
    assert [choice.title for choice in bubble.choices] == ["Lanjut"]
    assert "https://bantuan.contoh.go.id/artikel/101" in bubble.text


@pytest.mark.parametrize(
    ("media_type", "megabytes", "kind"),
    [
        ("image/jpeg", 5, "image"),
        ("image/png", 6, None),
        ("image/heic", 1, None),
        ("video/mp4", 16, "video"),
        ("video/mp4", 17, None),
        ("video/quicktime", 1, None),
        ("application/pdf", 25, "document"),
        ("application/zip", 1, None),
        ("application/octet-stream", 1, None),
    ],
)
def test_whatsapp_takes_few_kinds_of_files(media_type: str, megabytes: int, kind: str | None) -> None:
    assert media_kind(OutboundFile("f", "berkas", media_type, megabytes * 1024**2)) == kind
