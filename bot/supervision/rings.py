"""All tests, in two streams at once that take about as long: most of those with real servers beside all others.

Each stream alone leaves a core free for most of its time. No test of one can meet one of the other: each stream has
databases, ports and folders of its own.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from bootstrap.progress import Progress
from bootstrap.running import Runner

SERVERS: Final = "tests/integration"
LENT: Final = ("tests/integration/mail", "tests/integration/tickets")  # played in the shorter stream
OWN: Final = ("tests/unit", *LENT, "tests/acceptance")


def run_rings(environment: Mapping[str, str], log: Path, progress: Progress) -> int:
    """Run everything below tests/ of the current folder; returns 0 when all passed, else how a stream ended.

    What the second stream prints goes to `log`, and is told whole after the first has ended.
    """
    log.unlink(missing_ok=True)
    runner = Runner()
    with ThreadPoolExecutor(1) as pool:
        try:
            progress.say(f"running the tests with real servers beside the others; they tell at the end ({log})")
            servers_alone = pytest(SERVERS, *(f"--ignore={folder}" for folder in LENT))
            beside = pool.submit(runner.run, servers_alone, log, dict(environment))
            own = subprocess.run(pytest(*OWN), env={**os.environ, **environment}, check=False).returncode  # noqa: S603 - our own interpreter
            if not beside.done():
                progress.say("waiting for the tests with real servers")
            servers = beside.result()
        finally:
            runner.stop()
    sys.stdout.write(servers.output)
    return own or servers.code


def pytest(*arguments: str) -> list[str]:
    """The command that runs pytest in this world."""
    return [sys.executable, "-m", "pytest", *arguments]
