"""From evidence to probability: a learned score for each article, and whether any article answers at all."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

Matrix = NDArray[np.float32]


class Evidence(StrEnum):
    """The columns of an evidence matrix: each a figure of about 0 to 1 for every document."""

    WORD_TITLE = "word.title"
    WORD_QUESTION = "word.question"
    WORD_QUESTIONS = "word.questions"
    WORD_BODY = "word.body"
    WORD_ALIAS = "word.alias"
    GRAM_TITLE = "gram.title"
    GRAM_QUESTION = "gram.question"
    GRAM_QUESTIONS = "gram.questions"
    GRAM_BODY = "gram.body"
    GRAM_ALIAS = "gram.alias"
    DENSE_TITLE = "dense.title"
    DENSE_QUESTION = "dense.question"
    DENSE_QUESTIONS = "dense.questions"
    DENSE_BODY = "dense.body"
    DENSE_ALIAS = "dense.alias"
    DENSE_CONTEXT = "dense.context"


COLUMNS: Final = tuple(Evidence)
# What a message as a whole shows of being in the field, beside the best document's evidence.
SIGNS: Final = ("best", "margin", "word", "gram", "dense", "unknown", "words")

UNTRAINED: Final = {
    Evidence.WORD_TITLE: 3.0, Evidence.WORD_QUESTION: 6.0, Evidence.WORD_QUESTIONS: 3.0, Evidence.WORD_BODY: 1.5,
    Evidence.GRAM_TITLE: 3.0, Evidence.GRAM_QUESTION: 8.0, Evidence.GRAM_QUESTIONS: 3.0, Evidence.GRAM_BODY: 1.5,
    Evidence.DENSE_TITLE: 3.0, Evidence.DENSE_QUESTION: 6.0, Evidence.DENSE_QUESTIONS: 3.0, Evidence.DENSE_BODY: 1.5,
}  # fmt: skip


@dataclass(frozen=True)
class Fusion:
    """The learned figures. `weights` follow `COLUMNS`; `sign_weights` follow `SIGNS`.

    A document's probability is P(some article answers) x softmax(temperature x score), the first factor a logistic
    regression on the signs (Platt 1999), the second a conditional logit over the articles.
    """

    weights: tuple[float, ...] = tuple(UNTRAINED.get(c, 0.0) for c in COLUMNS)
    temperature: float = 1.0
    sign_weights: tuple[float, ...] = (0.25, 0.0, 1.0, 2.0, 2.0, -2.0, 0.0)
    sign_bias: float = -3.0
    learned_from: dict[str, str] = field(default_factory=dict)

    def scores(self, evidence: Matrix) -> Matrix:
        """(documents,) from evidence (documents, columns)."""
        scores: Matrix = evidence @ np.array(self.weights, np.float32)
        return scores

    def answerable(self, signs: Matrix) -> float:
        """The probability that any document answers."""
        return sigmoid(float(signs @ np.array(self.sign_weights, np.float32)) + self.sign_bias)

    def shares(self, scores: Matrix) -> Matrix:
        """(documents,): how the probability is shared among the documents; sums to one."""
        return softmax(scores * self.temperature)


def signs_of(evidence: Matrix, scores: Matrix, unknown: float, words: int) -> Matrix:
    """(len(SIGNS),): `unknown` is the idf-weighted share of a question's words that no document has."""
    top = np.sort(scores)[-2:]
    best = evidence[int(scores.argmax())] if len(scores) else np.zeros(len(COLUMNS), np.float32)
    columns = [max(best[i] for i, c in enumerate(COLUMNS) if c.startswith(kind)) for kind in ("word", "gram", "dense")]
    high = float(top[-1]) if len(top) else 0.0
    margin = high - float(top[0]) if len(top) > 1 else high
    return np.array([high, margin, *columns, unknown, min(words, 12) / 12], np.float32)


def softmax(scores: Matrix) -> Matrix:
    """Exponentials that sum to one."""
    powers: Matrix = np.exp(scores - scores.max()) if len(scores) else scores
    shares: Matrix = powers / powers.sum()
    return shares


def sigmoid(value: float) -> float:
    """The logistic function, clipped where it is flat."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def load_fusion(path: Path) -> Fusion:
    """Read learned figures; figures set by hand stand in where none were learned."""
    if not path.exists():
        return Fusion()
    return TypeAdapter(Fusion).validate_json(path.read_bytes())


def save_fusion(path: Path, fusion: Fusion) -> None:
    """Write learned figures as JSON."""
    path.write_bytes(TypeAdapter(Fusion).dump_json(fusion, indent=1) + b"\n")
