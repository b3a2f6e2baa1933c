"""What `evaluate` does between its options and the figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from embeddings.comparing import against, place_of, places_in, read_baseline, save_baseline
from embeddings.documents import Document, documents_of, read_corpus
from embeddings.evaluation import LabelledQuestion, Run, report_of, run_over
from embeddings.index import Index
from embeddings.loading import load_articles
from embeddings.ranking import Ranking

BASELINES: Final = "baselines"  # beside the questions: the last release's outcomes, one file for each questions file


@dataclass(frozen=True)
class Material:
    """What is ranked, and its categories by id where it has any."""

    documents: tuple[Document, ...]
    categories: Mapping[int | str, str]


@dataclass(frozen=True)
class Evaluated:
    """A run with all that is told of it."""

    run: Run
    report: dict[str, Any]


def material_of(corpus: Path | None, articles: Path) -> Material:
    """The documents of a corpus file, or the articles.

    Raises:
        ArticleErrors, CorpusErrors: when they cannot be read.
    """
    if corpus:
        return Material(read_corpus(corpus), {})
    collection = load_articles(articles)
    return Material(documents_of(collection), {a.id: a.category for a in collection.articles.values()})


def baseline_of(questions: Path) -> Path | None:
    """The last release's outcomes on this questions file, if they are kept."""
    path = questions.parent / BASELINES / f"{questions.stem}.json"
    return path if path.is_file() else None


def evaluated_with(
    questions: Sequence[LabelledQuestion], rank: Callable[[str], Ranking], material: Material, baseline: Path | None
) -> Evaluated:
    """Rank all questions, and test the outcomes in pairs with BM25's and those of an earlier run.

    Raises:
        BaselineErrors: when `baseline` holds no outcomes.
    """
    last = read_baseline(baseline) if baseline else None
    run = run_over(questions, rank, material.documents)
    tests = {"bm25": against(run.outcomes, {o.question.id: place_of(o) for o in run.bm25})}
    if last:
        tests["last release"] = {"about": last.about, **against(run.outcomes, places_in(last, run.outcomes))}
    return Evaluated(run, report_of(run, material.categories) | {"paired": tests})


def write_baseline(path: Path, evaluated: Evaluated, index: Index) -> None:
    """Keep this run's outcomes for later ones to be compared with."""
    save_baseline(path, evaluated.run.outcomes, f"encoder {index.meta.encoder[:12]}, index {index.meta.sources[:12]}")


def told(
    folder: Path, evaluated: Evaluated, material: Material, cross_validated: Mapping[str, float], *, about: str
) -> Path:
    """Write the HTML report; returns its path."""
    from embeddings.report import write_report  # matplotlib: only a report waits for it

    titles = {d.id: d.title for d in material.documents}
    return write_report(folder, evaluated.report, titles=titles, cross_validated=cross_validated, about=about)
