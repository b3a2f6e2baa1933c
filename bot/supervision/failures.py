"""Why a start does not come about, each in one line that also says what to do.

StartError
 +- PortTaken       another program listens there
 +- WorkFailed      training, indexing or a migration ended with an error
 +- ChecksFailed    a linter found something, so the tests were not begun
 +- FailedBeside    the type check or the training failed while the tests ran
 +- NotReadyInTime  a process lives but does not answer
 +- ProcessDied     a process ended by itself; carries the last lines of its log
"""

from collections.abc import Sequence
from pathlib import Path

TAIL_LINES = 12
TAIL_BYTES = 16_384


class StartError(Exception):
    """The product cannot be started, or cannot go on."""


class PortTaken(StartError):
    """Another program listens there."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} on {host} is taken by another program. "
            f"Stop it, or choose another: ./arkas serve --port {port + 1}"
        )


class WorkFailed(StartError):
    """Training, indexing or a migration ended with an error."""

    def __init__(self, what: str, code: int, log: Path) -> None:
        self.code = code
        super().__init__(f"{what} failed with exit code {code}. The last lines of {log}:\n{tail(log)}")


class ChecksFailed(StartError):
    """A linter found something, so the tests were not begun."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("The tests were not begun.\n" + "\n".join(problems))


class FailedBeside(StartError):
    """The type check found something, or the training failed, while the tests ran."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("The tests ran, but what was done beside them failed.\n" + "\n".join(problems))


class NotReadyInTime(StartError):
    """A process lives but does not answer."""

    def __init__(self, name: str, seconds: float, log: Path) -> None:
        super().__init__(f"{name} did not answer within {seconds:.0f} s. The last lines of {log}:\n{tail(log)}")


class ProcessDied(StartError):
    """A process ended by itself."""

    def __init__(self, name: str, ended: str, log: Path) -> None:
        super().__init__(
            f"{name} died ({ended}), so everything was stopped. Stored messages and tickets are safe: "
            f"start again with ./arkas serve. The last lines of {log}:\n{tail(log)}"
        )


def tail(log: Path) -> str:
    """Return the log's last lines, indented; a log that grew for months is not read whole."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    return "\n".join(f"    {line}" for line in lines[-TAIL_LINES:]) or "    (it holds nothing)"
