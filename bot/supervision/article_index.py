"""The article index and its encoder: whether they must be built. The building itself is the library's (embeddings/).

It runs as a process of its own, so that the supervisor, which lives as long as the product does, never holds torch
or NumPy.
"""

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bootstrap.exclusive import exclusive
from bootstrap.running import Runner
from bot.settings import ROOT, Settings
from bot.supervision.failures import WorkFailed
from bot.supervision.staleness import Stamp, content_hash
from bot.supervision.steps import run_logged
from bot.supervision.surroundings import quiet

# Code decides what stands in an index as much as articles do; the encoder that ships lies in it too.
CODE: Final = ROOT / "embeddings"
SHIPPED_ENCODER: Final = CODE / "weights" / "articles"
REFUSED: Final = 3  # the library's exit code for an index that would be worse than the one that serves


class ArticleIndex:
    """The index in `var/index`, and the encoder that it was made with."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._var = settings.var_dir.absolute()
        self.folder = settings.index_dir.absolute()
        self.log = self._var / "logs" / "index.log"
        self.own_encoder = self._var / "encoder"
        self.verdicts = self._var / "verdicts.jsonl"
        self._stamp = Stamp(self.folder / "sources.sha256")

    @property
    def encoder(self) -> str:
        """The one that the operator named, else the one that was trained here, else the one that ships."""
        trained = (self.own_encoder / "modules.json").is_file()
        return self._settings.encoder or str(self.own_encoder if trained else SHIPPED_ENCODER)

    def places(self) -> dict[str, str]:
        """Return where this product keeps what `rank` and `evaluate` need. A corpus has an encoder of its own."""
        named = {"encoder": self._settings.encoder} if self._settings.encoder else {}
        return self._sources() | {"index": str(self.folder)} | named

    def _sources(self) -> dict[str, str]:
        articles, lexicon = self._settings.articles_dir, self._settings.lexicon_dir
        places = {"articles": articles, "lexicon": lexicon, "verdicts": self.verdicts}
        return {name: str(path.absolute()) for name, path in places.items()}

    def sources(self) -> str:
        """Return the hash of what an index would be made of now."""
        folders = (self._settings.articles_dir, self._settings.lexicon_dir)
        data = content_hash(self._settings.data_dir, folders, (self._settings.encoder,))
        trained = content_hash(self._var, (self.own_encoder, self.verdicts))
        return content_hash(ROOT, (CODE,), (data, trained))

    def is_current(self) -> bool:
        """Whether the index is there and was made of just these sources."""
        return self._stamp.says(self.sources())

    def build(self, runner: Runner, force: str = "", more: Mapping[str, str] = MappingProxyType({})) -> None:
        """Build the index, unless another process just did. `more` are options of the library's `index`.

        Raises WorkFailed, also when the new one would be significantly worse and `force` gives no reason to take it.
        """
        self._var.mkdir(parents=True, exist_ok=True)
        with exclusive(self._var / "index.lock", lambda: None):
            if not self.is_current():
                self._build(runner, force, more)

    def build_or_keep(self, runner: Runner) -> None:
        """Build the index; one that would be worse leaves the one that is there to serve, and says so in the log."""
        try:
            self.build(runner)
        except WorkFailed as failure:
            if failure.code != REFUSED:
                raise

    def train(self, runner: Runner) -> None:
        """Train an encoder of this machine's own, which then goes before the one that ships, and index with it."""
        self._var.mkdir(parents=True, exist_ok=True)
        with exclusive(self._var / "index.lock", lambda: None):
            target = {"target": str(self.own_encoder)}
            self._run(runner, "Training the encoder", ("train", "encoder"), self._sources() | target)
            self._build(runner)

    def _build(self, runner: Runner, force: str = "", more: Mapping[str, str] = MappingProxyType({})) -> None:
        sources = self.sources()
        self._stamp.remove()
        options = self._sources() | {"encoder": self.encoder, "target": str(self.folder)}
        options |= {**({"force": force} if force else {}), **more}
        self._run(runner, "Building the article index", ("index",), options)
        self._stamp.write(sources)

    def _run(self, runner: Runner, what: str, verb: tuple[str, ...], options: dict[str, str]) -> None:
        told = [part for name, value in options.items() for part in (f"--{name}", value)]
        command = (sys.executable, "-P", "-m", "embeddings.cli", *verb, *told)
        run_logged(runner, what, command, self.log, quiet() | {"PYTHONPATH": str(ROOT)})
