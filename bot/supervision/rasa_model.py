"""Rasa's model: what it is made of, whether it is missing or outdated, and its training in Rasa's own world."""

from pathlib import Path
from typing import Final

from bootstrap.exclusive import exclusive
from bootstrap.running import Runner
from bootstrap.worlds import RASA
from bot.settings import ROOT, Settings
from bot.supervision.staleness import Stamp, content_hash
from bot.supervision.steps import run_logged
from bot.supervision.surroundings import RASA_ONLY, quiet

LAUNCHER: Final = ROOT / "bot" / "dialogue" / "rasa_world" / "launcher.py"
# The lock file stands for Rasa's version and for every library that a model is made with.
SOURCES: Final = ("config.yml", "domain.yml", "data/nlu", "data/dialogue", RASA.lock)


class RasaModel:
    """The model in `var/rasa/model`."""

    def __init__(self, settings: Settings, root: Path = ROOT) -> None:
        self.root = root
        self.folder = settings.var_dir.absolute() / "rasa" / "model"
        self.log = settings.var_dir.absolute() / "logs" / "train-rasa.log"
        self._stamp = Stamp(self.folder / "sources.sha256")

    def sources(self) -> str:
        """Return the hash of what a model would be trained on now."""
        return content_hash(self.root, (self.root / source for source in SOURCES))

    def is_current(self) -> bool:
        """Whether the model is there and was trained on just these sources."""
        return self._stamp.says(self.sources()) and any(self.folder.glob("*.tar.gz"))

    def train(self, runner: Runner) -> None:
        """Train it, unless another process just did."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with exclusive(self.folder.parent / "training.lock", lambda: None):
            if self.is_current():
                return
            sources = self.sources()
            self._stamp.remove()
            command = self.command("train", "--out", "--root", str(self.root))
            run_logged(runner, "Training the Rasa model", command, self.log, quiet() | RASA_ONLY)
            self._stamp.write(sources)

    def command(self, verb: str, option: str, *more: str) -> tuple[str, ...]:
        """Return the launcher's command line for our model."""
        return (str(RASA.python(self.root)), str(LAUNCHER), verb, option, str(self.folder), *more)
