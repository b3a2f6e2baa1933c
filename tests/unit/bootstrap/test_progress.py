from __future__ import annotations

import io

from bootstrap.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_without_a_terminal_there_are_only_whole_lines_and_few() -> None:
    out, clock = io.StringIO(), Clock()
    progress = Progress(out, clock)
    progress.begin("rasa", "making it")
    for clock.now in range(1, 32):
        progress.tick()
    progress.finish("rasa", "made")

    assert out.getvalue().splitlines() == [
        "arkas: making it",
        "arkas: still at it: rasa 15 s",
        "arkas: still at it: rasa 30 s",
        "arkas: made (31 s)",
    ]


def test_on_a_terminal_one_line_lives_and_is_wiped() -> None:
    out, clock = Terminal(), Clock()
    progress = Progress(out, clock)
    progress.begin("rasa", "making it")
    clock.now = 3
    progress.tick()
    progress.finish("rasa", "made")

    assert "rasa 3 s" in out.getvalue()
    assert out.getvalue().endswith("\r\033[Karkas: made (3 s)\n")


def test_nothing_is_said_when_nothing_goes_on() -> None:
    out = Terminal()

    Progress(out).tick()

    assert out.getvalue() == ""
