"""One process from which those of all crash tests fork, with their modules loaded: to import these takes seconds."""

import os
import sys
from functools import cache
from multiprocessing import forkserver, get_context
from typing import Final

forked: Final = get_context("forkserver")
forked.set_forkserver_preload(
    [
        "tests.integration.channels.crashing",
        "tests.integration.mail_desk",
        "tests.integration.mail_crash",
        "tests.integration.outbox.crashing",
    ]
)


@cache
def make_ready() -> None:
    """Start the process with all modules loaded; it looks for them in PYTHONPATH only."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    try:
        forkserver.ensure_running()
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before
