from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bootstrap.running import Finished, Runner
from bot.settings import Settings
from bot.supervision.failures import WorkFailed
from bot.supervision.rasa_model import RasaModel


class Trainer(Runner):
    """Plays the launcher: writes a model, or fails."""

    def __init__(self, code: int = 0) -> None:
        super().__init__()
        self.code = code
        self.commands: list[list[str]] = []

    def run(self, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Finished:  # noqa: ARG002
        self.commands.append(list(command))
        if self.code == 0:
            (Path(command[command.index("--out") + 1]) / "arkas.tar.gz").touch()
        return Finished(self.code, "")


@pytest.fixture
def model(tmp_path: Path) -> RasaModel:
    for name in ("config.yml", "domain.yml", "requirements/rasa.txt", "data/nlu/greet.yml", "data/dialogue/rules.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return RasaModel(Settings(var_dir=tmp_path / "var"), tmp_path)


def test_a_fresh_clone_has_no_model(model: RasaModel) -> None:
    assert not model.is_current()


def test_training_makes_it_current(model: RasaModel) -> None:
    model.train(Trainer())

    assert model.is_current()


@pytest.mark.parametrize("name", ["config.yml", "domain.yml", "data/nlu/greet.yml", "requirements/rasa.txt"])
def test_each_source_makes_it_outdated(model: RasaModel, name: str) -> None:
    model.train(Trainer())
    (model.root / name).write_text("changed")

    assert not model.is_current()


def test_an_article_does_not_make_it_outdated(model: RasaModel) -> None:
    model.train(Trainer())
    (model.root / "data" / "articles").mkdir()
    (model.root / "data" / "articles" / "1.md").write_text("text")

    assert model.is_current()


def test_a_model_that_was_deleted_is_missed(model: RasaModel) -> None:
    model.train(Trainer())
    (model.folder / "arkas.tar.gz").unlink()

    assert not model.is_current()


def test_a_failed_training_leaves_no_stamp_on_the_old_model(model: RasaModel) -> None:
    model.train(Trainer())
    (model.root / "domain.yml").write_text("changed")

    with pytest.raises(WorkFailed, match="Training the Rasa model failed with exit code 1"):
        model.train(Trainer(code=1))

    assert not model.is_current()


def test_when_another_process_just_trained_nothing_is_done(model: RasaModel) -> None:
    model.train(Trainer())
    second = Trainer()

    model.train(second)

    assert second.commands == []


def test_sources_changed_during_the_training_make_it_outdated_again(model: RasaModel) -> None:
    class Slow(Trainer):
        def run(self, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Finished:
            (model.root / "domain.yml").write_text("changed meanwhile")
            return super().run(command, log, environment)

    model.train(Slow())

    assert not model.is_current()
