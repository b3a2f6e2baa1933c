"""`./arkas mail`: what an operator sees of the mails, on a machine without any mail server."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.clock import SettableClock
from bot.database import Database
from bot.mail.assembly import Mail
from bot.mail.cli import mail_commands
from bot.outbox.worker import Worker
from bot.services import mail_alone
from bot.settings import Settings
from tests.integration.mail_desk import PNG, REPORTER, letter


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    (tmp_path / "arkas.db").write_bytes(sqlite_template.read_bytes())
    return Settings(var_dir=tmp_path, database_url="", smtp_url="", imap_url="")


@pytest.fixture
def mail(settings: Settings, clock: SettableClock) -> Mail:
    """Two mails came in: one opened a ticket, whose answer was kept, one was suspended."""

    async def happen() -> None:
        database = Database(settings.database)
        made = mail_alone(settings, database, clock)
        await made.receiver.receive(letter("Tolong dibantu ya.", files=[("layar.png", PNG)]), source="uji")
        await made.receiver.receive(letter("Diskon laptop!", List_Id="<toko.example>"), source="uji")
        await Worker(database, clock, {"mail": made.sender}).drain()
        await database.close()

    asyncio.run(happen())
    return mail_alone(settings, Database(settings.database), clock)


def _says(mail: Mail, *words: str) -> str:
    result = CliRunner().invoke(mail_commands(lambda: mail), list(words))
    assert result.exit_code == 0, result.output
    return result.output


def test_kept_mails_are_listed(mail: Mail) -> None:
    assert "kept" in _says(mail, "list")
    assert f"{REPORTER}  #10001 - Kendala BKU" in _says(mail, "list", "--ticket", "10001", "--state", "kept")
    assert _says(mail, "list", "--state", "refused") == ""


def test_kept_mail_is_shown_with_header_and_text(mail: Mail) -> None:
    shown = _says(mail, "show", "1")
    assert "Subject: #10001 - Kendala BKU" in shown
    assert "laporan Bapak/Ibu sudah kami terima dengan nomor tiket #10001" in shown


def test_received_mails_are_listed_with_what_became_of_them(mail: Mail) -> None:
    listed = _says(mail, "list", "--in")
    assert "opened" in listed
    assert "suspended (newsletter: surat edaran atau milis (list-id))" in listed


def test_received_mail_is_shown_and_given_out_byte_for_byte(mail: Mail) -> None:
    assert "[lampiran: layar.png]" in _says(mail, "show", "1", "--in")
    assert "Content-Transfer-Encoding" in _says(mail, "show", "1", "--in", "--raw")


def test_suspended_mail_is_released(mail: Mail) -> None:
    assert _says(mail, "release", "2").endswith("opened: #10002\n")


@pytest.mark.parametrize("words", [("show", "99"), ("show", "99", "--in"), ("release", "1")])
def test_what_is_not_there_is_one_line_and_code_one(mail: Mail, words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(mail_commands(lambda: mail), list(words))
    assert result.exit_code == 1
    assert "arkas:" in result.output
