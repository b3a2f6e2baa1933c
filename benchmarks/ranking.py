"""How fast a question is ranked, end to end, on one thread: `python benchmarks/ranking.py --help`.

Measured: the catalogue's index, and made-up collections of any size. Beside it, in the same run: a bare encoder + FAISS
pipeline over the same vectors, and bm25s where it is installed. Times are of one question after another.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import importlib.util
import json
import random
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import faiss
import numpy as np

from embeddings import GENERAL_ENCODER, SHIPPED_ENCODER, Document, Ranker, load_articles, load_lexicon
from embeddings.documents import documents_of
from embeddings.encoder import open_encoder
from embeddings.fusion import Fusion
from embeddings.index import Index, make_index

ROOT = Path(__file__).resolve().parent.parent
SEED = 20_261_121


def main() -> None:
    """Print one JSON object a line: a system, its size, p50 and p99 in milliseconds, memory in MB."""
    options = parser().parse_args()
    faiss.omp_set_num_threads(1)
    documents = documents_of(load_articles(ROOT / "data" / "articles"))
    questions = [q for d in documents for q in d.questions]
    random.Random(SEED).shuffle(questions)  # noqa: S311 - no secret
    measure("catalogue", index_of(documents, SHIPPED_ENCODER), questions[: options.questions])
    if options.articles:
        measure(
            "made up", index_of(made_up(documents, options.articles), GENERAL_ENCODER), questions[: options.questions]
        )


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(description=__doc__)
    found.add_argument("--questions", type=int, default=500, help="how many are ranked")
    found.add_argument("--articles", type=int, default=0, help="also measure a made-up collection of so many")
    return found


def index_of(documents: Sequence[Document], encoder: Path) -> Index:
    """An index in memory, and how long it took to make."""
    began = time.perf_counter()
    lexicon = load_lexicon(ROOT / "data" / "lexicon")
    index = make_index(documents, encoder=open_encoder(encoder), lexicon=lexicon, fusion=Fusion())
    tell(system="make_index", articles=len(documents), seconds=round(time.perf_counter() - began, 2))
    return index


def measure(name: str, index: Index, questions: Sequence[str]) -> None:
    """Time every system on the same questions."""
    ranker = Ranker(index)
    time_each(f"{name}: ranker", index, ranker.rank, questions)
    time_each(f"{name}: encoder + FAISS", index, lambda q: bare(index, q), questions)
    if importlib.util.find_spec("bm25s"):
        time_each(f"{name}: bm25s", index, lexical(index), questions)


def bare(index: Index, question: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """What an embedding tutorial does: encode, search."""
    _, found = index.vectors.search(index.encoder.queries([question]), 20)
    return np.asarray(found)


def lexical(index: Index) -> Callable[[str], object]:
    """The bm25s package over the same texts."""
    import bm25s

    retriever = bm25s.BM25()
    retriever.index(bm25s.tokenize(list(index.units.texts), stopwords=None, show_progress=False), show_progress=False)
    return lambda q: retriever.retrieve(
        bm25s.tokenize([q], stopwords=None, show_progress=False), k=20, show_progress=False
    )


def time_each(name: str, index: Index, rank: Callable[[str], object], questions: Sequence[str]) -> None:
    """Rank some questions unmeasured for the code to be warm, then all; words are cached as they are in service."""
    for question in questions[:50]:
        rank(question)
    times = []
    for question in questions:
        began = time.perf_counter()
        rank(question)
        times.append((time.perf_counter() - began) * 1e3)
    p50, p99 = np.percentile(times, [50, 99]).round(2)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    size = {"articles": len(index.documents), "units": len(index.units.texts)}
    tell(system=name, **size, p50_ms=float(p50), p99_ms=float(p99), peak_mb=memory)


def made_up(documents: Sequence[Document], size: int) -> list[Document]:
    """Articles of shuffled sentences of the real ones: the same words, other texts."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    sentences = [s for d in documents for s in d.text.split(". ") if s]
    return [
        Document(
            id=number,
            title=chance.choice(sentences)[:80],
            text="\n\n".join(". ".join(chance.sample(sentences, 6)) for _ in range(4)),
        )
        for number in range(size)
    ]


def tell(**figures: object) -> None:
    """Print one line of JSON."""
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
