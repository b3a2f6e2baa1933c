from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from bootstrap import command, worlds
from bootstrap.command import COMMANDS, main
from bootstrap.failures import DiskTooSmall
from bootstrap.pythons import Interpreter
from bootstrap.worlds import PRODUCT, RASA, TEST, World

ROOT = Path(__file__).parents[3]
HandedOver = list[tuple[World, list[str]]]


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> HandedOver:
    """Instead of becoming the product's command line, notes what it would have been told."""
    calls: HandedOver = []

    def note(_: Path, world: World, arguments: list[str]) -> int:
        calls.append((world, arguments))
        return 0

    monkeypatch.setattr(command, "hand_over", note)
    monkeypatch.setattr(command, "provide", lambda *_: None)
    return calls


def test_without_a_command_the_usage_is_shown_and_the_code_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(str(ROOT), []) == 2
    shown = capsys.readouterr().out
    assert all(name in shown for name in COMMANDS)


def test_a_misspelt_command_makes_no_environment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(str(tmp_path), ["sevre"]) == 2
    assert "'sevre'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_failed_set_up_is_one_line_and_code_one(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise DiskTooSmall("The disk is full.", "Free some space.")

    monkeypatch.setattr(command, "provide", full)

    assert main(str(root), ["serve"]) == 1
    assert capsys.readouterr().err == "arkas: The disk is full. Free some space.\n"


def test_ctrl_c_during_the_set_up_is_no_traceback(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "provide", interrupted)

    assert main(str(root), ["serve"]) == 130


def test_arguments_are_handed_over_as_they_are(root: Path, handed_over: HandedOver) -> None:
    assert main(str(root), ["serve", "--port", "9000"]) == 0
    assert handed_over == [(PRODUCT, ["serve", "--port", "9000"])]


def test_a_developer_with_only_the_test_environment_needs_no_second(root: Path, handed_over: HandedOver) -> None:
    TEST.python(root).parent.mkdir(parents=True)
    TEST.python(root).touch(0o755)
    worlds.write_stamp(TEST, root, Interpreter(Path("python3"), (3, 11, 7)))

    main(str(root), ["rank", "bku"])

    assert handed_over == [(TEST, ["rank", "bku"])]


def test_tests_run_in_their_own_environment(root: Path, handed_over: HandedOver) -> None:
    main(str(root), ["test", "-k", "bku"])

    assert handed_over == [(TEST, ["test", "-k", "bku"])]
    assert RASA in COMMANDS["test"].needs


@pytest.mark.parametrize("path", [ROOT / "arkas", *sorted((ROOT / "bootstrap").glob("*.py"))], ids=lambda p: p.name)
def test_the_set_up_is_written_for_python_3_8(path: Path) -> None:
    ast.parse(path.read_text(), feature_version=(3, 8))


@pytest.mark.parametrize("path", [ROOT / "arkas", *sorted((ROOT / "bootstrap").glob("*.py"))], ids=lambda p: p.name)
def test_the_set_up_imports_the_standard_library_only(path: Path) -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }

    assert imported <= sys.stdlib_module_names | {"bootstrap"}
