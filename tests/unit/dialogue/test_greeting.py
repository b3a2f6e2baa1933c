"""What is a greeting, what stands beside it, and how it is returned."""

from datetime import UTC, datetime

import pytest

from bot.dialogue.greeting import beside_greeting, greeting_at


@pytest.mark.parametrize(
    ("hour_utc", "greeting"),
    [(20, "Selamat malam"), (22, "Selamat pagi"), (3, "Selamat pagi"), (5, "Selamat siang"), (9, "Selamat sore"),
     (12, "Selamat malam")],
)  # fmt: skip
def test_greetings_follow_the_clock_in_wib(hour_utc: int, greeting: str) -> None:
    assert greeting_at(datetime(2026, 11, 23, hour_utc, tzinfo=UTC)) == greeting


@pytest.mark.parametrize("text", ["Selamat pagi min", "assalamualaikum wr wb", "izin bertanya pak", "/greet", ""])
def test_a_mere_greeting_leaves_nothing_beside(text: str) -> None:
    assert beside_greeting(text) == ""
