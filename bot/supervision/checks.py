"""`./arkas test`: linters, then the tests, with the type check and the training of Rasa's model beside them.

Both take a core for a minute or more, and the tests leave one free for most of their time. The unit tests, which come
first, need no Rasa; a test that is earlier than the model waits for it (tests/integration/whole.py).
"""

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, NoReturn

from bootstrap.progress import Progress
from bootstrap.running import Runner
from bot.settings import ROOT, Settings
from bot.supervision.failures import ChecksFailed, FailedBeside
from bot.supervision.preparing import index_step, rasa_step
from bot.supervision.rings import pytest, run_rings
from bot.supervision.steps import Step, look_at_all, run_logged
from bot.supervision.surroundings import quiet

LINTERS: Final = (
    ("ruff", "looking for bad habits (ruff)", ("ruff", "check", "--quiet", ".")),
    ("format", "looking at the formatting (ruff)", ("ruff", "format", "--check", "--quiet", ".")),
)
TYPES: Final = ("mypy", "checking the types (mypy, strict)", ("mypy",))


def test_all(settings: Settings, arguments: Sequence[str], progress: Progress) -> NoReturn:
    """Run pytest once everything that it needs stands. With arguments only pytest runs: for one test at a time.

    The tests run in the project's folder, whatever folder the person stands in.
    """
    os.chdir(ROOT)
    if arguments:
        _prepare((index_step(settings), rasa_step(settings)), progress)
        _become_pytest(arguments)
    with _beside((_static_step(settings, *TYPES), rasa_step(settings)), progress) as beside:
        _prepare((*(_static_step(settings, *check) for check in LINTERS), index_step(settings)), progress)
        code = run_rings(quiet(), settings.var_dir.absolute() / "logs" / "integration.log", progress)
        problems = [str(failure) for job in beside if (failure := job.exception())]
    if problems:
        raise FailedBeside(problems)
    sys.exit(code)


def _prepare(steps: Sequence[Step], progress: Progress) -> None:
    problems = look_at_all(steps, progress)
    if problems:
        raise ChecksFailed(problems)


@contextmanager
def _beside(steps: Sequence[Step], progress: Progress) -> Iterator[list[Future[None]]]:
    """Do what is needed while the block runs; what is left of it is stopped when the block breaks off."""
    runner, needed = Runner(), [step for step in steps if step.needed()]
    with ThreadPoolExecutor(len(steps)) as pool:
        for step in needed:
            progress.say(f"{step.doing}, beside all else")
        try:
            yield [pool.submit(step.work, runner) for step in needed]
        finally:
            runner.stop()


def _static_step(settings: Settings, name: str, doing: str, command: tuple[str, ...]) -> Step:
    log = settings.var_dir.absolute() / "logs" / f"{name}.log"

    def work(runner: Runner) -> None:
        log.unlink(missing_ok=True)
        run_logged(runner, f"`{' '.join(command)}`", (sys.executable, "-m", *command), log, {})

    return Step(name, doing, f"{name} finds nothing", lambda: True, work)


def _become_pytest(arguments: Sequence[str]) -> NoReturn:
    sys.stderr.flush()
    os.execve(sys.executable, pytest(*arguments), {**os.environ, **quiet()})  # noqa: S606 - our own interpreter
