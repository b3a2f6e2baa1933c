"""What officers decided, taught to the fusion: how much each piece of evidence counts, moved towards real questions.

The shipped weights were learned on questions that were written for the articles; people ask otherwise. Some hundred
verdicts say too little to learn weights from, but enough to correct them: the likelihood of the right articles, with a
Gaussian prior around the weights that are there. How narrow the prior is, held-out verdicts decide, and when none of
these helps, nothing is changed. Numpy only: an index is built without torch.

Officers review what went wrong. So that weights do not run after failures alone, some of the articles' own questions
(anchors) count too, together a fifth of what the verdicts do: the encoder has seen them, and knows them too well.
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
ANCHORS: Final = 1_000
ANCHORS_SHARE: Final = 0.2
SMALL: Final = 1e-6


@dataclass(frozen=True)
class Lesson:
    """A question's evidence, (candidates, columns) with the right document first, from an index without it.

    An officer `decided` it, or it is an anchor.
    """

    evidence: Matrix
    fold: int
    decided: bool


def candidates_of(evidence: Matrix, right: int, fusion: Fusion) -> Matrix:
    """The rows of a whole evidence matrix that a lesson keeps."""
    likeliest = np.argsort(-fusion.scores(evidence), kind="stable")
    others = likeliest[likeliest != right][: CANDIDATES - 1]
    kept: Matrix = evidence[np.concatenate([[right], others])]
    return kept


@dataclass(frozen=True)
class _Lessons:
    """Lessons as arrays: evidence (lessons, candidates, columns), and how much each counts."""

    evidence: Floats
    folds: NDArray[np.int64]
    decided: NDArray[np.bool_]

    @property
    def weights(self) -> Floats:
        anchored = ANCHORS_SHARE * self.decided.sum() / max(1, (~self.decided).sum())
        return np.where(self.decided, 1.0, anchored)

    def of(self, chosen: NDArray[np.bool_]) -> _Lessons:
        return _Lessons(self.evidence[chosen], self.folds[chosen], self.decided[chosen])


def adapted(fusion: Fusion, lessons: Sequence[Lesson]) -> Fusion:
    """The fusion with weights for ranking that are corrected by lessons; unchanged when they teach nothing."""
    plain = replace(fusion, nudges={})
    if sum(x.decided for x in lessons) < FEWEST:
        return plain
    evidence = np.stack([x.evidence for x in lessons]).astype(np.float64)
    given = _Lessons(evidence, np.array([x.fold for x in lessons]), np.array([x.decided for x in lessons]))
    start = plain.ranking_weights.astype(np.float64)
    likely = {prior: _held_out(given, start, prior) for prior in PRIORS}
    best = max(PRIORS, key=lambda prior: likely[prior])
    if likely[best] <= _log_likelihood(given.of(given.decided), start):
        return plain
    nudges = _fitted(given, start, best) - start
    return replace(plain, nudges=dict(zip(COLUMNS, nudges.round(6).tolist(), strict=True)))


def _held_out(lessons: _Lessons, start: Floats, prior: float) -> float:
    """The log-likelihood of what was decided, each fold's under weights that were learned from the others."""
    total = 0.0
    for fold in np.unique(lessons.folds[lessons.decided]):
        held = lessons.folds == fold
        if lessons.decided[~held].any():
            weights = _fitted(lessons.of(~held), start, prior)
            total += _log_likelihood(lessons.of(held & lessons.decided), weights)
    return total


def _fitted(lessons: _Lessons, start: Floats, prior: float) -> Floats:
    """The weights of the greatest posterior: Newton's method, with halved steps where a whole one goes too far."""
    weights = start.copy()
    best = _posterior(lessons, weights, start, prior)
    for _ in range(STEPS):
        step = _newton_step(lessons, weights, start, prior)
        while (now := _posterior(lessons, weights + step, start, prior)) < best and np.abs(step).max() > SMALL:
            step /= 2
        if now - best < SMALL:
            break
        weights, best = weights + step, now
    return weights


def _newton_step(lessons: _Lessons, weights: Floats, start: Floats, prior: float) -> Floats:
    counts, evidence = lessons.weights, lessons.evidence
    shares = np.exp(_log_shares(evidence, weights))
    mean = np.einsum("nd,ndk->nk", shares, evidence)
    slope = counts @ (evidence[:, 0] - mean) - prior * (weights - start)
    weighted = (evidence * (shares * counts[:, None])[..., None]).reshape(-1, len(weights))
    curve = weighted.T @ evidence.reshape(-1, len(weights)) - (mean * counts[:, None]).T @ mean
    step: Floats = np.linalg.solve(curve + prior * np.eye(len(weights)), slope)
    return step


def _posterior(lessons: _Lessons, weights: Floats, start: Floats, prior: float) -> float:
    return _log_likelihood(lessons, weights) - prior / 2 * float(np.square(weights - start).sum())


def _log_likelihood(lessons: _Lessons, weights: Floats) -> float:
    return float(lessons.weights @ _log_shares(lessons.evidence, weights)[:, 0])


def _log_shares(evidence: Floats, weights: Floats) -> Floats:
    scores = evidence @ weights
    scores = scores - scores.max(axis=1, keepdims=True)
    shares: Floats = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return shares
