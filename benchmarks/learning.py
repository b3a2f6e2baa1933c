"""What officers' verdicts are worth: `python -m benchmarks.learning [--seeds 10] [--verdicts 200] [--json FILE]`.

Lift: for each seed, 200 questions of `data/evaluation` are taken as verdicts and all others are measured, with the
index as it ships and with the one that learned from the verdicts. No question is ever both. Seeds share questions, so
the interval is a bootstrap over questions, each with its mean over the seeds in which it was measured.

Poison: the same number of verdicts with wrong articles must be refused by the replay check, and right ones must not.
What is measured here tunes nothing: the prior of `embeddings/adapting.py` is chosen within the verdicts.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from embeddings import SHIPPED_ENCODER, ArticleCollection, Ranker, Verdict, build_index, load_articles
from embeddings.building import candidate, compared
from embeddings.comparing import paired
from embeddings.evaluation import LabelledQuestion, auroc, calibration_error, read_questions
from embeddings.ranking import Decision, Ranking

ROOT: Final = Path(__file__).resolve().parent.parent
LEXICON: Final = ROOT / "data" / "lexicon"
SEED: Final = 20_261_121
RESAMPLES: Final = 10_000
POISONED_SEEDS: Final = 3
NOW: Final = datetime(2026, 11, 21, tzinfo=UTC)

Questions = Sequence[LabelledQuestion]
Wrong = Callable[[LabelledQuestion, Ranker, random.Random], int]


def main() -> None:
    """Print one JSON object a line for each seed, and at the end what they say together."""
    options = parser().parse_args()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "index"
        collection = load_articles(ROOT / "data" / "articles")
        build_index(collection, encoder_dir=SHIPPED_ENCODER, lexicon_dir=LEXICON, target=target)
        rows = list(Experiment(collection, target, options.verdicts).all(options.seeds))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument("--seeds", type=int, default=10, help="how many splits are tried")
    found.add_argument("--verdicts", type=int, default=200, help="how many questions are decided")
    found.add_argument("--json", type=Path, help="write all figures into this file")
    return found


class Experiment:
    """The catalogue's index at `target`, before and after verdicts."""

    def __init__(self, collection: ArticleCollection, target: Path, size: int) -> None:
        self._collection, self._target, self._size = collection, target, size
        evaluation = ROOT / "data" / "evaluation"
        self._inside = [q for q in read_questions(evaluation / "in_field.jsonl") if q.inside]
        self._outside = list(read_questions(evaluation / "out_of_field.jsonl"))
        self._shipped = Ranker.open(target)
        self._before = {q.id: right(self._shipped.rank(q.q), q) for q in self._inside}

    def all(self, seeds: int) -> Iterator[dict[str, Any]]:
        """Every seed's figures, the lift over all, and the poisoned batches."""
        differences: dict[int | str, list[float]] = defaultdict(list)
        for seed in range(seeds):
            yield told(self._lift(seed, differences))
        yield told({"lift over all seeds": interval([float(np.mean(d)) for d in differences.values()])})
        for name, wrong in POISONS.items():
            for seed in range(POISONED_SEEDS):
                yield told(self._judged(name, seed, wrong))

    def _lift(self, seed: int, differences: dict[int | str, list[float]]) -> dict[str, Any]:
        chosen, rest = self._split(seed)
        taught = Ranker(self._candidate([verdict(q, int(q.gold[0])) for q in chosen]).index)
        after = [right(taught.rank(q.q), q) for q in rest]
        before = [self._before[q.id] for q in rest]
        for question, now, then in zip(rest, after, before, strict=True):
            differences[question.id].append(float(now) - float(then))
        test = paired(after, before)
        return {
            "seed": seed, "measured": len(rest), "before": share(before), "after": share(after),
            "gains": test.gains, "losses": test.losses, "p": round(test.p, 5),
            "others before": self._others(self._shipped, rest), "others after": self._others(taught, rest),
        }  # fmt: skip

    def _others(self, ranker: Ranker, questions: Questions) -> dict[str, float]:
        """What must not get worse meanwhile: hit@3, declining, calibration."""
        inside, outside = ([ranker.rank(q.q) for q in asked] for asked in (questions, self._outside))
        first = [max((a.confidence for a in r.articles), default=0.0) for r in (*inside, *outside)]
        hits = [right(r, q) for r, q in zip(inside, questions, strict=True)]
        return {
            "hit@3": share([right(r, q, 3) for r, q in zip(inside, questions, strict=True)]),
            "auroc": auroc(
                *(np.array([sum(a.confidence for a in r.articles) for r in some]) for some in (inside, outside))
            ),
            "inside declined": share([r.decision is Decision.ABSTAIN for r in inside]),
            "outside declined": share([r.decision is Decision.ABSTAIN for r in outside]),
            "ece": calibration_error(first, [*hits, *[False] * len(outside)]),
        }

    def _judged(self, name: str, seed: int, wrong: Wrong) -> dict[str, Any]:
        chance = random.Random(SEED + seed)  # noqa: S311 - no secret
        decided = [verdict(q, wrong(q, self._shipped, chance)) for q in self._split(seed)[0]]
        replay = compared(self._target, self._candidate(decided), decided)
        if replay is None:
            raise SystemExit("the index that serves cannot be read")
        test = replay.test
        return {
            "batch": name, "seed": seed, "past questions": replay.questions, "gains": test.gains,
            "losses": test.losses, "p": float(f"{test.p:.2g}"),
            "verdicts right after": replay.fresh.after, "refused": replay.worse,
        }  # fmt: skip

    def _split(self, seed: int) -> tuple[Questions, Questions]:
        chance = random.Random(SEED + seed)  # noqa: S311 - no secret
        order = chance.sample(self._inside, len(self._inside))
        return order[: self._size], order[self._size :]

    def _candidate(self, verdicts: Sequence[Verdict]) -> Any:  # noqa: ANN401 - the library's Side
        return candidate(
            self._collection, encoder_dir=SHIPPED_ENCODER, lexicon_dir=LEXICON, verdicts=verdicts, target=self._target
        )


def _right_article(question: LabelledQuestion, _ranker: Ranker, _chance: random.Random) -> int:
    return int(question.gold[0])


def _any_article(question: LabelledQuestion, ranker: Ranker, chance: random.Random) -> int:
    return chance.choice([int(number) for number, _ in ranker.index.documents if number not in question.gold])


def _always_the_same(question: LabelledQuestion, ranker: Ranker, _chance: random.Random) -> int:
    return next(int(number) for number, _ in ranker.index.documents if number not in question.gold)


def _nearest_wrong(question: LabelledQuestion, ranker: Ranker, _chance: random.Random) -> int:
    return next(int(a.id) for a in ranker.rank(question.q).articles if a.id not in question.gold)


POISONS: Final[dict[str, Wrong]] = {
    "right articles": _right_article,
    "articles at random": _any_article,
    "always the same article": _always_the_same,
    "the nearest wrong article": _nearest_wrong,
}


def verdict(question: LabelledQuestion, article: int) -> Verdict:
    """An officer's decision about a question."""
    return Verdict(question=question.q, article=article, at=NOW, source="benchmark")


def right(ranking: Ranking, question: LabelledQuestion, among: int = 1) -> bool:
    """Whether a right article is among the first."""
    return bool({a.id for a in ranking.articles[:among]} & set(question.gold))


def share(found: Sequence[bool]) -> float:
    """The share of what is true."""
    return round(sum(found) / len(found), 4)


def interval(values: Sequence[float]) -> dict[str, float]:
    """The mean with its 95 % bootstrap interval."""
    rows = np.array(values)
    drawn = np.random.default_rng(SEED).integers(0, len(rows), (RESAMPLES, len(rows)))
    low, high = np.quantile(rows[drawn].mean(axis=1), [0.025, 0.975])
    return {"questions": len(rows), "mean": round(float(rows.mean()), 4), "low": round(float(low), 4),
            "high": round(float(high), 4)}  # fmt: skip


def told(row: dict[str, Any]) -> dict[str, Any]:
    """Print a row as soon as it is known."""
    print(json.dumps(row), flush=True)
    return row


if __name__ == "__main__":
    main()
