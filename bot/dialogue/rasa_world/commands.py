"""The commands of the launcher."""

import argparse
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

from . import lighter


def main(argv: list[str]) -> int:
    """Run one command and return the exit code."""
    options = _parser().parse_args(argv)
    # Rasa draws the confusion matrix of its tests; nothing else draws.
    lighter.leave_out(lighter.UNUSED - {"matplotlib"} if options.command == "test" else lighter.UNUSED)
    commands: dict[str, Callable[[argparse.Namespace], int]] = {
        "train": _train, "run": _run, "check": _check, "test": _test, "report": _report
    }  # fmt: skip
    return commands[options.command](options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="launcher.py", description="Rasa for ARKAS Bot")
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train the model")
    train.add_argument("--out", default="var/rasa/model", help="folder of the model")
    run = commands.add_parser("run", help="serve the talk on the loopback")
    run.add_argument("--port", type=int, default=5005)
    run.add_argument("--model", default="var/rasa/model", help="folder of the model, or the model file")
    run.add_argument("--endpoints", default="endpoints.yml")
    run.add_argument("--credentials", default="credentials.yml")
    commands.add_parser("check", help="validate domain, NLU examples and rules; a warning fails")
    test = commands.add_parser("test", help="play the test stories")
    test.add_argument("--model", default="var/rasa/model")
    test.add_argument("--stories", default="tests/dialogue")
    test.add_argument("--out", default="var/rasa/results")
    report = commands.add_parser("report", help="cross-validate the NLU and print the score of each intent")
    report.add_argument("--folds", type=int, default=5)
    for command in (train, commands.choices["check"], report):
        command.add_argument("--root", default=".", help="folder of config.yml, domain.yml and data/")
    return parser


def _train(options: argparse.Namespace) -> int:
    from .logs import quiet
    from .training import train

    quiet()
    return train(Path(options.root), Path(options.out))


def _run(options: argparse.Namespace) -> int:
    from .serving import serve

    os.environ.setdefault("ARKAS_TRACKER_URL", "sqlite:///var/rasa/tracker.db")
    return serve(options)


def _check(options: argparse.Namespace) -> int:
    from .logs import quiet
    from .training import check

    quiet()
    warnings.simplefilter("default", UserWarning)  # they are what is wanted here
    return check(Path(options.root))


def _test(options: argparse.Namespace) -> int:
    from .logs import quiet
    from .training import play_stories

    quiet()
    return play_stories(options)


def _report(options: argparse.Namespace) -> int:
    from .crossvalidation import report
    from .logs import quiet

    quiet()
    sys.stdout.write(report(Path(options.root), options.folds))
    return 0
