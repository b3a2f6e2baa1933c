from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bootstrap import pythons
from bootstrap.pythons import find, probe

HERE = sys.version_info[:2]


def fake_python(path: Path, version: str, code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {version}\nexit {code}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing but what the test puts there."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(pythons, "FOLDERS", ())
    return tmp_path


def test_the_running_interpreter_is_found() -> None:
    found = find([HERE])

    assert found is not None
    assert found.version == sys.version_info[:3]


def test_a_python_that_pyenv_keeps_off_the_path_is_found(alone: Path) -> None:
    fake_python(alone / "pyenv/versions/2.9.4/bin/python2.9", "2.9.4")

    found = find([(2, 9)])

    assert found is not None
    assert found.version == (2, 9, 4)


def test_of_two_patches_the_newer_is_taken_by_number(alone: Path) -> None:
    for patch in (9, 13):
        fake_python(alone / f"pyenv/versions/2.9.{patch}/bin/python2.9", f"2.9.{patch}")

    found = find([(2, 9)])

    assert found is not None
    assert found.version == (2, 9, 13)


def test_a_shim_that_only_complains_is_passed_over(alone: Path) -> None:
    fake_python(alone / "bin/python2.9", "command not found", code=127)
    real = fake_python(alone / "pyenv/versions/2.9.1/bin/python2.9", "2.9.1")

    found = find([(2, 9)])

    assert found is not None
    assert found.path == real


def test_a_name_that_lies_about_its_version_is_passed_over(alone: Path) -> None:
    fake_python(alone / "bin/python2.9", "2.8.0")

    assert find([(2, 9)]) is None


def test_the_order_of_preference_decides(alone: Path) -> None:
    fake_python(alone / "bin/python2.8", "2.8.1")
    fake_python(alone / "bin/python2.9", "2.9.1")

    found = find([(2, 9), (2, 8)])

    assert found is not None
    assert found.minor == (2, 9)


def test_what_cannot_be_started_is_no_python(tmp_path: Path) -> None:
    (tmp_path / "python").write_text("not a program")

    assert probe(tmp_path / "python") is None
    assert probe(tmp_path / "absent") is None
