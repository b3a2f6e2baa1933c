"""Starts Rasa the way this product needs it: `launcher.py train|run|check|test ...`, with Rasa's own Python.

A thin door: it silences what Rasa says and sends by itself, and only then lets Rasa be imported.
"""

import importlib
import os
import sys
import warnings
from pathlib import Path


def main() -> int:
    """Run the command of `sys.argv` and return the exit code."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # One talk's turn is too small to share among threads; OpenBLAS would also take 30 MB for each.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    warnings.simplefilter("ignore")
    here = Path(__file__).resolve().parent
    sys.path[0] = str(here.parent)  # `rasa_world` becomes the package; our file names shadow nothing of Rasa's
    return int(importlib.import_module("rasa_world.commands").main(sys.argv[1:]))


if __name__ == "__main__":
    raise SystemExit(main())
