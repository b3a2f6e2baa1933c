"""Small talk, and what says more than that."""

import pytest

from bot.dialogue.smalltalk import (
    adds_nothing,
    asks_for_language,
    asks_for_menu,
    is_small_talk,
    is_vague,
    says_more,
    without_swearing,
)


@pytest.mark.parametrize("text", ["tpg saya belum cair", "hari minggu buka ga", "info gtk ga valid", "oke pagu"])
def test_says_more(text: str) -> None:
    assert says_more(text)


@pytest.mark.parametrize(
    "text", ["udah bisa nih makasih ya", "ya", "terima kasih banyak atas bantuannya pak", "ga usah", "bingung saya min"]
)
def test_says_no_more(text: str) -> None:
    assert not says_more(text)


def test_a_long_number_is_no_small_talk() -> None:
    assert is_small_talk("2 aja")
    assert not is_small_talk("20212345")


@pytest.mark.parametrize(
    ("text", "vague"), [("error terus", True), ("kenapa ya", True), ("bku", False), ("harga cabe", False)]
)
def test_vague(text: str, vague: bool) -> None:
    assert is_vague(text) is vague


def test_going_on_without_anything_new() -> None:
    assert adds_nothing("trus gimana dong min")
    assert not adds_nothing("trus notanya gimana")


def test_which_help_is_meant() -> None:
    assert asks_for_menu("menu")
    assert not asks_for_menu("tolong min")


def test_language_and_swearing() -> None:
    assert asks_for_language("can you speak english?")
    assert without_swearing("anjing lah, bku ga bisa!") == "lah, bku ga bisa!"
