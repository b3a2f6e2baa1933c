import pytest

from bot.settings import Settings
from bot.supervision.configuration import lines, show


def test_every_setting_is_shown_once() -> None:
    assert [line.variable for line in lines(Settings())] == [f"ARKAS_{name.upper()}" for name in Settings.model_fields]


def test_a_secret_is_never_shown(capsys: pytest.CaptureFixture[str]) -> None:
    show(Settings(secret_key="sangat-rahasia-sekali-jangan-bocor", action_token="token-yang-juga-rahasia"))

    shown = capsys.readouterr().out
    assert "rahasia-sekali" not in shown
    assert "token-yang" not in shown
    assert "ARKAS_SECRET_KEY=********" in shown


def test_a_default_secret_is_told_without_being_shown() -> None:
    shown = {
        line.variable: line.value for line in lines(Settings(secret_key=Settings.model_fields["secret_key"].default))
    }

    assert shown["ARKAS_SECRET_KEY"] == "(the default)"


def test_a_changed_setting_is_marked() -> None:
    changed = [line.variable for line in lines(Settings(log_level="debug")) if line.changed]

    assert "ARKAS_LOG_LEVEL" in changed


def test_a_database_password_is_never_shown(capsys: pytest.CaptureFixture[str]) -> None:
    show(Settings(database_url="postgresql+asyncpg://arkas:kata-sandi@db.example/arkas"))

    shown = capsys.readouterr().out
    assert "kata-sandi" not in shown
    assert "postgresql+asyncpg://arkas:***@db.example/arkas" in shown
