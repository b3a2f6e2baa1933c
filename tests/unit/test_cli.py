from pathlib import Path

import pytest
from typer.testing import CliRunner

from bootstrap.command import COMMANDS
from bot import cli
from bot.supervision.failures import PortTaken

# ./arkas does these itself, before or beside the product's environment.
OWN = {"lock", "setup"}
INTERNAL = {"migrate"}


def test_arkas_hands_over_just_the_commands_that_exist() -> None:
    known = {command.name or getattr(command.callback, "__name__", "") for command in cli.app.registered_commands}

    assert set(COMMANDS) - OWN == known - INTERNAL


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - OWN - {"test", "rank", "evaluate", "articles"}))
def test_every_command_explains_itself(name: str) -> None:
    shown = CliRunner().invoke(cli.app, [name, "--help"])

    assert shown.exit_code == 0
    assert "--help" in shown.output


@pytest.mark.parametrize(
    ("told", "verb"),
    [
        (["general", "--data", "somewhere"], "general"),
        (["passages", "--data", "somewhere"], "passages"),
        (["calibration"], "calibration"),
        (["check"], "check"),
        (["encoder", "--target", "elsewhere"], "encoder"),
    ],
)
def test_what_ships_is_trained_by_the_library(told: list[str], verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[list[str]] = []
    monkeypatch.setattr("embeddings.cli.commands", lambda arguments, **_: heard.append(arguments))

    assert CliRunner().invoke(cli.app, ["train", *told]).exit_code == 0
    assert heard == [["train", verb, *told[1:]]]


def test_the_library_knows_what_it_is_told_to_train(tmp_path: Path) -> None:
    tried = CliRunner().invoke(cli.app, ["train", "passages", "--data", str(tmp_path), "--target", str(tmp_path)])

    assert tried.exit_code == 1
    assert "no embeddings.npy" in tried.output or "has no config.json" in tried.output


def test_training_rasa_takes_no_options() -> None:
    assert CliRunner().invoke(cli.app, ["train", "rasa", "--data", "somewhere"]).exit_code == 2


def test_a_port_that_is_none_is_a_usage_error() -> None:
    assert CliRunner().invoke(cli.app, ["serve", "--port", "99999"]).exit_code == 2


def test_a_failed_start_is_one_line_and_code_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left, cli.plain_failures():
        raise PortTaken("127.0.0.1", 8000)

    assert left.value.code == 1
    assert capsys.readouterr().err.startswith("arkas: Port 8000 on 127.0.0.1 is taken")


def test_a_wrong_setting_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARKAS_LOG_LEVEL", "loud")

    with pytest.raises(SystemExit), cli.plain_failures():
        cli.operators_settings()

    assert "ARKAS_LOG_LEVEL: Input should be" in capsys.readouterr().err
