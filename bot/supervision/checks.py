"""`./arkas test`: linters and type checks while the models train, then pytest, whose summary closes the output."""

import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

from bootstrap.progress import Progress
from bootstrap.running import Runner
from bot.settings import ROOT, Settings
from bot.supervision.failures import ChecksFailed
from bot.supervision.preparing import index_step, rasa_step
from bot.supervision.steps import Step, look_at_all, run_logged
from bot.supervision.surroundings import quiet

STATIC: Final = (
    ("ruff", "looking for bad habits (ruff)", ("ruff", "check", "--quiet", ".")),
    ("format", "looking at the formatting (ruff)", ("ruff", "format", "--check", "--quiet", ".")),
    ("mypy", "checking the types (mypy, strict)", ("mypy",)),
)


def test_all(settings: Settings, arguments: Sequence[str], progress: Progress) -> NoReturn:
    """Become pytest once everything that it needs stands. With arguments only pytest runs: for one test at a time."""
    static = () if arguments else tuple(_static_step(settings, *check) for check in STATIC)
    problems = look_at_all((*static, index_step(settings), rasa_step(settings)), progress)
    if problems:
        raise ChecksFailed(problems)
    become_pytest(arguments)


def _static_step(settings: Settings, name: str, doing: str, command: tuple[str, ...]) -> Step:
    log = settings.var_dir.absolute() / "logs" / f"{name}.log"

    def work(runner: Runner) -> None:
        log.unlink(missing_ok=True)
        run_logged(runner, f"`{' '.join(command)}`", (sys.executable, "-m", *command), log, {})

    return Step(name, doing, f"{name} finds nothing", lambda: True, work)


def become_pytest(arguments: Sequence[str]) -> NoReturn:
    """The tests run in the project's folder, whatever folder the person stands in."""
    sys.stderr.flush()
    os.chdir(ROOT)
    command = [sys.executable, "-m", "pytest", *arguments]
    os.execve(sys.executable, command, {**os.environ, **quiet()})  # noqa: S606 - our own interpreter
