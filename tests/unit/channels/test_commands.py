import pytest

from bot.channels.commands import Command, for_dialogue, parse_command
from bot.dialogue.payloads import parse_payload


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/hapus", Command("hapus")),
        (" /HAPUS ", Command("hapus")),
        ("/hapus@arkas_bot", Command("hapus")),
        ("/stop", Command("hapus")),
        ("/start k_2ABCDE3456", Command("sambung", "2ABCDE3456")),
        ("KODE 2abcde3456", Command("sambung", "2abcde3456")),
        ("/email a@b.co", Command("email", "a@b.co")),
        ("/start", Command("start")),
        ("/tiket 10001\n", Command("tiket", "10001")),
        ("kode aktivasi salah", None),
        ("kode registrasi", None),
        ("/", None),
        ("// catatan", None),
        ("1/2 dana", None),
        ("hapus", None),
    ],
)
def test_command_is_told_from_words(text: str, command: Command | None) -> None:
    assert parse_command(text) == command


@pytest.mark.parametrize("text", ["/start", "/start artikel_124", "/menu", "/petugas", "/batal"])
def test_payload_of_a_command_is_one_that_the_dialogue_lets_through(text: str) -> None:
    command = parse_command(text)
    assert command is not None
    words, payload = for_dialogue(command)
    assert words is None
    assert parse_payload(payload or "") is not None
