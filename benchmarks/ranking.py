"""How fast a question is ranked, end to end: `python benchmarks/ranking.py [--articles 20000] [--table FILE]`.

Measured are the catalogue and a made-up collection of any size. Beside the ranker, over the same texts and in the same
run: a bare encoder + FAISS pipeline with the same vectors, and bm25s and tantivy where they are installed
(`benchmarks/requirements.txt`). Each system runs alone in a process of its own on one pinned core with one thread, so
that its memory is its own; times are of one question after another, on the clock and of the processor alone (what else
the machine does shows in the first much more than in the second).

No question is asked twice. What the ranker keeps of the words that it has met (roots, readings) it keeps here as it
does in service, and it meets them in the questions before; "misspelt" are other questions with every third longer word
spoilt, most of which it meets for the first time.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import importlib.util
import json
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from embeddings import GENERAL_ENCODER, SHIPPED_ENCODER, Document, Ranker, load_articles, load_lexicon
from embeddings.analysis import Analyzer
from embeddings.documents import SECTION, Field, documents_of
from embeddings.encoder import open_encoder
from embeddings.fusion import load_fusion
from embeddings.index import Index, make_index
from embeddings.noise import noisy
from embeddings.reranking import FILE as RERANKER
from embeddings.reranking import Learned, Reranker
from embeddings.storage import FUSION, open_index, save_index

ROOT = Path(__file__).resolve().parent.parent
SEED = 20_261_121
WARM = 50  # other questions before the first that is timed
MISSPELT = 0.33  # of the longer words
PARAGRAPHS, WORDS = 5, 50  # of a made-up article; each paragraph of at least so many words is one passage
HEAD = ("collection", "articles", "texts", "system", "p50 ms", "p99 ms", "p50 cpu ms", "p99 cpu ms", "memory MB")

Rank = Callable[[str], object]


def main() -> None:
    """Print one JSON object a line, and at the end a table for people."""
    options = parser().parse_args()
    if options.system:
        tell(**measured(options.system, options.folder, options.questions))
        return
    rows = list(all_measured(options))
    lines = "\n".join(table(rows))
    if options.table:
        options.table.write_text(lines + "\n", encoding="utf-8")
    print(lines)


def parser() -> argparse.ArgumentParser:
    """The command line; a process that measures one system is told so by the last two options."""
    found = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument("--questions", type=int, default=500, help="how many are ranked")
    found.add_argument("--articles", type=int, default=0, help="also measure a made-up collection of so many")
    found.add_argument("--table", type=Path, help="write the table into this file")
    found.add_argument("--system", choices=SYSTEMS, help=argparse.SUPPRESS)
    found.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return found


def all_measured(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Every system's figures on every collection."""
    documents = documents_of(load_articles(ROOT / "data" / "articles"))
    collections: list[tuple[str, Sequence[Document], Path]] = [("catalogue", documents, SHIPPED_ENCODER)]
    if options.articles:
        collections.append(("made up", made_up(documents, options.articles), GENERAL_ENCODER))
    for name, material, encoder in collections:
        with tempfile.TemporaryDirectory() as folder:
            build(material, encoder, Path(folder))
            for system in SYSTEMS:
                if system in OURS or importlib.util.find_spec(system):
                    yield {"collection": name} | in_own_process(system, folder, options.questions)


def build(documents: Sequence[Document], encoder: Path, folder: Path) -> None:
    """Make an index and save it; tells how long that took."""
    began = time.perf_counter()
    words = ROOT / "data" / "lexicon"
    lexicon, fusion = load_lexicon(words), load_fusion(encoder / FUSION)
    index = make_index(
        documents, outside=lexicon.outside, encoder=open_encoder(encoder), lexicon=lexicon, fusion=fusion
    )
    save_index(index, folder, encoder)
    tell(built=len(documents), seconds=round(time.perf_counter() - began, 2))


def in_own_process(system: str, folder: str, questions: int) -> dict[str, Any]:
    """One system's figures, from a process that does nothing else."""
    command = [sys.executable, __file__, "--system", system, "--folder", folder, "--questions", str(questions)]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    print(done.stdout, end="", flush=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measured(system: str, folder: Path, size: int) -> dict[str, Any]:
    """Time one system on one pinned core; memory is what the process holds when it has opened its index."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    faiss.omp_set_num_threads(1)
    index = open_index(folder)
    shape = {"articles": len(index.documents), "texts": len(index.units.texts)}
    rank = SYSTEMS[system](index)
    del index  # a system keeps what it needs
    asked = questions(WARM + size)
    times = timed(rank, list(misspelt(asked)) if system.endswith("misspelt") else asked)
    return {"system": system, **shape, **times, "memory_mb": resident()}


def questions(size: int) -> list[str]:
    """Real questions of the catalogue, in a fixed random order."""
    found = [q for d in documents_of(load_articles(ROOT / "data" / "articles")) for q in d.questions]
    random.Random(SEED).shuffle(found)  # noqa: S311 - no secret
    return found[:size]


def misspelt(asked: Sequence[str]) -> Iterator[str]:
    """The questions as thumbs type them."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    return (" ".join(noisy(question.split(), chance, rate=MISSPELT)) for question in asked)


def timed(rank: Rank, asked: Sequence[str]) -> dict[str, float]:
    """Median and 99th percentile in milliseconds, after some questions for the code to be warm."""
    times = []
    for question in asked:
        began = time.perf_counter(), time.thread_time()
        rank(question)
        times.append((time.perf_counter() - began[0], time.thread_time() - began[1]))
    figures = np.percentile(np.array(times[WARM:]) * 1e3, [50, 99], axis=0).T.ravel()
    names = ("p50_ms", "p99_ms", "p50_cpu_ms", "p99_cpu_ms")
    return dict(zip(names, np.round(figures, 2).tolist(), strict=True))


def resident() -> int:
    """Megabytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def bare(index: Index) -> Rank:
    """What an embedding tutorial does: encode, search."""
    return lambda question: index.vectors.search(index.encoder.queries([question]), 20)


def second_look_over(index: Index) -> Rank:
    """As another collection is ranked (`--corpus`): the likeliest fifty documents are looked at twice."""
    texts: list[list[str]] = [[] for _ in index.documents]
    units = index.units
    for text, field, row in zip(units.texts, units.fields.tolist(), units.documents.tolist(), strict=True):
        if field == Field.BODY:
            texts[row].append(text)
    documents = [
        Document(id=number, title=title, text="\n\n".join(found))
        for (number, title), found in zip(index.documents, texts, strict=True)
    ]
    read, learned = Analyzer(index.lexicon), Learned.load(GENERAL_ENCODER / RERANKER)
    return Ranker(index, Reranker(learned, documents, read, index.fusion)).rank


def bm25s_over(index: Index) -> Rank:
    """The bm25s package over the same texts."""
    import bm25s

    retriever = bm25s.BM25()
    retriever.index(bm25s.tokenize(list(index.units.texts), stopwords=None, show_progress=False), show_progress=False)
    return lambda question: retriever.retrieve(
        bm25s.tokenize([question], stopwords=None, show_progress=False), k=20, show_progress=False
    )


def tantivy_over(index: Index) -> Rank:
    """The tantivy package over the same texts, in memory, with its default tokeniser; any word may match."""
    import tantivy

    schema = tantivy.SchemaBuilder().add_text_field("text").build()
    store = tantivy.Index(schema)
    writer = store.writer(num_threads=1)
    for text in index.units.texts:
        writer.add_document(tantivy.Document(text=text))
    writer.commit()
    writer.wait_merging_threads()
    store.reload()
    searcher = store.searcher()
    return lambda question: searcher.search(store.parse_query_lenient(question, ["text"])[0], 20)


SYSTEMS: dict[str, Callable[[Index], Rank]] = {
    "ranker": lambda index: Ranker(index).rank,
    "ranker, misspelt": lambda index: Ranker(index).rank,
    "ranker, second look": second_look_over,
    "encoder + FAISS": bare,
    "bm25s": bm25s_over,
    "tantivy": tantivy_over,
}
OURS = ("ranker", "ranker, misspelt", "ranker, second look", "encoder + FAISS")


def made_up(documents: Sequence[Document], size: int) -> list[Document]:
    """Articles of shuffled sentences of the real ones, five passages each: the same words, other texts."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    sentences = [s for d in documents for s in d.text.replace("\n", " ").split(". ") if s]
    return [
        Document(
            id=number,
            title=chance.choice(sentences)[:80],
            text="\n\n".join(paragraph(sentences, chance) for _ in range(PARAGRAPHS)),
            passage_words=SECTION,
        )
        for number in range(size)
    ]


def paragraph(sentences: Sequence[str], chance: random.Random) -> str:
    """Sentences until there are words enough for a passage of its own."""
    words: list[str] = []
    while len(words) < WORDS:
        words += chance.choice(sentences).split()
    return " ".join(words)


def table(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """A Markdown table with its day and its kind of machine."""
    yield f"{datetime.now(UTC):%d %B %Y}, {machine()}, Python {platform.python_version()}; one core, one thread.\n"
    yield f"| {' | '.join(HEAD)} |\n|{' --- |' * len(HEAD)}"
    for row in rows:
        size = (row["collection"], f"{row['articles']:,}", f"{row['texts']:,}", row["system"])
        figures = (row[name] for name in ("p50_ms", "p99_ms", "p50_cpu_ms", "p99_cpu_ms", "memory_mb"))
        yield f"| {' | '.join(map(str, (*size, *figures)))} |"


def machine() -> str:
    """The kind of processor, and how busy the machine was with other work."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    busy = os.getloadavg()[1]
    return f"{model or platform.machine()}, {os.cpu_count()} cores, load average {busy:.1f}"


def tell(**figures: object) -> None:
    """Print one line of JSON."""
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
