"""The encoder and the article index: whether they must be built. The building itself is the library's (embeddings/).

It runs as a process of its own, so that the supervisor, which lives as long as the product does, never holds torch
or NumPy.
"""

import sys
from pathlib import Path
from typing import Final

from bootstrap.exclusive import exclusive
from bootstrap.running import Runner
from bot.settings import ROOT, Settings
from bot.supervision.staleness import Stamp, content_hash
from bot.supervision.steps import run_logged
from bot.supervision.surroundings import quiet

# Code decides what stands in an index as much as articles do.
CODE: Final = ROOT / "embeddings"
# What each command of the library can be told; see embeddings/cli.py.
PLACES: Final = {
    "train": ("articles", "lexicon"),
    "index": ("articles", "lexicon", "encoder"),
    "rank": ("lexicon", "encoder", "index"),
    "evaluate": ("articles", "lexicon", "encoder", "index"),
}


class ArticleIndex:
    """The index in `var/index`, and the encoder that it was made with."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._var = settings.var_dir.absolute()
        self.folder = settings.index_dir.absolute()
        self.log = self._var / "logs" / "index.log"
        self.own_encoder = self._var / "encoder"
        self._stamp = Stamp(self.folder / "sources.sha256")

    def places(self, command: str) -> dict[str, str]:
        """Return where this product keeps what a command of the library needs."""
        places = {
            "articles": str(self._settings.articles_dir.absolute()),
            "lexicon": str(self._settings.lexicon_dir.absolute()),
            "encoder": self._settings.encoder or str(self.own_encoder),
            "index": str(self.folder),
        }
        return {name: places[name] for name in PLACES[command]}

    def has_encoder(self) -> bool:
        """Whether there is nothing to train: our own is there, or another one was named."""
        return bool(self._settings.encoder) or (self.own_encoder / "modules.json").is_file()

    def forget_encoder(self) -> None:
        """Have it trained anew: by itself that happens only when there is none, for it takes minutes."""
        (self.own_encoder / "modules.json").unlink(missing_ok=True)

    def sources(self) -> str:
        """Return the hash of what an index would be made of now."""
        folders = (self._settings.articles_dir, self._settings.lexicon_dir)
        data = content_hash(self._settings.data_dir, folders, (self._settings.encoder,))
        return content_hash(ROOT, (CODE,), (data,))

    def is_current(self) -> bool:
        """Whether the index is there and was made of just these sources."""
        return self.has_encoder() and self._stamp.says(self.sources())

    def build(self, runner: Runner) -> None:
        """Train the encoder if there is none, then build the index, unless another process just did."""
        self._var.mkdir(parents=True, exist_ok=True)
        with exclusive(self._var / "index.lock", lambda: None):
            if self.is_current():
                return
            sources = self.sources()
            self._stamp.remove()
            if not self.has_encoder():
                self._run(runner, "Training the encoder", "train", "encoder", *self._options("train", self.own_encoder))
            self._run(runner, "Building the article index", "index", *self._options("index", self.folder))
            self._stamp.write(sources)

    def _options(self, command: str, target: Path) -> list[str]:
        pairs = [(f"--{name}", place) for name, place in self.places(command).items()]
        return [part for pair in (*pairs, ("--target", str(target))) for part in pair]

    def _run(self, runner: Runner, what: str, *arguments: str) -> None:
        command = (sys.executable, "-P", "-m", "embeddings.cli", *arguments)
        run_logged(runner, what, command, self.log, quiet() | {"PYTHONPATH": str(ROOT)})
