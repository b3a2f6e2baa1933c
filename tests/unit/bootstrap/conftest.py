from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.bootstrap.scripted import ScriptedRunner


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> ScriptedRunner:
    scripted = ScriptedRunner()
    monkeypatch.setattr("bootstrap.making.Runner", lambda: scripted)
    return scripted


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project folder with lock files and a uv that starts."""
    (tmp_path / "requirements").mkdir()
    for name in ("product", "test", "rasa"):
        (tmp_path / "requirements" / f"{name}.txt").write_text(f"{name}==1\n")
    uv = tmp_path / ".arkas" / "tools" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.write_text("#!/bin/sh\necho uv 0.13.9\n")
    uv.chmod(0o755)
    return tmp_path
