"""Making the environments: side by side, each stamped when it is whole."""

from __future__ import annotations

import os
import re
import shutil
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Sequence

from bootstrap import worlds
from bootstrap.exclusive import exclusive
from bootstrap.failures import DiskTooSmall, FolderNotWritable, PythonMissing
from bootstrap.installer import Installer
from bootstrap.progress import Progress
from bootstrap.pythons import Interpreter, find, probe
from bootstrap.registry import local_torch, of_this_machine
from bootstrap.running import Runner
from bootstrap.worlds import World

TORCH = re.compile(r"^torch==(?P<version>[0-9.]+)", re.MULTILINE)
SPARE_GIGABYTES = 0.5
HOW = {
    worlds.MISSING: "is being made",
    worlds.HALF_MADE: "was left half-made: making it anew",
    worlds.OUTDATED: "is older than its lock file: bringing it up to date",
}


def provide(root: Path, wanted: Sequence[World], progress: Progress | None = None) -> None:
    """Sees to it that the environments are there and whole. Costs milliseconds when they are."""
    if _missing(root, wanted):
        progress = progress or Progress()
        check_folder(root)
        waiting = "another ./arkas is making the environments; waiting for it"
        with exclusive(root / ".arkas" / "lock", lambda: progress.say(waiting)):
            _make_all(root, _missing(root, wanted), progress)


def _missing(root: Path, wanted: Sequence[World]) -> list[World]:
    return [world for world in wanted if worlds.state(world, root) != worlds.READY]


def check_folder(root: Path) -> None:
    """Writes a file: permissions alone do not tell of a file system that is mounted read-only."""
    folder = root / ".arkas"
    try:
        folder.mkdir(exist_ok=True)
        probe_file = folder / "write-test"
        probe_file.write_text("")
        probe_file.unlink()
    except OSError as error:
        raise FolderNotWritable(
            f"The folder {root} cannot be written to ({error.strerror}).",
            "Make it writable, or copy the project to a folder of yours.",
        ) from error


def check_disk(root: Path, wanted: Sequence[World]) -> None:
    """Only an environment that is made from nothing needs its whole size."""
    anew = [world for world in wanted if worlds.state(world, root) != worlds.OUTDATED]
    needed = sum(world.gigabytes for world in anew) + SPARE_GIGABYTES
    free = shutil.disk_usage(str(root)).free / 1e9
    if free < needed:
        raise DiskTooSmall(
            f"Only {free:.1f} GB are free under {root}, and the environments need about {needed:.1f} GB.",
            "Free some space, or move the project to a larger disk.",
        )


def _make_all(root: Path, wanted: Sequence[World], progress: Progress) -> None:
    if not wanted:
        return
    check_disk(root, wanted)
    runner = Runner()
    installer = Installer(root, runner, of_this_machine())
    progress.begin("tools", "looking for the installer (uv)")
    installer.provide()
    progress.finish("tools", "the installer is there")
    with ThreadPoolExecutor(len(wanted)) as pool:
        jobs = [pool.submit(Maker(root, installer, progress).make, world) for world in wanted]
        try:
            _await(jobs, progress)
        except BaseException:
            runner.stop()
            raise


def _await(jobs: list[Future[None]], progress: Progress) -> None:
    """Raises the first failure at once; the other environment is then stopped and made anew next time."""
    pending = set(jobs)
    while pending:
        done, pending = wait(pending, timeout=0.5)
        for job in done:
            job.result()
        progress.tick()


class Maker:
    """Makes one environment, or mends it."""

    def __init__(self, root: Path, installer: Installer, progress: Progress) -> None:
        self.root = root
        self.installer = installer
        self.progress = progress

    def make(self, world: World) -> None:
        """Leaves the environment whole and stamped, or unstamped."""
        found = worlds.state(world, self.root)
        self.progress.begin(world.name, f"the {world.title} environment {HOW[found]}")
        python = self._present(world) if found == worlds.OUTDATED else None
        worlds.remove_stamp(world, self.root)
        python = python or self._anew(world)
        self._fill(world, python)
        worlds.write_stamp(world, self.root, python)
        self.progress.finish(world.name, f"the {world.title} environment is ready")

    def _present(self, world: World) -> Interpreter | None:
        found = probe(world.python(self.root))
        return found if found and found.minor in world.minors else None

    def _anew(self, world: World) -> Interpreter:
        python = self.interpreter(world)
        shutil.rmtree(str(world.folder(self.root)), ignore_errors=True)
        self.installer.must(
            "venv", "--no-project", "--python", str(python.path), str(world.folder(self.root)), log=world.name
        )
        return python

    def _fill(self, world: World, python: Interpreter) -> None:
        """`sync` installs what the lock file names and resolves nothing, so nothing else can slip in."""
        options = [*self.installer.sources.options(), *self._torch_options(world, python)]
        lock = str(self.root / world.lock)
        self.installer.must("pip", "sync", "--python", str(world.python(self.root)), *options, lock, log=world.name)

    def _torch_version(self, world: World) -> str:
        match = TORCH.search((self.root / world.lock).read_text(encoding="utf-8"))
        return match.group("version") if match else ""

    def _torch_options(self, world: World, python: Interpreter) -> list[str]:
        """The registry's torch for Linux needs gigabytes of CUDA; a CPU build comes from a folder or from PyTorch."""
        version = self._torch_version(world)
        if not version or python.minor in local_torch(self.installer.sources, version):
            return []
        return ["--torch-backend", "cpu"]

    def interpreter(self, world: World) -> Interpreter:
        """The one that the person named, else one of this machine, else one that uv fetches."""
        named = os.environ.get(world.override)
        if named:
            return self._named(world, named)
        torch = local_torch(self.installer.sources, self._torch_version(world))
        preferred = sorted(world.minors, key=lambda minor: minor not in torch)
        return find(preferred) or self._fetched(world)

    def _named(self, world: World, named: str) -> Interpreter:
        found = probe(Path(named))
        if found is None or found.minor not in world.minors:
            raise PythonMissing(
                f"{world.override}={named} is not a working Python {_versions(world)}.",
                "Give the path of one, or unset it.",
            )
        return found

    def _fetched(self, world: World) -> Interpreter:
        version = "{}.{}".format(*world.minors[0])
        self.progress.say(f"no Python {_versions(world)} on this machine; asking uv to fetch one")
        log = world.name + "-python"
        if self.installer.uv("python", "install", version, log=log).code == 0:
            where = self.installer.uv("python", "find", "--no-project", "--managed-python", version, log=log)
            found = probe(Path(where.output.strip().splitlines()[-1])) if where.code == 0 else None
            if found:
                return found
        raise PythonMissing(
            f"No Python {_versions(world)} is to be had, and the {world.title} environment needs it.",
            f"Install one (pyenv install {version}, or your system's package), or name it in {world.override}.",
        )


def _versions(world: World) -> str:
    return " or ".join("{}.{}".format(*minor) for minor in world.minors)
