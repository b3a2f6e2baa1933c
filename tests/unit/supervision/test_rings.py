"""Two streams of tests: both run whole, both are told, and the failure of either counts."""

import sys
from pathlib import Path

import pytest

from bootstrap.progress import Progress
from bot.supervision import rings


class Streams:
    """Programs in pytest's place that print what they were asked for and end with a given code."""

    def __init__(self, own: int, servers: int) -> None:
        self.codes = {True: servers, False: own}

    def __call__(self, *arguments: str) -> list[str]:
        code = self.codes[rings.SERVERS in arguments]
        return [
            sys.executable,
            "-c",
            f"import os; print('ran', {arguments!r}, os.environ['MARK']); raise SystemExit({code})",
        ]


@pytest.mark.parametrize(("own", "servers", "code"), [(0, 0, 0), (1, 0, 1), (0, 2, 2), (3, 2, 3)])
def test_both_streams_run_and_either_failure_counts(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    own: int,
    servers: int,
    code: int,
) -> None:
    monkeypatch.setattr(rings, "pytest", Streams(own, servers))
    log = tmp_path / "logs" / "integration.log"
    log.parent.mkdir()
    log.write_text("of the last run\n", encoding="utf-8")
    assert rings.run_rings({"MARK": "here"}, log, Progress()) == code
    printed = capfd.readouterr().out
    assert printed.count("here") == 2
    assert "of the last run" not in printed
    assert "ran ('tests/integration', " in log.read_text(encoding="utf-8")


def test_every_test_is_in_one_stream() -> None:
    root = Path(__file__).parents[3]
    for path in (root / "tests").rglob("test_*.py"):
        name = path.relative_to(root).as_posix()
        lent = name.startswith(tuple(f"{folder}/" for folder in rings.LENT))
        servers = name.startswith(f"{rings.SERVERS}/") and not lent
        own = name.startswith(tuple(f"{folder}/" for folder in rings.OWN))
        assert servers != own, name
