"""What is committed as built was built from the committed sources."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.site.templating import STATIC

WIDGET = STATIC.parent / "widget"
STAMP: dict[str, Any] = json.loads((WIDGET / "build.json").read_text(encoding="utf-8"))
REBUILD = "run `npm ci && npm run build` in bot/site/widget and commit what changed"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_source_is_the_one_that_was_built() -> None:
    sources = {str(path.relative_to(WIDGET)) for path in (WIDGET / "src").rglob("*") if path.is_file()}
    assert sources <= set(STAMP["sources"]), REBUILD
    assert {name: digest(WIDGET / name) for name in STAMP["sources"]} == STAMP["sources"], REBUILD


def test_what_is_served_is_what_was_built() -> None:
    assert {name: digest(STATIC / name) for name in STAMP["made"]} == STAMP["made"], REBUILD


def test_lock_file_names_no_registry() -> None:
    lock = json.loads((WIDGET / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources with the bundler of the lock file, fetched by npm; skipped without, if ARKAS_TEST_NODE is not set."""
    insisted = bool(os.environ.get("ARKAS_TEST_NODE"))
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("workshop") / "widget"
    if npm is None:
        assert not insisted, "ARKAS_TEST_NODE is set, and npm is not found"
        pytest.skip("needs node and npm")
    shutil.copytree(WIDGET, folder, ignore=shutil.ignore_patterns("node_modules"))
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
    fetched = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    if fetched.returncode:
        assert not insisted, fetched.stderr
        pytest.skip("npm reaches no registry")
    return folder


def test_building_again_gives_the_same_bytes(workshop: Path, tmp_path: Path) -> None:
    subprocess.run(["node", workshop / "build.mjs", tmp_path], check=True, timeout=60)
    again = json.loads((tmp_path / "build.json").read_text(encoding="utf-8"))
    assert (again["sources"], again["made"]) == (STAMP["sources"], STAMP["made"])


def test_types_of_the_widget_hold(workshop: Path) -> None:
    subprocess.run(["npm", "run", "check"], cwd=workshop, check=True, timeout=120)
