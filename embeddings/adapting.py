"""What officers decided, taught to the fusion: how much each piece of evidence counts, moved towards real questions.

The shipped weights were learned on questions that were written for the articles; people ask otherwise. Some hundred
verdicts say too little to learn weights from, but enough to correct them: the likelihood of the right articles, with a
Gaussian prior around the weights that are there. How narrow the prior is, held-out verdicts decide, and when none of
these helps, nothing is changed. Numpy only: an index is built without torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.fusion import COLUMNS, Fusion, Matrix

Floats = NDArray[np.float64]

FEWEST: Final = 30  # verdicts; from fewer nothing is learned beyond their own questions
MOST: Final = 2_000  # the newest are enough for seventeen weights
CANDIDATES: Final = 50  # the likeliest articles of a question stand for all
PRIORS: Final = (0.3, 1.0, 3.0, 10.0, 30.0)  # precisions of the prior, in verdicts
STEPS: Final = 50


@dataclass(frozen=True)
class Lesson:
    """A decided question's evidence, (candidates, columns) with the right document first, from an index without it."""

    evidence: Matrix
    fold: int


def lesson_of(evidence: Matrix, right: int, fusion: Fusion, fold: int) -> Lesson:
    """A lesson of a whole evidence matrix, of which the likeliest documents are kept."""
    likeliest = np.argsort(-fusion.scores(evidence), kind="stable")
    others = likeliest[likeliest != right][: CANDIDATES - 1]
    return Lesson(evidence[np.concatenate([[right], others])], fold)


def adapted(fusion: Fusion, lessons: Sequence[Lesson]) -> Fusion:
    """The fusion with weights for ranking that are corrected by lessons; unchanged when they teach nothing."""
    plain = replace(fusion, nudges={})
    if len(lessons) < FEWEST:
        return plain
    evidence = np.stack([x.evidence for x in lessons]).astype(np.float64)
    folds = np.array([x.fold for x in lessons])
    start = np.array([plain.weights.get(c, 0.0) for c in COLUMNS])
    likely = {prior: _held_out(evidence, folds, start, prior) for prior in PRIORS}
    best = max(PRIORS, key=lambda prior: likely[prior])
    if likely[best] <= _log_likelihood(evidence, start):
        return plain
    nudges = _fitted(evidence, start, best) - start
    return replace(plain, nudges=dict(zip(COLUMNS, nudges.round(6).tolist(), strict=True)))


def _held_out(evidence: Floats, folds: NDArray[np.int64], start: Floats, prior: float) -> float:
    """The log-likelihood of all lessons, each under weights that were learned from the other folds."""
    total = 0.0
    for fold in np.unique(folds):
        held = folds == fold
        if not held.all():
            total += _log_likelihood(evidence[held], _fitted(evidence[~held], start, prior))
    return total


def _fitted(evidence: Floats, start: Floats, prior: float) -> Floats:
    """The weights of the greatest posterior: Newton's method, with halved steps where a whole one goes too far."""
    weights = start.copy()
    best = _posterior(evidence, weights, start, prior)
    for _ in range(STEPS):
        step = _newton_step(evidence, weights, start, prior)
        while (now := _posterior(evidence, weights + step, start, prior)) < best and np.abs(step).max() > 1e-6:
            step /= 2
        if now - best < 1e-6:
            break
        weights, best = weights + step, now
    return weights


def _newton_step(evidence: Floats, weights: Floats, start: Floats, prior: float) -> Floats:
    shares = np.exp(_log_shares(evidence, weights))
    mean = np.einsum("nd,ndk->nk", shares, evidence)
    slope = (evidence[:, 0] - mean).sum(axis=0) - prior * (weights - start)
    weighted = (evidence * shares[..., None]).reshape(-1, len(weights))
    curve = weighted.T @ evidence.reshape(-1, len(weights)) - mean.T @ mean + prior * np.eye(len(weights))
    step: Floats = np.linalg.solve(curve, slope)
    return step


def _posterior(evidence: Floats, weights: Floats, start: Floats, prior: float) -> float:
    return _log_likelihood(evidence, weights) - prior / 2 * float(np.square(weights - start).sum())


def _log_likelihood(evidence: Floats, weights: Floats) -> float:
    return float(_log_shares(evidence, weights)[:, 0].sum())


def _log_shares(evidence: Floats, weights: Floats) -> Floats:
    scores = evidence @ weights
    scores = scores - scores.max(axis=1, keepdims=True)
    shares: Floats = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return shares
