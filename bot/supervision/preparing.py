"""What must stand before the processes start: the Rasa model, the article index, the database's newest version."""

import sys
from functools import partial
from typing import Final

from bootstrap.progress import Progress
from bootstrap.running import Runner
from bot.settings import ROOT, Settings
from bot.supervision.article_index import ArticleIndex
from bot.supervision.rasa_model import RasaModel
from bot.supervision.steps import Step, carry_out, run_logged
from bot.supervision.surroundings import quiet

_INDEXING: Final = "building the article index"


def rasa_step(settings: Settings) -> Step:
    """Train the Rasa model where that is needed."""
    model = RasaModel(settings)
    needed = lambda: not model.is_current()  # noqa: E731
    return Step("rasa", "training the Rasa model", "the Rasa model is trained", needed, model.train)


def index_step(settings: Settings, force: str = "") -> Step:
    """Build the article index where that is needed; `force` is the reason to take even one that is worse."""
    index = ArticleIndex(settings)
    work = partial(index.build, force=force)
    return Step("index", _INDEXING, "the article index is built", lambda: not index.is_current(), work, index.log)


def serving_index_step(settings: Settings) -> Step:
    """Build the article index where that is needed; while a new one would be worse, the one before serves."""
    index = ArticleIndex(settings)
    work = index.build_or_keep
    return Step("index", _INDEXING, "the article index is ready", lambda: not index.is_current(), work, index.log)


def encoder_step(settings: Settings) -> Step:
    """Train an encoder on this machine, whenever somebody asks for it: it takes minutes."""
    index = ArticleIndex(settings)
    doing, done = "training the encoder and building the article index", "the encoder is trained"
    return Step("encoder", doing, done, lambda: True, index.train, index.log)


def database_step(settings: Settings) -> Step:
    """Bring the database to its newest version. Always asked: only the database itself knows its version."""
    log = settings.var_dir.absolute() / "logs" / "migrate.log"
    command = (sys.executable, "-P", "-m", "bot.cli", "migrate")

    def migrate(runner: Runner) -> None:
        environment = quiet() | {"PYTHONPATH": str(ROOT)}
        run_logged(runner, "Bringing the database to its newest version", command, log, environment)

    return Step("database", "looking at the database", "the database is up to date", lambda: True, migrate)


def prepare(settings: Settings, progress: Progress) -> None:
    """Do all that is needed, side by side."""
    carry_out((serving_index_step(settings), rasa_step(settings), database_step(settings)), progress)
