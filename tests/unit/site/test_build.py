"""What is committed as built was built from the committed sources."""

import hashlib
import json
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


def test_building_again_gives_the_same_bytes(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (WIDGET / "node_modules").exists():
        pytest.skip("needs node and `npm ci` in bot/site/widget")
    subprocess.run([node, WIDGET / "build.mjs", tmp_path], check=True, timeout=60)
    assert json.loads((tmp_path / "build.json").read_text(encoding="utf-8")) == STAMP
