from __future__ import annotations

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


def holder(lock: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(lock), str(ROOT)]
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
