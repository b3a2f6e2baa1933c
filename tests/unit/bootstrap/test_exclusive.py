from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from bootstrap.exclusive import exclusive

HOLD = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from bootstrap.exclusive import exclusive
with exclusive(Path(sys.argv[1]), lambda: None):
    print("held", flush=True)
    sys.stdin.read()
"""
ROOT = Path(__file__).parents[3]


WORK = """
import sys, threading, time
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from bootstrap.exclusive import exclusive
from bootstrap.running import Runner
log = Path(sys.argv[1] + ".log")
child = [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"]
with exclusive(Path(sys.argv[1]), lambda: None):
    threading.Thread(target=Runner().run, args=(child, log, {}), daemon=True).start()
    while not (log.exists() and log.read_text().endswith("\\n")):
        time.sleep(0.05)
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(lock: Path, script: str = HOLD) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, str(lock), str(ROOT)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_waits_and_says_so(tmp_path: Path) -> None:
    first = holder(tmp_path / "lock")
    waiting, entered = threading.Event(), threading.Event()

    def second() -> None:
        with exclusive(tmp_path / "lock", waiting.set):
            entered.set()

    thread = threading.Thread(target=second)
    thread.start()
    assert waiting.wait(10)
    assert not entered.is_set()
    first.communicate("", timeout=10)
    assert entered.wait(10)
    thread.join()


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    first = holder(tmp_path / "lock")
    first.kill()
    first.communicate(timeout=10)
    waited: list[bool] = []

    with exclusive(tmp_path / "lock", lambda: waited.append(True)):
        assert waited == []


def test_what_a_killed_holder_started_still_holds_the_lock(tmp_path: Path) -> None:
    """An installer that outlived its ./arkas would otherwise write into what the next one makes."""
    first = holder(tmp_path / "lock", WORK)
    first.kill()
    first.communicate(timeout=10)
    child = int((tmp_path / "lock.log").read_text())
    waited: list[bool] = []

    def end_it() -> None:
        waited.append(True)
        os.kill(child, signal.SIGKILL)

    with exclusive(tmp_path / "lock", end_it):
        assert waited == [True]
