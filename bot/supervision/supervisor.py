"""Starts the processes together, waits until all answer, and stops all when one dies or somebody says so."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final

from bootstrap.progress import Progress
from bot.supervision.failures import NotReadyInTime, ProcessDied
from bot.supervision.processes import Process, Program

POLL_SECONDS: Final = 0.2
READY_SECONDS: Final = 180.0  # TensorFlow alone takes a minute on a slow disk
STOP_SECONDS: Final = 15.0  # a turn may wait 8 s for Rasa; its answer is still stored
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Runs programs as one: all or none."""

    def __init__(
        self,
        programs: Sequence[Program],
        progress: Progress,
        ready_seconds: float = READY_SECONDS,
        stop_seconds: float = STOP_SECONDS,
    ) -> None:
        self._programs = programs
        self._progress = progress
        self._ready_seconds = ready_seconds
        self._stop_seconds = stop_seconds
        self._processes: list[Process] = []
        self._signals = 0

    def run(self, on_ready: Callable[[], None]) -> None:
        """Return after somebody asked to stop; raise NotReadyInTime or ProcessDied otherwise."""
        with self._listening():
            try:
                self._start()
                if self._wait_until_ready():
                    on_ready()
                    self._watch()
            finally:
                self._stop()

    @contextmanager
    def _listening(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._on_signal) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1

    def _start(self) -> None:
        for program in self._programs:
            self._progress.begin(program.name, f"starting {program.name}")
            self._processes.append(Process(program))

    def _wait_until_ready(self) -> bool:
        """Whether all became ready; False when somebody asked to stop before."""
        waiting = list(self._processes)
        deadline = time.monotonic() + self._ready_seconds
        while waiting and not self._signals:
            self._raise_if_one_died()
            if time.monotonic() > deadline:
                raise NotReadyInTime(waiting[0].program.name, self._ready_seconds, waiting[0].program.log)
            waiting = [process for process in waiting if not self._became_ready(process)]
            self._progress.tick()
            time.sleep(POLL_SECONDS)
        return not waiting

    def _became_ready(self, process: Process) -> bool:
        if not process.ready():
            return False
        self._progress.finish(process.program.name, f"{process.program.name} is ready")
        return True

    def _watch(self) -> None:
        while not self._signals:
            self._raise_if_one_died()
            time.sleep(POLL_SECONDS)

    def _raise_if_one_died(self) -> None:
        for process in self._processes:
            ended = process.ended()
            if ended:
                raise ProcessDied(process.program.name, ended, process.program.log)

    def _stop(self) -> None:
        """Last started, first stopped, so that the web process takes no message that Rasa could not answer."""
        living = [process for process in reversed(self._processes) if not process.ended()]
        if living and self._signals:
            self._progress.say("stopping (once more Ctrl-C stops at once)")
        for process in living:
            self._stop_one(process)
        for process in self._processes:
            process.kill()

    def _stop_one(self, process: Process) -> None:
        process.ask_to_stop()
        asked = self._signals
        deadline = time.monotonic() + self._stop_seconds
        while not process.ended() and time.monotonic() < deadline and self._signals == asked:
            time.sleep(0.05)
