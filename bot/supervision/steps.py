"""What must be done before the processes can start: side by side, with progress, the first failure ends all."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
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
    needed = [step for step in steps if step.needed()]
    if not needed:
        return
    runner = Runner()
    with ThreadPoolExecutor(len(needed)) as pool:
        jobs = {pool.submit(_do, step, runner, progress) for step in needed}
        try:
            _await(jobs, progress)
        except BaseException:
            runner.stop()
            raise


def _do(step: Step, runner: Runner, progress: Progress) -> None:
    if step.log:
        step.log.unlink(missing_ok=True)
    progress.begin(step.name, step.doing, step.log)
    step.work(runner)
    progress.finish(step.name, step.done)


def _await(jobs: set[Future[None]], progress: Progress) -> None:
    pending = jobs
    while pending:
        finished, pending = wait(pending, timeout=0.5)
        for job in finished:
            job.result()
        progress.tick()
