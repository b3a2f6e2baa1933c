import io
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bootstrap.progress import Progress
from bootstrap.running import Runner
from bot.supervision.failures import WorkFailed
from bot.supervision.steps import Step, carry_out, look_at_all, run_logged


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


def step(work: Callable[[Runner], None], name: str = "rasa", *, needed: bool = True) -> Step:
    return Step(name, f"making {name}", f"{name} is made", lambda: needed, work)


def test_what_is_not_needed_is_not_done_and_not_told(out: io.StringIO) -> None:
    def never(_: Runner) -> None:
        raise AssertionError

    carry_out([step(never, needed=False)], Progress(out))

    assert out.getvalue() == ""


def test_steps_go_side_by_side(out: io.StringIO) -> None:
    """Each waits for the other to have begun: one after the other they would never end."""
    both = threading.Barrier(2, timeout=10)

    def meet(_: Runner) -> None:
        both.wait()

    carry_out([step(meet, "rasa"), step(meet, "index")], Progress(out))

    assert "arkas: rasa is made (0 s)" in out.getvalue()
    assert "arkas: index is made (0 s)" in out.getvalue()


def test_a_failed_step_stops_the_others(out: io.StringIO, tmp_path: Path) -> None:
    started = threading.Event()

    def long(runner: Runner) -> None:
        started.set()
        run_logged(runner, "Sleeping", [sys.executable, "-c", "import time; time.sleep(60)"], tmp_path / "long.log", {})

    def failing(_: Runner) -> None:
        started.wait(10)
        raise WorkFailed("Training", 3, tmp_path / "none.log")

    with pytest.raises(WorkFailed, match="Training failed with exit code 3"):
        carry_out([step(long, "long"), step(failing, "short")], Progress(out))


def test_looking_at_all_goes_on_after_a_failure_and_tells_each(out: io.StringIO, tmp_path: Path) -> None:
    failed, looked = threading.Event(), []

    def failing(_: Runner) -> None:
        failed.set()
        raise WorkFailed("ruff", 1, tmp_path / "none.log")

    def later(_: Runner) -> None:
        failed.wait(10)
        looked.append("mypy")
        raise WorkFailed("mypy", 1, tmp_path / "none.log")

    problems = look_at_all([step(failing, "ruff"), step(later, "mypy")], Progress(out))

    assert looked == ["mypy"]
    assert sorted(problem.split()[0] for problem in problems) == ["mypy", "ruff"]


def test_a_failing_program_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; print('rule R contradicts story S'); sys.exit(4)"]

    with pytest.raises(WorkFailed, match=r"(?s)Training failed with exit code 4.*rule R contradicts story S"):
        run_logged(Runner(), "Training", command, tmp_path / "train.log", {})
