import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bootstrap.running import Finished, Runner
from bot.settings import Settings
from bot.supervision.article_index import REFUSED, SHIPPED_ENCODER, ArticleIndex
from bot.supervision.failures import WorkFailed


class Library(Runner):
    """Plays `embeddings.cli`: makes the folder that it is told to make."""

    def __init__(self) -> None:
        super().__init__()
        self.commands: list[list[str]] = []

    @property
    def verbs(self) -> list[str]:
        return [command[command.index("embeddings.cli") + 1] for command in self.commands]

    def option(self, name: str) -> str:
        command = self.commands[-1]
        return command[command.index(name) + 1]

    def run(self, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Finished:  # noqa: ARG002
        self.commands.append(list(command))
        target = Path(self.option("--target"))
        target.mkdir(parents=True, exist_ok=True)
        if self.verbs[-1] == "train":
            (target / "modules.json").write_text("trained here")
        return Finished(0, "")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    article = tmp_path / "data" / "articles" / "bku" / "124.md"
    article.parent.mkdir(parents=True)
    article.write_text("Kendala tidak bisa tutup BKU")
    return Settings(data_dir=tmp_path / "data", var_dir=tmp_path / "var", encoder="")


def built(settings: Settings) -> tuple[ArticleIndex, Library]:
    index, library = ArticleIndex(settings), Library()
    index.build(library)
    return index, library


def test_a_fresh_clone_builds_the_index_with_the_encoder_that_ships(settings: Settings) -> None:
    assert not ArticleIndex(settings).is_current()

    index, library = built(settings)

    assert library.verbs == ["index"]
    assert library.option("--encoder") == str(SHIPPED_ENCODER)
    assert index.is_current()


def test_the_encoder_that_ships_is_where_the_library_says() -> None:
    import embeddings

    assert embeddings.SHIPPED_ENCODER == SHIPPED_ENCODER
    assert (SHIPPED_ENCODER / "modules.json").is_file()


def test_a_changed_article_makes_the_index_outdated(settings: Settings) -> None:
    index, _ = built(settings)
    (settings.articles_dir / "bku" / "124.md").write_text("changed")

    assert not index.is_current()
    assert built(settings)[0].is_current()


def test_up_to_date_means_that_nothing_is_run(settings: Settings) -> None:
    built(settings)

    assert built(settings)[1].verbs == []


def test_an_index_that_was_deleted_is_missed(settings: Settings) -> None:
    index, _ = built(settings)
    shutil.rmtree(index.folder)

    assert not index.is_current()


def test_a_copied_var_folder_is_as_good_as_a_built_one(settings: Settings, tmp_path: Path) -> None:
    built(settings)
    moved = settings.model_copy(update={"var_dir": shutil.copytree(settings.var_dir, tmp_path / "elsewhere")})

    assert ArticleIndex(moved).is_current()


def test_another_encoder_needs_another_index(settings: Settings) -> None:
    built(settings)
    other = settings.model_copy(update={"encoder": "/models/e5"})

    assert not ArticleIndex(other).is_current()
    assert built(other)[1].option("--encoder") == "/models/e5"


def test_an_encoder_trained_here_goes_before_the_one_that_ships(settings: Settings) -> None:
    index, library = ArticleIndex(settings), Library()

    index.train(library)

    assert library.verbs == ["train", "index"]
    assert library.option("--encoder") == str(index.own_encoder)
    assert index.is_current()


def test_an_encoder_that_is_exchanged_needs_another_index(settings: Settings) -> None:
    index = ArticleIndex(settings)
    index.train(Library())
    (index.own_encoder / "modules.json").write_text("trained again")

    assert not index.is_current()


def test_the_library_takes_each_option_that_it_is_told(settings: Settings) -> None:
    """An option that is renamed there would otherwise be found out by the first person who starts the product."""
    from typer.main import get_command

    from embeddings.cli import commands

    group = get_command(commands).commands  # type: ignore[attr-defined]
    known = {
        name: {parameter.name for parameter in group[name].params} for name in ("index", "rank", "evaluate", "replay")
    }
    training = {parameter.name for parameter in group["train"].commands["encoder"].params}
    index, library = ArticleIndex(settings), Library()
    index.train(library)
    told = [{part[2:] for part in command if part.startswith("--")} for command in library.commands]

    assert told[0] <= training
    assert told[1] <= known["index"]
    assert set(index.places()) <= known["replay"]
    assert set(index.places()) - {"articles", "verdicts"} <= known["rank"]
    assert set(index.places()) - {"verdicts"} <= known["evaluate"]


class Refusing(Library):
    """The library, when a new index would be worse than the one that serves."""

    def run(self, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Finished:
        super().run(command, log, environment)
        return Finished(0 if "--force" in command else REFUSED, "")


def test_the_exit_code_of_a_refusal_is_the_librarys() -> None:
    from embeddings import options

    assert options.REFUSED == REFUSED


def test_a_worse_index_fails_who_indexes_and_not_who_serves(settings: Settings) -> None:
    index = ArticleIndex(settings)
    with pytest.raises(WorkFailed):
        index.build(Refusing())
    index.build_or_keep(Refusing())
    assert not index.is_current()
    index.build(Refusing(), force="uji coba")
    assert index.is_current()


def test_another_failure_is_no_refusal(settings: Settings) -> None:
    class Broken(Library):
        def run(self, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Finished:
            super().run(command, log, environment)
            return Finished(1, "")

    with pytest.raises(WorkFailed):
        ArticleIndex(settings).build_or_keep(Broken())


def test_a_verdict_makes_the_index_outdated(settings: Settings) -> None:
    index, library = built(settings)
    assert library.option("--verdicts") == str(index.verdicts)
    index.verdicts.write_text("{}\n")
    assert not index.is_current()
