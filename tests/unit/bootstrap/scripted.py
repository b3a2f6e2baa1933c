"""A runner that plays uv and pip."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bootstrap.running import Finished, Runner


@dataclass
class ScriptedRunner(Runner):
    """Plays uv and pip: writes what they would write, fails as they would fail."""

    fail_on: str = ""
    words: str = ""
    commands: list[list[str]] = field(default_factory=list)
    during: Callable[[list[str]], None] = lambda _: None

    def __post_init__(self) -> None:
        super().__init__()

    def run(self, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Finished:  # noqa: ARG002
        self.commands.append(list(command))
        self.during(list(command))
        if self.fail_on and self.fail_on in command:
            return Finished(1, self.words)
        if "venv" in command:
            python = Path(command[-1]) / "bin" / "python"
            python.parent.mkdir(parents=True)
            python.write_text("#!/bin/sh\n")
            python.chmod(0o755)
        return Finished(0, "")

    def ran(self, word: str) -> list[list[str]]:
        return [command for command in self.commands if word in command]
