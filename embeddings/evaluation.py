"""How good rankings are, against labelled questions: with intervals, by style, and beside plain BM25."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from embeddings.bm25 import BM25
from embeddings.documents import Document
from embeddings.ranking import Decision, Ranking
from embeddings.text import fold_phrase

SEED: Final = 20_261_121
RESAMPLES: Final = 2_000
BINS: Final = 10
DEPTH: Final = 10
FALSE_ABSTENTION: Final = 0.05

Ids = Sequence[int | str]
Figures = dict[str, float]


class LabelledQuestion(BaseModel):
    """One line of a questions file: `gold` ids best first; empty, or `scope` other than "in", when none answers."""

    model_config = ConfigDict(frozen=True)

    id: int | str
    q: str
    gold: tuple[int | str, ...] = ()
    scope: str = "in"
    style: str | None = None

    @property
    def inside(self) -> bool:
        """Whether some document answers."""
        return self.scope == "in" and bool(self.gold)


class QuestionErrors(Exception):
    """A questions file cannot be read; each problem names its line."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Outcome:
    """What one question was answered with: ids best first, and the confidence in the first (0 when there is none)."""

    question: LabelledQuestion
    ids: tuple[int | str, ...]
    confidence: float
    decision: Decision | None = None
    answerable: float | None = None  # the probability that any document answers, where the system tells it apart

    @property
    def in_field(self) -> float:
        """What tells an inside question from an outside one: by what to abstain is decided, where known."""
        return self.confidence if self.answerable is None else self.answerable

    @property
    def figures(self) -> Figures:
        """hit@1, hit@3, hit@5, MRR@10 and nDCG@10 of this question."""
        return figures_of(self.ids, self.question.gold)

    @property
    def right(self) -> bool:
        """Whether the first document answers."""
        return self.question.inside and bool(set(self.ids[:1]) & set(self.question.gold))


def read_questions(path: Path) -> tuple[LabelledQuestion, ...]:
    """Questions of a JSON lines file.

    Raises:
        QuestionErrors: naming each line that is no labelled question.
    """
    found, problems = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found += [LabelledQuestion.model_validate(json.loads(line))] if line.strip() else []
        except (json.JSONDecodeError, ValidationError) as error:
            problems.append(f"{path}:{number}: {str(error).splitlines()[0]}")
    if problems or not found:
        raise QuestionErrors(problems or [f"{path}:1: holds no question"])
    return tuple(found)


def figures_of(ids: Ids, gold: Ids) -> Figures:
    """The figures of one ranking; nDCG with gain one for each right document (Järvelin and Kekäläinen 2002)."""
    ranks = [rank for rank, found in enumerate(ids[:DEPTH], start=1) if found in gold]
    first = ranks[0] if ranks else DEPTH + 1
    ideal = sum(1 / np.log2(rank + 1) for rank in range(1, min(len(gold), DEPTH) + 1))
    gained = sum(1 / np.log2(rank + 1) for rank in ranks)
    hits = {f"hit@{k}": float(first <= k) for k in (1, 3, 5)}
    return {**hits, "mrr@10": 1 / first if ranks else 0.0, "ndcg@10": float(gained / ideal) if ideal else 0.0}


@dataclass(frozen=True)
class Run:
    """One run over labelled questions: this ranker's outcomes, and plain BM25's of the same questions."""

    outcomes: tuple[Outcome, ...]
    bm25: tuple[Outcome, ...]


def run_over(
    questions: Sequence[LabelledQuestion], rank: Callable[[str], Ranking], documents: Sequence[Document]
) -> Run:
    """Rank every question with both."""
    plain = PlainBM25(documents)
    return Run(tuple(outcome_of(q, rank(q.q)) for q in questions), tuple(map(plain.outcome, questions)))


def evaluate(
    questions: Sequence[LabelledQuestion], rank: Callable[[str], Ranking], documents: Sequence[Document]
) -> dict[str, Any]:
    """The whole report of a run over these questions."""
    return report_of(run_over(questions, rank, documents))


def report_of(run: Run, categories: Mapping[int | str, str] | None = None) -> dict[str, Any]:
    """This ranker's figures, plain BM25's, their paired difference; by style, and by the right document's category."""
    outcomes = run.outcomes
    return {
        "questions": len(outcomes),
        "inside": sum(o.question.inside for o in outcomes),
        "ranker": summary(outcomes),
        "bm25": summary(run.bm25),
        "difference": difference(outcomes, run.bm25),
        "styles": by_group(outcomes, lambda q: q.style),
        "categories": by_group(outcomes, lambda q: (categories or {}).get(q.gold[0]) if q.gold else None),
        "decisions": decisions(outcomes),
        "confusions": confusions(outcomes),
        "reliability": reliability([o.confidence for o in outcomes], [o.right for o in outcomes]),
        "risk_coverage": risk_coverage(outcomes),
    }


def outcome_of(question: LabelledQuestion, ranking: Ranking) -> Outcome:
    """One ranking held against its label."""
    confidence = ranking.articles[0].confidence if ranking.articles else 0.0
    return Outcome(question, tuple(a.id for a in ranking.articles), confidence, ranking.decision, ranking.answerable)


class PlainBM25:
    """The baseline: BM25 over the folded words of each document's whole text; no lexicon, repair or stems."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._ids = [d.id for d in documents]
        texts = (" ".join((d.title, d.text, *d.questions, *d.aliases)) for d in documents)
        self._index = BM25.build([fold_phrase(t) for t in texts], b=0.75)

    def outcome(self, question: LabelledQuestion) -> Outcome:
        """One question's ranking; its confidence is the best score, which tells nothing but more and less."""
        scores = self._index.scores(fold_phrase(question.q))
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        ids = tuple(self._ids[i] for i in best if scores[i] > 0)
        return Outcome(question, ids, float(scores.max(initial=0)))


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Figures over the questions that are answered somewhere, each with its 95 % interval; and how well it knows."""
    inside = [o for o in outcomes if o.question.inside]
    report: dict[str, Any] = {name: interval(values) for name, values in _columns(inside).items()}
    if inside and len(inside) < len(outcomes):
        report |= told_apart(outcomes, lambda o: o.in_field)
        if any(o.answerable is not None for o in outcomes):
            report |= {f"{name}_first": v for name, v in told_apart(outcomes, lambda o: o.confidence).items()}
    if any(o.decision for o in outcomes):
        report["ece"] = calibration_error([o.confidence for o in outcomes], [o.right for o in outcomes])
    return report


def told_apart(outcomes: Sequence[Outcome], sure: Callable[[Outcome], float]) -> dict[str, float]:
    """How well a figure tells inside questions from outside ones."""
    within, without = (np.array([sure(o) for o in outcomes if o.question.inside == side]) for side in (True, False))
    return {"auroc": auroc(within, without), "abstained": abstained(within, without)}


def by_group(
    outcomes: Sequence[Outcome], group_of: Callable[[LabelledQuestion], str | None]
) -> dict[str, dict[str, Any]]:
    """The figures of each group of inside questions; a question without a group counts in none."""
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.question.inside and (group := group_of(outcome.question)):
            found.setdefault(group, []).append(outcome)
    columns = {group: _columns(found[group]) for group in sorted(found)}
    return {g: {"questions": len(found[g]), **{k: interval(v) for k, v in c.items()}} for g, c in columns.items()}


def decisions(outcomes: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """How often each decision was taken, inside the field and outside."""
    where = {"inside": True, "outside": False}
    return {
        name: {d.value: sum(o.decision is d for o in outcomes if o.question.inside == inside) for d in Decision}
        for name, inside in where.items()
    }


def difference(ours: Sequence[Outcome], theirs: Sequence[Outcome]) -> dict[str, dict[str, float]]:
    """Mean difference of each figure, question by question, with its bootstrap interval."""
    a, b = (_columns([o for o in side if o.question.inside]) for side in (ours, theirs))
    return {name: interval(a[name] - b[name]) for name in a}


def _columns(outcomes: Iterable[Outcome]) -> Mapping[str, NDArray[np.float64]]:
    rows = [o.figures for o in outcomes]
    return {name: np.array([row[name] for row in rows]) for name in (rows[0] if rows else ())}


def interval(values: NDArray[np.float64]) -> dict[str, float]:
    """Mean with the 2.5 and 97.5 percentiles of bootstrap means (Efron 1979), from a fixed seed."""
    chance = np.random.default_rng(SEED)
    means = values[chance.integers(0, len(values), (RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return {"value": round(float(values.mean()), 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def paired_interval(ours: Sequence[bool], theirs: Sequence[bool]) -> dict[str, float]:
    """Mean difference of two systems on the same questions, with its paired bootstrap interval."""
    return interval(np.asarray(ours, np.float64) - np.asarray(theirs, np.float64))


def auroc(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> float:
    """The chance that an inside question scores above an outside one, ties counted half (Mann and Whitney 1947)."""
    if not len(inside) or not len(outside):
        return float("nan")
    below = np.searchsorted(np.sort(outside), inside, "left")
    equal = np.searchsorted(np.sort(outside), inside, "right") - below
    return round(float((below + equal / 2).mean() / len(outside)), 4)


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error over ten bins of equally many questions (Naeini et al. 2015, Nguyen et al. 2015)."""
    bins = reliability(confidences, right)
    whole = sum(b["questions"] for b in bins)
    return round(sum(b["questions"] * abs(b["stated"] - b["true"]) for b in bins) / whole, 4)


def reliability(confidences: Sequence[float], right: Sequence[bool]) -> list[dict[str, float]]:
    """Stated confidence in the first document against how often it was right, in bins of equally many questions."""
    order = np.argsort(confidences, kind="stable")
    stated, true = np.asarray(confidences, np.float64)[order], np.asarray(right, np.float64)[order]
    bins = [b for b in np.array_split(np.arange(len(order)), BINS) if len(b)]
    return [{"questions": len(b), "stated": float(stated[b].mean()), "true": float(true[b].mean())} for b in bins]


def risk_coverage(outcomes: Sequence[Outcome]) -> list[dict[str, float]]:
    """The share of wrong first documents when only the surest tenth, two tenths ... are answered."""
    order = sorted(outcomes, key=lambda o: -o.confidence)
    tenths = [order[: max(1, round(len(order) * t / BINS))] for t in range(1, BINS + 1)]
    return [{"coverage": len(t) / len(order), "risk": sum(not o.right for o in t) / len(t)} for t in tenths]


def confusions(outcomes: Sequence[Outcome], most: int = 10) -> list[dict[str, Any]]:
    """The pairs of documents that were most often taken for each other: the right one, and what came first."""
    wrong = Counter((o.question.gold[0], o.ids[0]) for o in outcomes if o.question.inside and o.ids and not o.right)
    return [{"gold": gold, "first": first, "questions": n} for (gold, first), n in wrong.most_common(most)]


def abstained(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> float:
    """The share of outside questions below the bar that 5 % of the inside ones fall below."""
    return round(float((outside < np.quantile(inside, FALSE_ABSTENTION)).mean()), 4)
