"""How long one changed article takes to be indexed, and what answering notices of it: `python -m benchmarks.indexing`.

First table: an index of the catalogue is renewed with one article changed, another one each time, beside making it
anew. Articles are in memory; every generation is written and forced to the disk.

Second table: as the product does it, a process of its own indexes, and the process that answers takes each new
generation over in a thread. That one has loaded all that the web process has, and one person after another asks it;
answers that were under way while an article was indexed, opened and taken over are held against those in between.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from threading import Event, Thread
from typing import Final, NamedTuple

from benchmarks.ranking import MISSPELT, machine
from bot import heap
from bot.articles.serving import ServedArticles
from embeddings import SHIPPED_ENCODER, ArticleCollection, build_index, load_articles, named_generation
from embeddings.noise import noisy

ROOT: Final = Path(__file__).resolve().parent.parent
LEXICON: Final = ROOT / "data" / "lexicon"
SEED: Final = 7
ANEW: Final = 3  # times that all is made anew
BETWEEN: Final = 0.5  # seconds of answering between two changes
POLL: Final = 0.005  # seconds
LOOK: Final = timedelta(milliseconds=20)  # how often the answering process looks for a new generation

Span = tuple[float, float]


class Spent(NamedTuple):
    """Seconds on the clock and of the processor."""

    clock: float
    processor: float


def main() -> None:
    """Print both tables."""
    options = parser().parse_args()
    articles = load_articles(ROOT / "data" / "articles")
    with tempfile.TemporaryDirectory() as folder:
        print("\n".join(durations(articles, Path(folder), options.changes)), flush=True)
        print("\n".join(pauses(articles, Path(folder), options.changes)))
    print(f"\n{machine()}")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument("--changes", type=int, default=20, help="how many articles are changed, one after another")
    return found


def durations(articles: ArticleCollection, target: Path, changes: int) -> Iterator[str]:
    """The first table."""
    anew = [spent(lambda: index(articles, target, anew=True)) for _ in range(ANEW)]
    renewed = [spent(lambda n=n: index(changed(articles, n), target)) for n in range(changes)]
    yield "| index | times | clock, median | clock, worst | processor, median | processor, worst |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, each in (("made anew", anew), ("one article changed", renewed)):
        columns = (sorted(column) for column in zip(*each, strict=True))
        cells = (f"{statistics.median(c):.2f} s | {c[-1]:.2f} s" for c in columns)
        yield f"| {name} | {len(each)} | {' | '.join(cells)} |"


def spent(work: Callable[[], object]) -> Spent:
    """What a piece of work takes."""
    began = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - began[0], time.process_time() - began[1])


def index(articles: ArticleCollection, target: Path, *, anew: bool = False) -> None:
    """Index the articles into `target`."""
    build_index(articles, encoder_dir=SHIPPED_ENCODER, lexicon_dir=LEXICON, target=target, anew=anew)


def changed(articles: ArticleCollection, number: int) -> ArticleCollection:
    """The catalogue with a sentence more in one article."""
    ids = list(articles.articles)
    article = articles.articles[ids[number * 7 % len(ids)]]
    longer = f"{article.introduction}\n\nDiperbaiki pada pemeriksaan nomor {number + 1}."
    more = {article.id: article.model_copy(update={"introduction": longer})}
    return replace(articles, articles={**articles.articles, **more}, content_hash=f"{articles.content_hash} {number}")


def pauses(articles: ArticleCollection, target: Path, changes: int) -> Iterator[str]:
    """The second table."""
    import bot.app  # noqa: F401 - what the web process holds is what a collection walks through

    served = ServedArticles(ServedArticles.open(target).now(), target, look_every=LOOK)
    heap.settle()
    asker = Asker(served, questions(articles))
    with multiprocessing.get_context("spawn").Pool(1) as indexer:
        indexer.apply(_index_changed, (changes, target))
        busy = list(_while_answering(asker, served, indexer.apply, target, changes))
    yield "\n| answers | how many | p50 | p99 | worst |\n| --- | --- | --- | --- | --- |"
    inside = [t for began, t in asker.told if any(a <= began + t and began <= b for a, b in busy)]
    outside = [t for began, t in asker.told if not any(a <= began + t and began <= b for a, b in busy)]
    for name, times in (("nothing is indexed", outside), ("an article is indexed and taken over", inside)):
        cuts = statistics.quantiles(times, n=100)
        cells = (f"{t * 1000:.1f} ms" for t in (cuts[49], cuts[98], max(times)))
        yield f"| {name} | {len(times):,} | {' | '.join(cells)} |"
    yield f"\n{changes} generations; {statistics.median(b - a for a, b in busy):.2f} s from change to service (median)"


def _while_answering(
    asker: Asker,
    served: ServedArticles,
    run: Callable[..., object],
    target: Path,
    changes: int,
) -> Iterator[Span]:
    """When each change was begun, and when it served."""
    asker.start()
    for number in range(changes):
        time.sleep(BETWEEN)
        began = time.perf_counter()
        run(_index_changed, (number, target))
        while served.now().generation != named_generation(target):
            time.sleep(POLL)
        yield began, time.perf_counter()
    time.sleep(BETWEEN)
    asker.stop()


def _index_changed(number: int, target: Path) -> None:
    """In the indexing process: articles are read once."""
    index(changed(_catalogue(), number), target)


@cache
def _catalogue() -> ArticleCollection:
    return load_articles(ROOT / "data" / "articles")


class Asker(Thread):
    """Asks one question after another of whatever serves, and tells when each began and how long it took."""

    def __init__(self, served: ServedArticles, asked: Sequence[str]) -> None:
        super().__init__(daemon=True)
        self.told: list[Span] = []
        self._served, self._asked, self._enough = served, asked, Event()

    def run(self) -> None:
        """Until it is stopped."""
        number = 0
        while not self._enough.is_set():
            began = time.perf_counter()
            self._served.now().ranker.rank(self._asked[number % len(self._asked)])
            self.told.append((began, time.perf_counter() - began))
            number += 1

    def stop(self) -> None:
        """Wait for the last answer."""
        self._enough.set()
        self.join()


def questions(articles: ArticleCollection) -> list[str]:
    """Real questions of the catalogue as thumbs type them, in a fixed random order."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    found = [q for a in articles.articles.values() for q in a.questions]
    chance.shuffle(found)
    return [" ".join(noisy(q.split(), chance, rate=MISSPELT)) for q in found]


if __name__ == "__main__":
    sys.exit(main())
