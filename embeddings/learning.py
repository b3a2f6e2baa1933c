"""Learning the fusion: which evidence tells the right article, and which signs tell that there is none."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from embeddings.crossfit import Example
from embeddings.evaluation import DEPTH, FALSE_ABSTENTION, abstained, auroc, calibration_error
from embeddings.fusion import COLUMNS, RISK, SIGNS, Evidence, Fusion, Matrix, signs_of, softmax

OUTSIDE_SHARE: Final = 0.2  # of the messages that a help desk gets; the share that the probabilities are true for
WEIGHT_DECAY: Final = 1e-3
STEPS: Final = 100
RISKS: Final = (0.05, RISK, 0.2)


@dataclass(frozen=True)
class _Fit:
    weights: Matrix
    bias: float


def learn_fusion(examples: Sequence[Example]) -> Fusion:
    """Fit both factors of the probability to cross-fitted examples.

    The weights maximise the likelihood of the right document among all (a conditional logit), the signs that of there
    being a right one (a logistic regression), each with an L2 penalty.
    """
    weights = _fit_weights([x for x in examples if x.gold >= 0])
    fusion = Fusion(weights=dict(zip(COLUMNS, weights.tolist(), strict=True)))
    signs = np.stack([signs_of(x.evidence, fusion.scores(x.evidence), x.message) for x in examples])
    fit = _fit_answerable(signs, np.array([x.gold >= 0 for x in examples]))
    fusion = Fusion(fusion.weights, dict(zip(SIGNS, fit.weights.tolist(), strict=True)), fit.bias)
    answerable = [fusion.answerable(s) for s, x in zip(signs, examples, strict=True) if x.gold >= 0]
    masses = learn_masses(fusion, examples)
    return replace(fusion, abstain_below=float(np.quantile(answerable, FALSE_ABSTENTION)), masses=masses)


def learn_masses(fusion: Fusion, examples: Sequence[Example]) -> dict[float, float]:
    """By risk, the probability that stands before the right document in all but that share of answerable questions.

    The quantile is that of split conformal prediction, with its correction for few examples (Vovk et al. 2005).
    """
    return masses_of([before_right(softmax(fusion.scores(x.evidence)), x.gold) for x in examples if x.gold >= 0])


def masses_of(befores: Sequence[float]) -> dict[float, float]:
    """By risk, the quantile of what stood before the right documents."""
    found = np.sort(befores)
    places = {risk: math.ceil((len(found) + 1) * (1 - risk)) - 1 for risk in RISKS}
    return {risk: round(float(found[min(place, len(found) - 1)]), 6) for risk, place in places.items()}


def before_right(shares: Matrix, right: int) -> float:
    """The probability of the documents that are likelier than the right one."""
    return float(shares[shares > shares[right]].sum())


def learn_plain_fusion(examples: Sequence[Example]) -> Fusion:
    """Fit the weights of passages' evidence alone, for collections that have neither questions nor calibration.

    A title counts half of what a passage does, a question as much: nothing could be learned about them.
    """
    found = dict(zip(COLUMNS, _fit_weights(examples).tolist(), strict=True))
    for signal in ("word", "gram", "dense"):
        body = found[Evidence(f"{signal}.body")]
        found[Evidence(f"{signal}.title")] = body / 2
        found[Evidence(f"{signal}.question")] = body
        found[Evidence(f"{signal}.questions")] = found[Evidence(f"{signal}.alias")] = 0.0
    return Fusion(weights=found | {Evidence.DENSE_CONTEXT: 0.0})


def _fit_weights(examples: Sequence[Example]) -> Matrix:
    evidence = torch.from_numpy(np.stack([x.evidence for x in examples]))
    gold = torch.tensor([x.gold for x in examples])
    weights = torch.ones(len(COLUMNS), requires_grad=True)

    def loss() -> Tensor:
        return nn.functional.cross_entropy(evidence @ weights, gold) + WEIGHT_DECAY * weights.square().sum() / 10

    _minimise(weights, loss_of=loss)
    return np.array(weights.detach().numpy(), np.float32)


def _minimise(figures: Tensor, *, loss_of: Callable[[], Tensor]) -> None:
    optimizer = torch.optim.LBFGS([figures], max_iter=STEPS, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())

    optimizer.step(closure)  # type: ignore[no-untyped-call]


def _fit_answerable(signs: Matrix, answered: NDArray[np.bool_]) -> _Fit:
    spread = np.maximum(signs.std(axis=0), 1e-6)
    middle = signs.mean(axis=0)
    standard = torch.from_numpy(((signs - middle) / spread).astype(np.float32))
    goal = torch.from_numpy(answered.astype(np.float32))
    share = torch.where(goal > 0, (1 - OUTSIDE_SHARE) / goal.sum(), OUTSIDE_SHARE / (1 - goal).sum())
    figures = torch.zeros(len(SIGNS) + 1, requires_grad=True)

    def loss() -> Tensor:
        logits = standard @ figures[1:] + figures[0]
        each = nn.functional.binary_cross_entropy_with_logits(logits, goal, reduction="none")
        return (each * share).sum() + WEIGHT_DECAY * figures[1:].square().sum()

    _minimise(figures, loss_of=loss)
    found = np.array(figures.detach().numpy(), np.float32)
    weights = found[1:] / spread
    return _Fit(weights.astype(np.float32), float(found[0] - weights @ middle))


def cross_validated(examples: Sequence[Example]) -> dict[str, float]:
    """Figures over all examples, each judged by a fusion that was learned from the other folds."""
    judged = [row for fold in sorted({x.fold for x in examples}) for row in _judged(examples, fold)]
    ranks = np.array([rank for rank, _, _ in judged if rank])
    inside = np.array([p for rank, p, _ in judged if rank])
    outside = np.array([p for rank, p, _ in judged if not rank])
    return {
        "questions": len(ranks),
        **{f"hit@{k}": round(float((ranks <= k).mean()), 4) for k in (1, 3, 5)},
        "mrr@10": round(float(np.where(ranks <= DEPTH, 1 / ranks, 0).mean()), 4),
        "auroc": auroc(inside, outside),
        "abstained at 5% false": abstained(inside, outside),
        "ece": calibration_error([p for _, _, p in judged], [rank == 1 for rank, _, _ in judged]),
    }


def _judged(examples: Sequence[Example], fold: int) -> list[tuple[int, float, float]]:
    """Rank of the right document (0 when there is none), P(answerable) and the first one's confidence."""
    fusion = learn_fusion([x for x in examples if x.fold != fold])
    found = []
    for x in (x for x in examples if x.fold == fold):
        confidences = fusion.confidences(x.evidence, x.message)
        rank = int((confidences > confidences[x.gold]).sum()) + 1 if x.gold >= 0 else 0
        found.append((rank, float(confidences.sum()), float(confidences.max())))
    return found
