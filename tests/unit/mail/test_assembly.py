from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import SettableClock
from bot.database import Database
from bot.mail.assembly import Mail
from bot.mail.smtp import SmtpMailer
from bot.services import mail_alone
from bot.settings import Settings


def _make(folder: Path, **changes: str) -> Mail:
    settings = Settings(var_dir=folder, **changes)  # type: ignore[arg-type]
    return mail_alone(settings, Database(settings.database), SettableClock(datetime(2026, 11, 23, 3, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mail_from", "Tim Helpdesk"),
        ("mail_from", "Tim <bantuan@>"),
        ("mail_from", "Tim\r\nBcc: korban@contoh.example <bantuan@contoh.go.id>"),
        ("mail_reply_address", "balas+{token}"),
        ("mail_reply_address", "a@b.id, c@d.id"),
        ("smtp_url", "mail.contoh.go.id"),
    ],
)
def test_address_that_cannot_work_stops_the_start(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"must (hold|look)"):
        _make(tmp_path, **{name: value})


def test_without_settings_nothing_is_sent_and_nothing_fetched(tmp_path: Path) -> None:
    mail = _make(tmp_path)
    assert mail.mailer is None
    assert mail.fetcher() is None


def test_settings_bring_server_and_mailbox(tmp_path: Path) -> None:
    mail = _make(tmp_path, smtp_url="smtp://127.0.0.1:25", imap_url="imaps://u:p@mail.contoh.go.id")
    assert isinstance(mail.mailer, SmtpMailer)
    assert mail.fetcher() is not None
