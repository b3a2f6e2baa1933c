"""What must be done before the processes can start: side by side, with progress."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bootstrap.progress import Progress
from bootstrap.running import Runner
from bot.supervision.failures import WorkFailed


@dataclass(frozen=True)
class Step:
    """One piece of work, and whether it is needed at all."""

    name: str
    doing: str
    done: str
    needed: Callable[[], bool]
    work: Callable[[Runner], None]
    log: Path | None = None


def run_logged(runner: Runner, what: str, command: Sequence[str], log: Path, environment: dict[str, str]) -> None:
    """Run a program to its end; WorkFailed tells the last lines of its log."""
    finished = runner.run(command, log, environment)
    if finished.code != 0:
        raise WorkFailed(what, finished.code, log)


def carry_out(steps: Iterable[Step], progress: Progress) -> None:
    """Do what is needed. A step that fails stops the others: half a set-up serves nobody."""
    with _begun(steps, progress) as (runner, jobs):
        try:
            for job in _as_they_end(jobs, progress):
                job.result()
        except BaseException:
            runner.stop()
            raise


def look_at_all(steps: Iterable[Step], progress: Progress) -> list[str]:
    """Do what is needed to the end, and return why each failed step did: who mends wants to know all at once."""
    problems = []
    with _begun(steps, progress) as (runner, jobs):
        try:
            for job in _as_they_end(jobs, progress):
                failure = job.exception()
                if failure:
                    problems.append(str(failure))
        except BaseException:
            runner.stop()
            raise
    return problems


@contextmanager
def _begun(steps: Iterable[Step], progress: Progress) -> Iterator[tuple[Runner, set[Future[None]]]]:
    runner = Runner()
    needed = [step for step in steps if step.needed()]
    with ThreadPoolExecutor(max(1, len(needed))) as pool:
        yield runner, {pool.submit(_do, step, runner, progress) for step in needed}


def _do(step: Step, runner: Runner, progress: Progress) -> None:
    if step.log:
        step.log.unlink(missing_ok=True)
    progress.begin(step.name, step.doing, step.log)
    try:
        step.work(runner)
    except BaseException:
        progress.give_up(step.name)
        raise
    progress.finish(step.name, step.done)


def _as_they_end(jobs: set[Future[None]], progress: Progress) -> Iterator[Future[None]]:
    pending = jobs
    while pending:
        ended, pending = wait(pending, timeout=0.5)
        yield from ended
        progress.tick()
