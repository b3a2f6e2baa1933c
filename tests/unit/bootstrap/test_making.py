from __future__ import annotations

import sys
from collections import namedtuple
from pathlib import Path

import pytest

from bootstrap import making, worlds
from bootstrap.failures import (
    DiskTooSmall,
    FolderNotWritable,
    PythonMissing,
    RegistryUnreachable,
)
from bootstrap.making import provide
from bootstrap.pythons import Interpreter
from bootstrap.registry import Sources
from bootstrap.worlds import PRODUCT, RASA, World
from tests.unit.bootstrap.scripted import ScriptedRunner

PYTHON = Interpreter(Path(sys.executable), (3, 11, 7))
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def _machine(runner: ScriptedRunner, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """Every Python is here, the registry is the public one, the disk is large."""
    monkeypatch.setattr(making, "find", lambda minors: PYTHON._replace(version=(*minors[0], 1)))
    monkeypatch.setattr(making, "probe", lambda _: PYTHON)
    monkeypatch.setattr(making, "of_this_machine", Sources)
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(0, 0, 100e9))


def states(root: Path, *wanted: World) -> list[str]:
    return [worlds.state(world, root) for world in wanted]


def test_both_environments_are_made_and_stamped(root: Path, runner: ScriptedRunner) -> None:
    provide(root, [PRODUCT, RASA])

    assert states(root, PRODUCT, RASA) == [worlds.READY, worlds.READY]
    assert len(runner.ran("sync")) == 2


def test_a_second_time_nothing_is_run(root: Path, runner: ScriptedRunner) -> None:
    provide(root, [PRODUCT])
    runner.commands.clear()

    provide(root, [PRODUCT])

    assert runner.commands == []


def test_an_environment_without_a_stamp_is_made_anew(root: Path) -> None:
    leftover = PRODUCT.folder(root) / "lib" / "half_a_package.py"
    leftover.parent.mkdir(parents=True)
    leftover.touch()

    provide(root, [PRODUCT])

    assert not leftover.exists()
    assert states(root, PRODUCT) == [worlds.READY]


def test_a_changed_lock_file_is_synchronised_into_what_is_there(root: Path, runner: ScriptedRunner) -> None:
    provide(root, [PRODUCT])
    (root / PRODUCT.lock).write_text("product==2\n")
    runner.commands.clear()

    provide(root, [PRODUCT])

    assert runner.ran("venv") == []
    assert len(runner.ran("sync")) == 1
    assert states(root, PRODUCT) == [worlds.READY]


def test_while_packages_are_installed_there_is_no_stamp(root: Path, runner: ScriptedRunner) -> None:
    provide(root, [PRODUCT])
    (root / PRODUCT.lock).write_text("product==2\n")
    seen = []
    runner.during = lambda command: seen.append((command[2], worlds.state(PRODUCT, root)))

    provide(root, [PRODUCT])

    assert seen == [("sync", worlds.HALF_MADE)]


def test_a_registry_that_does_not_answer_is_told_and_leaves_no_stamp(root: Path, runner: ScriptedRunner) -> None:
    runner.fail_on, runner.words = "sync", "error: dns error: failed to lookup address information"

    with pytest.raises(RegistryUnreachable):
        provide(root, [PRODUCT])

    assert states(root, PRODUCT) == [worlds.HALF_MADE]


def test_the_next_run_mends_what_a_failure_left(root: Path, runner: ScriptedRunner) -> None:
    runner.fail_on, runner.words = "sync", "dns error"
    with pytest.raises(RegistryUnreachable):
        provide(root, [PRODUCT])
    runner.fail_on = ""

    provide(root, [PRODUCT])

    assert states(root, PRODUCT) == [worlds.READY]


def test_a_small_disk_is_refused_before_anything_is_done(
    root: Path, runner: ScriptedRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(0, 0, 3e9))

    with pytest.raises(DiskTooSmall, match=r"3\.0 GB are free.* about 4\.6 GB"):
        provide(root, [PRODUCT, RASA])

    assert runner.commands == []


def test_bringing_up_to_date_needs_no_room_for_a_second_copy(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provide(root, [RASA])
    (root / RASA.lock).write_text("rasa==2\n")
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(0, 0, 1e9))

    provide(root, [RASA])

    assert states(root, RASA) == [worlds.READY]


def test_a_python_that_is_nowhere_is_told_with_what_to_do(
    root: Path, runner: ScriptedRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "find", lambda _: None)
    runner.fail_on, runner.words = "python", "error: no download found"

    with pytest.raises(PythonMissing, match=r"No Python 3\.10 .*pyenv install 3\.10.*ARKAS_RASA_PYTHON"):
        provide(root, [RASA])


def test_a_named_python_of_the_wrong_version_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARKAS_RASA_PYTHON", sys.executable)

    with pytest.raises(PythonMissing, match="ARKAS_RASA_PYTHON="):
        provide(root, [RASA])


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / PRODUCT.lock).touch()
    (tmp_path / ".arkas").write_text("a file where the folder should be")

    with pytest.raises(FolderNotWritable):
        provide(tmp_path, [PRODUCT])


def test_torch_comes_from_pytorchs_cpu_builds_where_no_folder_has_one(root: Path, runner: ScriptedRunner) -> None:
    (root / PRODUCT.lock).write_text("torch==2.13.0\n")

    provide(root, [PRODUCT])

    assert "--torch-backend" in runner.ran("sync")[0]


def test_a_folder_with_a_cpu_torch_decides_the_python(
    root: Path, runner: ScriptedRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (root / PRODUCT.lock).write_text("torch==2.13.0\n")
    (tmp_path / "torch-2.13.0+cpu-cp312-cp312-linux.whl").touch()
    monkeypatch.setattr(making, "of_this_machine", lambda: Sources(find_links=(str(tmp_path),)))

    provide(root, [PRODUCT])

    assert "--torch-backend" not in runner.ran("sync")[0]
    assert (worlds.read_stamp(PRODUCT, root) or {})["python"] == "3.12.1"
