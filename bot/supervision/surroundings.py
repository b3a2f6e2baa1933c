"""Environment variables that every process of ours gets."""

import os
from typing import Final

# Libraries that talk, phone home, or take a thread or a heap per core when nobody tells them not to.
QUIET: Final = {
    "HF_HUB_OFFLINE": "1",  # nothing is fetched from a model hub at run time
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # glibc gives threads heaps of their own, and a heap keeps what its busiest moment took. Each connection to SQLite
    # has a thread, so what one look at a busy hour took was kept once for each of them (docs/benchmarks.md).
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONUNBUFFERED": "1",  # the last words of a process that is killed must be in its log
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "TOKENIZERS_PARALLELISM": "false",
}


# Rasa's world sees nothing of ours, and its libraries of 2023 warn of everything that came after them.
RASA_ONLY: Final = {"PYTHONPATH": "", "PYTHONWARNINGS": "ignore"}


def quiet() -> dict[str, str]:
    """Return what this machine's operator did not set otherwise."""
    return {name: value for name, value in QUIET.items() if name not in os.environ}
