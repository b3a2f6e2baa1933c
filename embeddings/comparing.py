"""Two systems on the same questions: which gain, which lose, and whether that is more than chance."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from embeddings.evaluation import LabelledQuestion, Outcome, paired_interval

SIGNIFICANT: Final = 0.05
SHOWN: Final = (1, 3)


class BaselineErrors(Exception):
    """A file of an earlier run's outcomes cannot be used; the message says why."""


@dataclass(frozen=True)
class Paired:
    """How many questions one system alone gets right, the other alone, and the chance of so lopsided a split."""

    gains: int
    losses: int
    p: float

    @property
    def significant_loss(self) -> bool:
        """Whether more is lost than gained, and hardly by chance."""
        return self.losses > self.gains and self.p < SIGNIFICANT


def sign_test(gains: int, losses: int) -> float:
    """McNemar's exact test, two-sided: the binomial chance of a split at least as lopsided (McNemar 1947).

    >>> round(sign_test(1, 9), 4)
    0.0215
    """
    whole = gains + losses
    tail: int = sum(comb(whole, k) for k in range(min(gains, losses) + 1))
    return float(min(1.0, 2 * tail / 2**whole))


def paired(ours: Sequence[bool], theirs: Sequence[bool]) -> Paired:
    """Both systems' verdicts on the same questions in the same order."""
    gains = sum(a and not b for a, b in zip(ours, theirs, strict=True))
    losses = sum(b and not a for a, b in zip(ours, theirs, strict=True))
    return Paired(gains, losses, sign_test(gains, losses))


class Kept(BaseModel):
    """One question of an earlier run: the place of the first right document (0 when not among ten), its confidence."""

    model_config = ConfigDict(frozen=True)

    q: str
    place: int
    confidence: float


class Baseline(BaseModel):
    """An earlier run's outcomes by question id, and what it was a run of."""

    model_config = ConfigDict(frozen=True)

    about: str
    outcomes: dict[str, Kept]

    def place(self, question: LabelledQuestion) -> int | None:
        """Where the right document stood; None for a question that was not asked, or asked in other words."""
        kept = self.outcomes.get(str(question.id))
        return kept.place if kept and kept.q == question.q else None


def place_of(outcome: Outcome) -> int:
    """The place, from 1, of the first right document; 0 when it is not among the ten."""
    gold = outcome.question.gold
    return next((place for place, found in enumerate(outcome.ids, start=1) if found in gold), 0)


def save_baseline(path: Path, outcomes: Sequence[Outcome], about: str) -> None:
    """Write outcomes for later runs to be compared with, one question a line so that changes can be read."""
    kept = {str(o.question.id): Kept(q=o.question.q, place=place_of(o), confidence=o.confidence) for o in outcomes}
    rows = ",\n".join(f"{json.dumps(k)}: {v.model_dump_json()}" for k, v in kept.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{{"about": {json.dumps(about)}, "outcomes": {{\n{rows}\n}}}}\n', encoding="utf-8")


def read_baseline(path: Path) -> Baseline:
    """An earlier run's outcomes.

    Raises:
        BaselineErrors: when there are none in the file.
    """
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise BaselineErrors(f"{path} holds no outcomes of an earlier run: {str(error).splitlines()[0]}") from None


def against(outcomes: Sequence[Outcome], theirs: Mapping[int | str, int]) -> dict[str, Any]:
    """Paired tests at hit@1 and hit@3 on the inside questions that the other system was asked too.

    `theirs` are places by question id, 0 for none. Each figure has both sides' values, the mean difference with its
    bootstrap interval, and McNemar's counts.
    """
    common = [o for o in outcomes if o.question.inside and o.question.id in theirs]
    report: dict[str, Any] = {"questions": len(common)}
    for k in SHOWN if common else ():
        mine = [0 < place_of(o) <= k for o in common]
        other = [0 < theirs[o.question.id] <= k for o in common]
        test = paired(mine, other)
        report[f"hit@{k}"] = {
            "ours": round(sum(mine) / len(mine), 4),
            "theirs": round(sum(other) / len(other), 4),
            "difference": paired_interval(mine, other),
            "gains": test.gains,
            "losses": test.losses,
            "p": test.p,
        }
    return report


def places_in(baseline: Baseline, outcomes: Sequence[Outcome]) -> dict[int | str, int]:
    """The baseline's places of the questions that were asked in the same words."""
    found = ((o.question.id, baseline.place(o.question)) for o in outcomes)
    return {number: place for number, place in found if place is not None}
