import pytest
from pydantic import ValidationError

from bot.settings import ROOT, Settings


def test_default_secrets_are_refused_in_production() -> None:
    with pytest.raises(ValidationError, match="ARKAS_SECRET_KEY"):
        Settings(environment="production")


def test_short_secrets_are_refused_in_production() -> None:
    with pytest.raises(ValidationError, match="ARKAS_ACTION_TOKEN"):
        Settings(environment="production", secret_key="x" * 32, action_token="pendek")


def test_own_secrets_are_taken_in_production() -> None:
    settings = Settings(environment="production", secret_key="x" * 32, action_token="y" * 32)
    assert "xxx" not in repr(settings)


def test_database_is_sqlite_in_the_var_folder_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARKAS_VAR_DIR", "/data/arkas")
    monkeypatch.delenv("ARKAS_DATABASE_URL", raising=False)
    assert Settings().database == "sqlite+aiosqlite:////data/arkas/arkas.db"


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_manual_lists_every_setting_with_its_description() -> None:
    manual = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    missing = [
        name
        for name, field in Settings.model_fields.items()
        if f"| `ARKAS_{name.upper()}` |" not in manual or (field.description or "?") not in manual
    ]
    assert missing == []
