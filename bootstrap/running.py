"""Running installers: their words go to a log file, and they are stopped when we are."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import NamedTuple, Sequence


class Finished(NamedTuple):
    """How a program ended, and what it printed."""

    code: int
    output: str


class Runner:
    """Starts programs; the tests put a fake in its place."""

    def __init__(self) -> None:
        self.running: list[subprocess.Popen[bytes]] = []

    def run(self, command: Sequence[str], log: Path, environment: dict[str, str]) -> Finished:
        """Runs the program to its end. Its words are added to the log as they come."""
        log.parent.mkdir(parents=True, exist_ok=True)
        start = log.stat().st_size if log.exists() else 0
        with log.open("ab") as words:
            process = subprocess.Popen(
                list(command),
                stdout=words,
                stderr=words,
                stdin=subprocess.DEVNULL,
                close_fds=False,
                env={**os.environ, **environment},
            )
            self.running.append(process)
            code = process.wait()
            self.running.remove(process)
        with log.open("rb") as words:
            words.seek(start)
            return Finished(code, words.read().decode("utf-8", "replace"))

    def stop(self) -> None:
        """Stops whatever still runs: called when the person presses Ctrl-C."""
        for process in list(self.running):
            process.terminate()
