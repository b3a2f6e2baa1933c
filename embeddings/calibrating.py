"""How sure to be: the sharpness of the softmax, and the bar to answer at all, by questions as people ask them.

The fusion's weights are learned on the articles' own questions, each from an encoder and an index without it. These are
harder than what people ask, so confidences come out too low. The questions of `data/calibration` were written from
titles, and are easier than what some people ask. Neither sample is the truth; sharpness is the geometric mean of what
fits the one (1, by definition) and what fits the other best, and so is the bar of `Fusion.bar`. Numpy only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from embeddings.evaluation import FALSE_ABSTENTION, LabelledQuestion
from embeddings.evidence import EvidenceFinder
from embeddings.fusion import Fusion, Matrix, signs_of
from embeddings.index import Index

SHARPEST: Final = 3.0
STEP: Final = 0.01  # in the logarithm of sharpness
FEWEST: Final = 50  # questions; from fewer nothing is learned


def calibrated(index: Index, asked: Sequence[LabelledQuestion]) -> Fusion:
    """The index's fusion with what these questions teach; those of unknown articles are passed over."""
    rows = {number: row for row, (number, _) in enumerate(index.documents)}
    plain = replace(index.fusion, sharpness=1.0, asked_below=0.0)
    inside = [(x.q, rows[x.gold[0]]) for x in asked if x.inside and x.gold[0] in rows]
    if len(inside) < FEWEST:
        return plain
    read, find = index.analyzer(), EvidenceFinder(index)
    found = [find(read(question)) for question, _ in inside]
    scores = np.stack([evidence @ plain.ranking_weights for evidence, _ in found])
    sharpness = math.sqrt(best_sharpness(scores, [row for _, row in inside]))
    sure = [plain.answerable(signs_of(evidence, plain.scores(evidence), message)) for evidence, message in found]
    below = float(np.quantile(sure, FALSE_ABSTENTION))
    return replace(plain, sharpness=round(sharpness, 4), asked_below=round(below, 4))


def best_sharpness(scores: Matrix, right: Sequence[int]) -> float:
    """Of 1 to `SHARPEST` what makes the right documents likeliest; `scores` are (questions, documents)."""
    steps = np.exp(np.arange(0, math.log(SHARPEST) + STEP, STEP))
    return float(max(steps, key=lambda sharpness: _log_likelihood(scores * sharpness, right)))


def _log_likelihood(scores: Matrix, right: Sequence[int]) -> float:
    raised = scores - scores.max(axis=1, keepdims=True)
    shares = raised - np.log(np.exp(raised).sum(axis=1, keepdims=True))
    return float(shares[np.arange(len(right)), list(right)].sum())
