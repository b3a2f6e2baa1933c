"""The commands that an operator types."""

from pathlib import Path

import pytest

from bot.database import upgrade
from bot.operations.commands import bring_back, save
from bot.settings import Settings
from bot.supervision.failures import StartError

pytestmark = pytest.mark.integration


def test_operator_saves_and_brings_back(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path / "var")
    upgrade(settings.database)
    settings.attachments_dir.mkdir(parents=True)
    (settings.attachments_dir / "a").write_bytes(b"isi")
    assert save(settings, tmp_path / "arkas.tar").startswith("saved: ")
    (settings.attachments_dir / "a").unlink()
    assert bring_back(settings, tmp_path / "arkas.tar").startswith("restored: ")
    assert (settings.attachments_dir / "a").read_bytes() == b"isi"


def test_unusable_file_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="cannot be read"):
        bring_back(Settings(var_dir=tmp_path / "var"), tmp_path / "none.tar")
