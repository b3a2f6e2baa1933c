"""Where a test may kill the process, to show that nothing is lost between any two steps."""

import os
import signal
from typing import Final

VARIABLE: Final = "ARKAS_FAULT_POINT"

_passed: dict[str, int] = {}


def fault_point(name: str) -> None:
    """Die here, as from `kill -9`, when ARKAS_FAULT_POINT says so; otherwise do nothing.

    `ARKAS_FAULT_POINT=outbox.handled` dies the first time this name is passed, `outbox.handled:3` the third time.
    """
    wanted = os.environ.get(VARIABLE)
    if wanted is None:
        return
    wanted_name, _, times = wanted.partition(":")
    if name != wanted_name:
        return
    _passed[name] = _passed.get(name, 0) + 1
    if _passed[name] >= int(times or 1):
        os.kill(os.getpid(), signal.SIGKILL)
