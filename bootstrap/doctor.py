"""`./arkas doctor`: what is missing on this machine, and how to mend it. Changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Callable, Iterator, NamedTuple

from bootstrap import worlds
from bootstrap.failures import SetupError
from bootstrap.installer import Installer
from bootstrap.making import check_disk, check_folder
from bootstrap.pythons import find
from bootstrap.registry import of_this_machine
from bootstrap.running import Runner
from bootstrap.worlds import PRODUCT, RASA, TEST, World

STATES = {
    worlds.READY: "is ready",
    worlds.MISSING: "is not made yet",
    worlds.HALF_MADE: "was left half-made",
    worlds.OUTDATED: "is older than its lock file",
}


class Finding(NamedTuple):
    """One thing looked at. A remedy says that something must be done; a note only tells."""

    good: bool
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        mark = "ok  " if self.good else "BAD "
        return mark + self.what + (" -> " + self.remedy if self.remedy else "")


def examine(root: Path) -> int:
    """Prints the findings; 1 when something must be mended before `./arkas serve` can work."""
    findings = []
    for finding in look(root):
        sys.stdout.write(str(finding) + "\n")
        sys.stdout.flush()
        findings.append(finding)
    rest = _product_side(root)
    return 0 if rest == 0 and all(finding.good for finding in findings) else 1


def look(root: Path) -> Iterator[Finding]:
    """The findings that need no environment."""
    yield Finding(True, "this is Python {}.{}.{}".format(*sys.version_info[:3]))
    yield _guarded("the folder can be written to", lambda: check_folder(root))
    missing = [world for world in (PRODUCT, RASA) if worlds.state(world, root) == worlds.MISSING]
    yield _guarded("there is space enough on the disk", lambda: check_disk(root, missing))
    yield _python(PRODUCT)
    yield _python(RASA)
    yield _registry(root)
    for world in (PRODUCT, RASA, TEST):
        yield from _environment(world, root)


def _guarded(what: str, check: Callable[[], None]) -> Finding:
    try:
        check()
    except SetupError as error:
        return Finding(False, error.what, error.remedy)
    return Finding(True, what)


def _python(world: World) -> Finding:
    names = " or ".join("{}.{}".format(*minor) for minor in world.minors)
    found = find(world.minors)
    if found:
        return Finding(True, f"the {world.title} environment can use {found}")
    remedy = f"uv will try to fetch one; else install it, or name it in {world.override}"
    return Finding(False, f"no Python {names} for the {world.title} environment", remedy)


def _registry(root: Path) -> Finding:
    """Asks for one small package, past the cache, as an installation would."""
    installer = Installer(root, Runner(), of_this_machine())
    try:
        uv = str(installer.path())
    except SetupError:
        return Finding(True, "the installer (uv) is not there yet; ./arkas installs it by pip")
    command = [uv, "pip", "compile", "--quiet", "--no-cache", "--no-deps", "--no-header", "-"]
    environment = {**os.environ, **installer.environment()}
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            command, input=b"uv\n", capture_output=True, cwd=folder, env=environment, timeout=120, check=False
        )
    if done.returncode == 0:
        return Finding(True, "the package registry answers")
    return Finding(
        False, "the package registry does not answer", "check the network, or name a mirror in PIP_INDEX_URL"
    )


def _environment(world: World, root: Path) -> Iterator[Finding]:
    """Nobody needs the test environment to serve, so its absence is not told."""
    found = worlds.state(world, root)
    if found == worlds.MISSING and world is TEST:
        return
    what = f"the {world.title} environment {STATES[found]}"
    if found in (worlds.HALF_MADE, worlds.OUTDATED):
        yield Finding(True, what + "; the next ./arkas command mends it")
    elif found == worlds.READY and not _as_locked(world, root):
        yield Finding(False, f"the {world.title} environment differs from {world.lock}", f"rm -r .arkas/{world.name}")
    else:
        yield Finding(True, what)


def _as_locked(world: World, root: Path) -> bool:
    """Somebody may have installed into it by hand, or have taken something out."""
    installer = Installer(root, Runner(), of_this_machine())
    options = ("--check", "--offline", *installer.sources.options(), "--python", str(world.python(root)))
    return installer.uv("pip", "sync", *options, str(root / world.lock), log="doctor").code == 0


def _product_side(root: Path) -> int:
    """Ports, model, index, database: what only the product's own code knows."""
    for world in (PRODUCT, TEST):
        if worlds.state(world, root) == worlds.READY:
            command = [str(world.python(root)), "-P", "-m", "bot.cli", "doctor"]
            return subprocess.run(command, env={**os.environ, "PYTHONPATH": str(root)}, check=False).returncode
    return 0
