from __future__ import annotations

from pathlib import Path

import pytest

from bootstrap import worlds
from bootstrap.pythons import Interpreter
from bootstrap.worlds import PRODUCT, RASA, TEST

PYTHON = Interpreter(Path("/usr/bin/python3"), (3, 11, 7))


@pytest.fixture
def made(root: Path) -> Path:
    """A project whose product environment is whole."""
    python = PRODUCT.python(root)
    python.parent.mkdir(parents=True)
    python.touch(0o755)
    worlds.write_stamp(PRODUCT, root, PYTHON)
    return root


def test_no_folder_is_missing(root: Path) -> None:
    assert worlds.state(PRODUCT, root) == worlds.MISSING


def test_a_stamped_environment_is_ready(made: Path) -> None:
    assert worlds.state(PRODUCT, made) == worlds.READY


def test_without_a_stamp_it_is_half_made(made: Path) -> None:
    worlds.remove_stamp(PRODUCT, made)

    assert worlds.state(PRODUCT, made) == worlds.HALF_MADE


@pytest.mark.parametrize("cut_off", ["", "{", '"text"'])
def test_a_stamp_that_was_cut_off_does_not_count(made: Path, cut_off: str) -> None:
    (PRODUCT.folder(made) / worlds.STAMP).write_text(cut_off)

    assert worlds.state(PRODUCT, made) == worlds.HALF_MADE


def test_an_interpreter_that_was_uninstalled_makes_it_half_made(made: Path) -> None:
    PRODUCT.python(made).unlink()
    PRODUCT.python(made).symlink_to(made / "gone")

    assert worlds.state(PRODUCT, made) == worlds.HALF_MADE


def test_a_changed_lock_file_makes_it_outdated(made: Path) -> None:
    (made / PRODUCT.lock).write_text("product==2\n")

    assert worlds.state(PRODUCT, made) == worlds.OUTDATED


def test_a_touched_lock_file_changes_nothing(made: Path) -> None:
    (made / PRODUCT.lock).touch()

    assert worlds.state(PRODUCT, made) == worlds.READY


def test_the_worlds_do_not_share_a_folder_or_a_lock() -> None:
    assert len({(world.name, world.lock) for world in (PRODUCT, TEST, RASA)}) == 3
