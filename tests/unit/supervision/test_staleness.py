import os
from pathlib import Path

import pytest

from bot.supervision.staleness import Stamp, content_hash


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "data" / "nlu" / "greet.yml").write_text("halo\n")
    (tmp_path / "config.yml").write_text("language: id\n")
    return tmp_path


def digest(root: Path, *facts: str) -> str:
    return content_hash(root, (root / "config.yml", root / "data"), facts)


def test_dates_do_not_count(sources: Path) -> None:
    before = digest(sources)
    os.utime(sources / "config.yml", (1, 1))

    assert digest(sources) == before


def test_the_place_of_the_project_does_not_count(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    moved = sources.rename(tmp_path_factory.mktemp("elsewhere") / "moved")
    before = digest(moved)
    back = moved.rename(sources)

    assert digest(back) == before


def test_a_changed_file_counts(sources: Path) -> None:
    before = digest(sources)
    (sources / "data" / "nlu" / "greet.yml").write_text("halo min\n")

    assert digest(sources) != before


def test_a_new_and_a_renamed_file_count(sources: Path) -> None:
    seen = {digest(sources)}
    (sources / "data" / "nlu" / "thank.yml").write_text("makasih\n")
    seen.add(digest(sources))
    (sources / "data" / "nlu" / "thank.yml").rename(sources / "data" / "nlu" / "thanks.yml")
    seen.add(digest(sources))

    assert len(seen) == 3


def test_a_fact_counts(sources: Path) -> None:
    assert digest(sources, "rasa 3.6.21") != digest(sources, "rasa 3.6.20")


@pytest.mark.parametrize("name", [".greet.yml.swp", "__pycache__/greet.pyc"])
def test_what_editors_and_python_leave_does_not_count(sources: Path, name: str) -> None:
    before = digest(sources)
    leftover = sources / "data" / "nlu" / name
    leftover.parent.mkdir(exist_ok=True)
    leftover.write_text("x")

    assert digest(sources) == before


def test_a_hidden_folder_above_the_project_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / ".hidden" / "data").mkdir(parents=True)
    (tmp_path / ".hidden" / "data" / "a.yml").write_text("a")
    before = content_hash(tmp_path / ".hidden", [tmp_path / ".hidden" / "data"])
    (tmp_path / ".hidden" / "data" / "a.yml").write_text("b")

    assert content_hash(tmp_path / ".hidden", [tmp_path / ".hidden" / "data"]) != before


def test_text_moved_between_files_counts(sources: Path) -> None:
    (sources / "data" / "a").write_text("12")
    (sources / "data" / "b").write_text("3")
    before = digest(sources)
    (sources / "data" / "a").write_text("1")
    (sources / "data" / "b").write_text("23")

    assert digest(sources) != before


def test_a_stamp_says_what_was_written(tmp_path: Path) -> None:
    stamp = Stamp(tmp_path / "model.sha256")
    assert not stamp.says("abc")
    stamp.write("abc")
    assert stamp.says("abc")
    assert not stamp.says("abd")
    stamp.remove()
    assert not stamp.says("abc")


@pytest.mark.parametrize("content", [b"", b"ab", b"\xff\xfe"])
def test_a_stamp_that_was_cut_off_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.sha256").write_bytes(content)

    assert not Stamp(tmp_path / "model.sha256").says("abc")
