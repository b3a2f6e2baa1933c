from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bootstrap import installer
from bootstrap.failures import InstallerMissing, RegistryUnreachable
from bootstrap.installer import Installer
from bootstrap.registry import Sources
from tests.unit.bootstrap.scripted import ScriptedRunner


@pytest.fixture
def bare(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project on a machine without uv."""
    shutil.rmtree(root / ".arkas" / "tools")
    monkeypatch.setattr("shutil.which", lambda _: None)
    return root


def fake_uv(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho uv {version}\n")
    path.chmod(0o755)
    return path


def appears(uv: Path, after: str) -> Callable[[list[str]], None]:
    """A working uv lies there once a command with this word has run."""

    def install(command: list[str]) -> None:
        if after in command:
            fake_uv(uv, "0.13.9")

    return install


def test_a_uv_that_is_there_is_used(root: Path) -> None:
    runner = ScriptedRunner()

    Installer(root, runner, Sources()).provide()

    assert runner.commands == []


@pytest.mark.parametrize(("version", "used"), [("0.13.1", True), ("0.5.0", False)])
def test_a_uv_on_the_path_is_used_when_it_is_new_enough(
    bare: Path, monkeypatch: pytest.MonkeyPatch, version: str, used: bool
) -> None:
    uv = fake_uv(bare / "path" / "uv", version)
    monkeypatch.setattr("shutil.which", lambda _: str(uv))
    work = Installer(bare, ScriptedRunner(), Sources())

    if used:
        assert work.path() == uv
    else:
        with pytest.raises(InstallerMissing):
            work.path()


def test_a_half_written_uv_is_replaced(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = root / ".arkas" / "tools" / "bin" / "uv"
    own.write_text("half of a progr")
    monkeypatch.setattr("shutil.which", lambda _: None)
    runner = ScriptedRunner(during=appears(own, "pip"))

    Installer(root, runner, Sources()).provide()

    assert "uv==" + installer.UV_VERSION in runner.ran("pip")[0]


def test_where_debian_left_venv_out_pip_installs_beside(bare: Path) -> None:
    own = bare / ".arkas" / "tools" / "bin" / "uv"
    runner = ScriptedRunner(
        fail_on="venv",
        words="ensurepip is not available",
        during=appears(own, "--target"),
    )

    Installer(bare, runner, Sources()).provide()

    assert len(runner.ran("--target")) == 1


def test_without_venv_and_pip_the_line_names_the_package(bare: Path) -> None:
    runner = ScriptedRunner(fail_on="-m", words="/usr/bin/python3: No module named pip")

    with pytest.raises(InstallerMissing, match="apt-get install python3-venv"):
        Installer(bare, runner, Sources()).provide()


def test_without_a_registry_the_line_says_so(bare: Path) -> None:
    runner = ScriptedRunner(fail_on="pip", words="Temporary failure in name resolution")

    with pytest.raises(RegistryUnreachable):
        Installer(bare, runner, Sources()).provide()


def test_an_activated_environment_does_not_draw_packages_to_itself(root: Path) -> None:
    assert Installer(root, ScriptedRunner(), Sources()).environment()["VIRTUAL_ENV"] == ""
