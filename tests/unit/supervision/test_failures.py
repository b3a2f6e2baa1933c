from pathlib import Path

from bot.supervision.failures import TAIL_LINES, ProcessDied, tail


def test_the_last_lines_of_a_long_log_are_shown(tmp_path: Path) -> None:
    log = tmp_path / "rasa.log"
    log.write_text("".join(f"line {number}\n" for number in range(100_000)))

    shown = tail(log).splitlines()

    assert len(shown) == TAIL_LINES
    assert shown[-1].strip() == "line 99999"


def test_a_log_that_is_not_there_is_no_second_failure(tmp_path: Path) -> None:
    assert "nothing" in tail(tmp_path / "absent.log")


def test_bytes_that_are_no_text_are_shown_somehow(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_bytes(b"\xff\xfeMemoryError\n")

    assert "MemoryError" in tail(tmp_path / "x.log")


def test_the_message_names_who_died_how_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "rasa.log").write_text("out of memory\n")

    message = str(ProcessDied("Rasa", "killed by SIGKILL", tmp_path / "rasa.log"))

    assert message.startswith("Rasa died (killed by SIGKILL)")
    assert "./arkas serve" in message
    assert "out of memory" in message
