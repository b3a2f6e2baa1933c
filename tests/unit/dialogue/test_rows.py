"""Rows of the tracker store in SQLite."""

from pathlib import Path

import pytest

from bot.dialogue.rasa_world.rows import SqliteRows, open_rows


def test_a_row_is_written_replaced_read_and_deleted(tmp_path: Path) -> None:
    rows = SqliteRows(str(tmp_path / "new" / "tracker.db"))
    assert rows.read("a") is None
    rows.write("a", "1")
    rows.write("a", "2")
    assert rows.read("a") == "2"
    assert list(rows.keys()) == ["a"]
    rows.delete("a")
    rows.delete("a")
    assert rows.read("a") is None


def test_what_was_written_is_seen_by_a_process_that_starts_after_a_kill(tmp_path: Path) -> None:
    path = str(tmp_path / "tracker.db")
    SqliteRows(path).write("a", "1")  # never closed, as after SIGKILL
    assert SqliteRows(path).read("a") == "1"


def test_the_address_decides_where(tmp_path: Path) -> None:
    open_rows(f"sqlite:///{tmp_path / 'tracker.db'}").write("a", "1")
    assert (tmp_path / "tracker.db").exists()
    with pytest.raises(ValueError, match="sqlite:///"):
        open_rows("mysql://x")
