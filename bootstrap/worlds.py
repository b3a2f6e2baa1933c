"""The environments under .arkas/, and whether each can be trusted.

An environment is stamped with the hash of the lock file that it was made from. The stamp is taken away before
anything is changed and written last, so one whose making was cut off has none, and is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from bootstrap.pythons import Interpreter, Minor

READY, MISSING, HALF_MADE, OUTDATED = "ready", "missing", "half-made", "outdated"
STAMP = "arkas-stamp.json"


class World(NamedTuple):
    """One environment: where it lies, what fills it, which Pythons it takes (best first)."""

    name: str
    title: str
    lock: str
    minors: tuple[Minor, ...]
    gigabytes: float
    override: str

    def folder(self, root: Path) -> Path:
        """Where the environment lies."""
        return root / ".arkas" / self.name

    def python(self, root: Path) -> Path:
        """Its interpreter."""
        return self.folder(root) / "bin" / "python"


# 3.11 first: it is the version that the tests run on. Sizes are measured, rounded up.
PRODUCT = World("product", "product", "requirements/product.txt", ((3, 11), (3, 12), (3, 13)), 1.5, "ARKAS_PYTHON")
TEST = PRODUCT._replace(name="test", title="test", lock="requirements/test.txt", gigabytes=1.6)
RASA = World("rasa", "Rasa", "requirements/rasa.txt", ((3, 10),), 2.6, "ARKAS_RASA_PYTHON")
WORLDS = (PRODUCT, TEST, RASA)


def fingerprint(world: World, root: Path) -> str:
    """The hash of the lock file: what the environment must have been made from."""
    return hashlib.sha256((root / world.lock).read_bytes()).hexdigest()


def read_stamp(world: World, root: Path) -> dict[str, str] | None:
    """None when there is no stamp, or one that was cut off while written."""
    try:
        stamp = json.loads((world.folder(root) / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) else None


def write_stamp(world: World, root: Path, python: Interpreter) -> None:
    """Says that the environment is whole: the last thing that its making does."""
    stamp = {"lock": fingerprint(world, root), "python": "{}.{}.{}".format(*python.version)}
    temporary = world.folder(root) / (STAMP + ".new")
    temporary.write_text(json.dumps(stamp) + "\n", encoding="utf-8")
    temporary.replace(world.folder(root) / STAMP)


def remove_stamp(world: World, root: Path) -> None:
    """Says that the environment is being changed: the first thing that its making does."""
    with suppress(FileNotFoundError):
        (world.folder(root) / STAMP).unlink()


def state(world: World, root: Path) -> str:
    """Ready only with a stamp of the present lock file and an interpreter that is still there."""
    if not world.folder(root).exists():
        return MISSING
    stamp = read_stamp(world, root)
    if stamp is None or not os.access(str(world.python(root)), os.X_OK):
        return HALF_MADE
    return READY if stamp.get("lock") == fingerprint(world, root) else OUTDATED
