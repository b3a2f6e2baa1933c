"""The articles and the ranker that answer now, and their exchange for newer ones while answering goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Final

import structlog

from bot import heap
from embeddings import IndexMismatch, IndexMissing, Served, named_generation, open_served

log = structlog.get_logger(__name__)

_LOOK_EVERY: Final = timedelta(seconds=1)
_WARMING: Final = 3  # questions


class ServedArticles:
    """Serves one generation of the index, and takes over a new one by itself.

    Whoever asks for what serves also looks, at most once a second, whether `./arkas index` has named another
    generation. That one is opened in a thread of its own; collection and ranker change in one step when it is whole.
    A generation that cannot be opened is logged once, and the last good one stays.
    """

    def __init__(
        self,
        served: Served,
        index_dir: Path,
        *,
        look_every: timedelta = _LOOK_EVERY,
        monotonic: Callable[[], float] = monotonic,
    ) -> None:
        self._served = served
        self._index_dir = index_dir
        self._pause = look_every.total_seconds()
        self._monotonic = monotonic
        self._looked = monotonic()
        self._refused = ""
        self._opening = Lock()
        self._thread: Thread | None = None

    @classmethod
    def open(cls, index_dir: Path) -> ServedArticles:
        """Serve what `index_dir` names. Raises IndexMissing or IndexMismatch when `./arkas index` has to run first."""
        return cls(open_served(index_dir), index_dir)

    def now(self) -> Served:
        """What serves; whoever needs both collection and ranker takes them from one answer. Never waits."""
        if self._monotonic() - self._looked >= self._pause:
            self._looked = self._monotonic()
            if self._is_new(self._named()):
                opening = Thread(target=self.refresh, name="new-index", daemon=True)
                opening.start()
                self._thread = opening  # only now: whoever settles joins it, and may do so from another thread
        return self._served

    def refresh(self) -> Served:
        """Take a new generation over now, unless another thread is about it; returns what serves then."""
        if self._opening.acquire(blocking=False):
            try:
                self._take_over()
            finally:
                self._opening.release()
        return self._served

    def settle(self) -> Served:
        """Wait for the opening that is under way, if any; for tests and scripts."""
        if self._thread is not None:
            self._thread.join()
        return self._served

    def _take_over(self) -> None:
        name = self._named()
        if not self._is_new(name):
            return
        try:
            newer = open_served(self._index_dir)
            _warm(newer)
            self._served = newer
        except (IndexMissing, IndexMismatch) as error:
            self._refused = name
            log.error("new_index_refused", generation=name, serving=self._served.generation, reason=str(error))
        else:
            log.info("new_index_serves", generation=self._served.generation)
            heap.settle_newer()

    def _named(self) -> str:
        try:
            return named_generation(self._index_dir)
        except IndexMissing:
            return ""

    def _is_new(self, name: str) -> bool:
        return name not in ("", self._served.generation, self._refused)


def _warm(served: Served) -> None:
    """Ask something before anybody else does: the first question builds what all others find ready (40 ms)."""
    for article in islice(served.collection.articles.values(), _WARMING):
        served.ranker.rank(article.title)
