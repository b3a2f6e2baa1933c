"""One process of ours: started in a group of its own, watched, asked whether it is ready, stopped."""

import ctypes
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy knows nothing of our loopback


@dataclass(frozen=True)
class Program:
    """What to start, where its words go, and the address that answers when it is ready."""

    name: str
    command: tuple[str, ...]
    log: Path
    ready_url: str
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)


class Process:
    """A started program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._child = _start(program)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._child.pid

    def ended(self) -> str:
        """Return how it ended, in words; empty while it lives."""
        code = self._child.poll()
        if code is None:
            return ""
        if code >= 0:
            return f"exit code {code}"
        return f"killed by {signal.Signals(-code).name}"

    def ready(self) -> bool:
        """Whether its address answers with a success."""
        try:
            with _OPENER.open(self.program.ready_url, timeout=5) as answer:
                return bool(answer.status < 300)
        except (OSError, ValueError):
            return False  # not listening yet, or listening and saying that it is not ready

    def ask_to_stop(self) -> None:
        """Let it end its work: SIGTERM to it alone, its own children are its business."""
        with suppress(ProcessLookupError):
            self._child.terminate()

    def kill(self) -> None:
        """End it and all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._child.wait()


def _start(program: Program) -> "subprocess.Popen[bytes]":
    """A session of its own keeps the terminal's Ctrl-C from it: the supervisor decides the order of stopping."""
    program.log.parent.mkdir(parents=True, exist_ok=True)
    with program.log.open("wb") as words:
        return subprocess.Popen(  # noqa: S603 - the programs are our own
            program.command,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            cwd=program.folder,
            env={**os.environ, **program.environment},
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads live here
        )


def _die_with_parent() -> None:
    """A supervisor that is killed with SIGKILL must leave no process that holds the ports."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
