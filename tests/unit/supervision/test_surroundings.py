import pytest

from bot.supervision.surroundings import QUIET, quiet


def test_what_the_operator_set_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in QUIET:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MALLOC_ARENA_MAX", "4")
    assert quiet() == {name: value for name, value in QUIET.items() if name != "MALLOC_ARENA_MAX"}
