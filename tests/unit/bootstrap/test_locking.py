from __future__ import annotations

import re
from pathlib import Path

import pytest

from bootstrap.locking import without_torch_hashes

REQUIREMENTS = Path(__file__).parents[3] / "requirements"
LOCKS = ["product.txt", "test.txt", "rasa.txt"]
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==([^ ;\\]+)", re.MULTILINE)


def pins(name: str) -> set[tuple[str, str]]:
    return {(found[1], found[2]) for found in PINNED.finditer((REQUIREMENTS / name).read_text())}


def test_torch_loses_its_hashes_and_its_neighbours_keep_theirs() -> None:
    text = "nh3==1 \\\n    --hash=sha256:aa\ntorch==2.13.0 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\ntqdm==2\n"

    assert without_torch_hashes(text) == "nh3==1 \\\n    --hash=sha256:aa\ntorch==2.13.0\ntqdm==2\n"


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_address(name: str) -> None:
    assert not re.search(r"https?://|file:|--(?:extra-)?index|--find-links", (REQUIREMENTS / name).read_text())


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_cuda_package(name: str) -> None:
    assert [pin for pin, _ in pins(name) if re.match(r"nvidia|cuda|triton", pin)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_everything_but_torch_is_locked_by_hash(name: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", (REQUIREMENTS / name).read_text())[1:]

    assert [block for block in blocks if "--hash=sha256:" not in block and not block.startswith("torch==")] == []


def test_the_tests_run_on_the_versions_that_the_product_runs_on() -> None:
    assert pins("product.txt") <= pins("test.txt")


@pytest.mark.parametrize("name", ["product", "test", "rasa"])
def test_everything_that_is_asked_for_is_locked(name: str) -> None:
    asked = re.findall(r"^([A-Za-z0-9][A-Za-z0-9_-]*)", (REQUIREMENTS / f"{name}.in").read_text(), re.MULTILINE)

    assert {package.lower() for package in asked} <= {pin for pin, _ in pins(f"{name}.txt")}
