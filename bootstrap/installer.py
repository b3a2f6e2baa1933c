"""uv, the installer: found on this machine, or installed into .arkas/tools."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from bootstrap.failures import InstallerMissing, SetupError, explain
from bootstrap.registry import Sources
from bootstrap.running import Finished, Runner

UV_VERSION = "0.13.9"
OLDEST_UV = (0, 9)  # older ones do not know every option that we use


class Installer:
    """Runs uv for one project folder."""

    def __init__(self, root: Path, runner: Runner, sources: Sources) -> None:
        self.root = root
        self.runner = runner
        self.sources = sources
        self.logs = root / ".arkas" / "logs"

    def uv(self, *arguments: str, log: str) -> Finished:
        """Runs uv; the caller judges how it ended."""
        command = [str(self.path()), *arguments]
        return self.runner.run(command, self.log(log), self.environment())

    def must(self, *arguments: str, log: str) -> None:
        """Runs uv, and says in one line why when it fails."""
        done = self.uv(*arguments, log=log)
        if done.code != 0:
            raise explain(done.output, str(self.log(log)))

    def log(self, name: str) -> Path:
        """Where the words of one piece of work go."""
        return self.logs / (name + ".log")

    def environment(self) -> dict[str, str]:
        """An activated environment of the person must not draw the packages to itself."""
        return {"UV_NO_PROGRESS": "1", "VIRTUAL_ENV": "", **self.sources.environment()}

    def path(self) -> Path:
        """The uv to run."""
        found = self._installed()
        if found is None:
            raise InstallerMissing("The installer uv is gone from .arkas/tools.", "Run the same command again.")
        return found

    def provide(self) -> None:
        """Installs uv where there is none: in a venv of its own, or beside it where Debian left venv out."""
        if self._installed() is not None:
            return
        folder = self.root / ".arkas" / "tools"
        shutil.rmtree(str(folder), ignore_errors=True)
        for way in (self._by_venv, self._by_target):
            done = way(folder)
            if done.code == 0 and self._installed() is not None:
                return
            shutil.rmtree(str(folder), ignore_errors=True)
        raise self._why_not(done)

    def _why_not(self, done: Finished) -> SetupError:
        """A missing pip is Debian's way; everything else is explained by what was printed."""
        if "No module named pip" in done.output:
            return InstallerMissing(
                "This Python has neither venv nor pip, so uv cannot be installed.",
                "On Debian or Ubuntu: apt-get install python3-venv. Or install uv yourself and run this again.",
            )
        return explain(done.output, str(self.log("tools")))

    def _by_venv(self, folder: Path) -> Finished:
        made = self.runner.run([sys.executable, "-m", "venv", str(folder)], self.log("tools"), {})
        if made.code != 0:
            return made
        return self._pip(str(folder / "bin" / "python"))

    def _by_target(self, folder: Path) -> Finished:
        return self._pip(sys.executable, "--target", str(folder))

    def _pip(self, python: str, *options: str) -> Finished:
        command: list[str] = [python, "-m", "pip", "install", "--disable-pip-version-check", *options]
        return self.runner.run([*command, "uv==" + UV_VERSION], self.log("tools"), {})

    def _installed(self) -> Path | None:
        own = self.root / ".arkas" / "tools" / "bin" / "uv"
        if _version(own) is not None:
            return own
        on_path = shutil.which("uv")
        version = _version(Path(on_path)) if on_path else None
        return Path(on_path) if on_path and version and version >= OLDEST_UV else None


def _version(uv: Path) -> tuple[int, int] | None:
    """None when it does not start: half-written, for another machine, or not there."""
    try:
        done = subprocess.run(
            [str(uv), "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"uv (\d+)\.(\d+)", done.stdout.decode("utf-8", "replace"))
    return (int(match.group(1)), int(match.group(2))) if match and done.returncode == 0 else None
