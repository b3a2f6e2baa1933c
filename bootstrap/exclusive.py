"""A lock between processes, held by the kernel: it cannot be left behind by one that was killed.

The installers and trainings that we start inherit it (bootstrap/running.py), so that when we are killed and they live
on, the next ./arkas waits for them instead of writing into the same folder.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator


@contextmanager
def exclusive(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Holds the lock file for the block; calls `on_wait` once if another process holds it now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        os.set_inheritable(file.fileno(), True)
        _take(file.fileno(), on_wait)
        yield


def _take(descriptor: int, on_wait: Callable[[], None]) -> None:
    if _taken(descriptor):
        return
    on_wait()
    while not _taken(descriptor):
        time.sleep(0.2)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
