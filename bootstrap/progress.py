"""Progress of long work: a line that lives on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Callable, TextIO

QUIET_SECONDS = 15  # without a terminal, say every so often that the work goes on


class Progress:
    """Tells what is going on; `tick` may be called as often as you like."""

    def __init__(self, out: TextIO = sys.stderr, clock: Callable[[], float] = time.monotonic) -> None:
        self.out = out
        self.clock = clock
        self.started: dict[str, float] = {}
        self.told = clock()
        self.live = out.isatty()

    def say(self, text: str) -> None:
        """One line that stays."""
        self._clear()
        self.out.write(f"arkas: {text}\n")
        self.out.flush()
        self.told = self.clock()

    def begin(self, title: str, text: str) -> None:
        """A piece of work starts."""
        self.started[title] = self.clock()
        self.say(text)

    def finish(self, title: str, text: str) -> None:
        """It is done; says how long it took."""
        seconds = self.clock() - self.started.pop(title)
        self.say(f"{text} ({seconds:.0f} s)")

    def tick(self) -> None:
        """Shows what is still going on."""
        if not self.started:
            return
        if self.live:
            self.out.write("\r\033[Karkas: still at it: " + self._going_on())
            self.out.flush()
        elif self.clock() - self.told >= QUIET_SECONDS:
            self.say("still at it: " + self._going_on())

    def _going_on(self) -> str:
        now = self.clock()
        return ", ".join(f"{title} {now - start:.0f} s" for title, start in sorted(self.started.items()))

    def _clear(self) -> None:
        if self.live:
            self.out.write("\r\033[K")
