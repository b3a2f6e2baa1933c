import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bootstrap.running import Finished, Runner
from bot.settings import Settings
from bot.supervision.article_index import PLACES, ArticleIndex


class Library(Runner):
    """Plays `embeddings.cli`: makes the folder that it is told to make."""

    def __init__(self) -> None:
        super().__init__()
        self.verbs: list[str] = []

    def run(self, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> Finished:  # noqa: ARG002
        verb = command[command.index("embeddings.cli") + 1]
        self.verbs.append(verb)
        target = Path(command[command.index("--target") + 1])
        target.mkdir(parents=True, exist_ok=True)
        if verb == "train":
            (target / "modules.json").touch()
        return Finished(0, "")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    article = tmp_path / "data" / "articles" / "bku" / "124.md"
    article.parent.mkdir(parents=True)
    article.write_text("Kendala tidak bisa tutup BKU")
    return Settings(data_dir=tmp_path / "data", var_dir=tmp_path / "var")


def built(settings: Settings) -> tuple[ArticleIndex, Library]:
    index, library = ArticleIndex(settings), Library()
    index.build(library)
    return index, library


def test_a_fresh_clone_trains_the_encoder_and_builds_the_index(settings: Settings) -> None:
    assert not ArticleIndex(settings).is_current()

    index, library = built(settings)

    assert library.verbs == ["train", "index"]
    assert index.is_current()


def test_a_changed_article_builds_the_index_but_trains_nothing(settings: Settings) -> None:
    index, _ = built(settings)
    (settings.articles_dir / "bku" / "124.md").write_text("changed")
    assert not index.is_current()

    assert built(settings)[1].verbs == ["index"]


def test_up_to_date_means_that_nothing_is_run(settings: Settings) -> None:
    built(settings)

    assert built(settings)[1].verbs == []


def test_a_copied_var_folder_is_as_good_as_a_built_one(settings: Settings, tmp_path: Path) -> None:
    built(settings)
    moved = settings.model_copy(update={"var_dir": shutil.copytree(settings.var_dir, tmp_path / "elsewhere")})

    assert ArticleIndex(moved).is_current()


def test_another_encoder_needs_another_index_and_no_training(settings: Settings) -> None:
    built(settings)
    other = settings.model_copy(update={"encoder": "/models/e5"})

    assert not ArticleIndex(other).is_current()
    assert built(other)[1].verbs == ["index"]


def test_a_forgotten_encoder_is_trained_anew(settings: Settings) -> None:
    index, _ = built(settings)

    index.forget_encoder()

    assert built(settings)[1].verbs == ["train", "index"]


def test_the_library_takes_each_place_that_it_is_told() -> None:
    """An option that is renamed there would otherwise be found out by the first person who starts the product."""
    from typer.main import get_command

    from embeddings.cli import commands

    group = get_command(commands).commands  # type: ignore[attr-defined]
    group["train"] = group["train"].commands["encoder"]
    for name, places in PLACES.items():
        known = {parameter.name for parameter in group[name].params}
        assert set(places) <= known, name
