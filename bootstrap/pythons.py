"""Finding interpreters: on PATH, in pyenv (whose versions are mostly not on PATH), in the usual folders."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterator, NamedTuple, Sequence, Tuple

Minor = Tuple[int, int]

# A Python built without these modules starts, and then fails in the middle of a server's life.
PROBE = "import ctypes, sqlite3, ssl, sys; print('%d.%d.%d' % sys.version_info[:3])"
FOLDERS = ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")
VERSION = re.compile(r"^(\d+)\.(\d+)\.(\d+)$")


class Interpreter(NamedTuple):
    """A Python that starts and has the modules that servers need."""

    path: Path
    version: tuple[int, int, int]

    @property
    def minor(self) -> Minor:
        """The part that packages are built for."""
        return self.version[:2]

    def __str__(self) -> str:
        return "Python {}.{}.{} ({})".format(*self.version, self.path)


def probe(path: Path) -> Interpreter | None:
    """Starts the interpreter: a pyenv shim exists for versions that are not there, so existence says nothing."""
    command = [str(path), "-I", "-c", PROBE]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = VERSION.match(done.stdout.decode("utf-8", "replace").strip())
    if done.returncode != 0 or match is None:
        return None
    major, minor, patch = (int(part) for part in match.groups())
    return Interpreter(path, (major, minor, patch))


def _newest_first(paths: Iterator[Path]) -> list[Path]:
    def patch(path: Path) -> int:
        number = path.parent.parent.name.rpartition(".")[2]
        return int(number) if number.isdigit() else -1

    return sorted(paths, key=patch, reverse=True)


def _pyenv_roots() -> Iterator[Path]:
    if os.environ.get("PYENV_ROOT"):
        yield Path(os.environ["PYENV_ROOT"])
    yield Path.home() / ".pyenv"


def candidates(minor: Minor) -> Iterator[Path]:
    """Where a Python of this version may lie; the one that runs now comes first."""
    name = "python{}.{}".format(*minor)
    if sys.version_info[:2] == minor and sys.executable:
        yield Path(sys.executable)
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    for root in _pyenv_roots():
        pattern = f"versions/{minor[0]}.{minor[1]}.*/bin/{name}"
        yield from _newest_first(root.glob(pattern))
    for folder in FOLDERS:
        yield Path(folder) / name


def find(minors: Sequence[Minor]) -> Interpreter | None:
    """The first interpreter that works, in the order of preference given."""
    for minor in minors:
        for path in candidates(minor):
            found = probe(path) if path.exists() else None
            if found and found.minor == minor:
                return found
    return None
