"""Progress of long work: a line that lives on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import Callable, TextIO

QUIET_SECONDS = 15  # without a terminal, say every so often that the work goes on


class Progress:
    """Tells what is going on; `tick` may be called as often as you like."""

    def __init__(self, out: TextIO = sys.stderr, clock: Callable[[], float] = time.monotonic) -> None:
        self.out = out
        self.clock = clock
        self.started: dict[str, float] = {}
        self.logs: dict[str, Path | None] = {}
        self.told = clock()
        self.live = out.isatty()
        self.lock = threading.RLock()  # several pieces of work tell of themselves at once

    def say(self, text: str) -> None:
        """One line that stays."""
        with self.lock:
            self._clear()
            self.out.write(f"arkas: {text}\n")
            self.out.flush()
            self.told = self.clock()

    def begin(self, title: str, text: str, log: Path | None = None) -> None:
        """A piece of work starts; the last line of its log will be shown with the time."""
        with self.lock:
            self.started[title] = self.clock()
            self.logs[title] = log
            self.say(text)

    def finish(self, title: str, text: str) -> None:
        """It is done; says how long it took."""
        with self.lock:
            seconds = self.clock() - self.started.pop(title)
            self.say(f"{text} ({seconds:.0f} s)")

    def give_up(self, title: str) -> None:
        """It failed; who raises the failure says so."""
        with self.lock:
            self.started.pop(title, None)

    def tick(self) -> None:
        """Shows what is still going on."""
        with self.lock:
            if self.started:
                self._tell()

    def _tell(self) -> None:
        if self.live:
            self.out.write("\r\033[Karkas: still at it: " + self._going_on())
            self.out.flush()
        elif self.clock() - self.told >= QUIET_SECONDS:
            self.say("still at it: " + self._going_on())

    def _going_on(self) -> str:
        now = self.clock()
        return ", ".join(
            f"{title} {now - start:.0f} s{last_words(self.logs[title])}"
            for title, start in sorted(self.started.items())
        )

    def _clear(self) -> None:
        if self.live:
            self.out.write("\r\033[K")


def last_words(log: Path | None) -> str:
    """Return the log's last line in brackets, cut to what fits beside the time."""
    try:
        lines = log.read_bytes()[-2000:].decode("utf-8", "replace").split("\n") if log else []
    except OSError:
        return ""
    spoken = [line.strip() for line in lines if line.strip()]
    return f" ({spoken[-1][:60]})" if spoken else ""
