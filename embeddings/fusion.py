"""From evidence to probability: a learned score for each article, and whether any article answers at all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

Matrix = NDArray[np.float32]


class Evidence(StrEnum):
    """The columns of an evidence matrix: each a figure of about 0 to 1 for every document.

    The first part is the signal (BM25 over words, BM25 over character n-grams, the encoder's cosine), the second the
    field; "questions" is the mean of the three best questions, "whole" the share of the question's weight in words
    that the document has anywhere.
    """

    WORD_TITLE = "word.title"
    WORD_QUESTION = "word.question"
    WORD_QUESTIONS = "word.questions"
    WORD_BODY = "word.body"
    WORD_ALIAS = "word.alias"
    WORD_WHOLE = "word.whole"
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


class Sign(StrEnum):
    """What a message as a whole shows of being answerable: figures of the best document, and of the message."""

    SCORE = "score"
    MARGIN = "margin"
    SHARE = "share"
    WORD = "word.question"
    WHOLE = "word.whole"
    WORD_TITLE = "word.title"
    GRAM = "gram.question"
    GRAM_TITLE = "gram.title"
    DENSE = "dense.question"
    DENSE_TITLE = "dense.title"
    DENSE_BODY = "dense.body"
    OUTSIDE_WORD = "outside.word"
    OUTSIDE_GRAM = "outside.gram"
    OUTSIDE_DENSE = "outside.dense"
    UNKNOWN = "unknown"
    WORDS = "words"


COLUMNS: Final = tuple(Evidence)
SIGNS: Final = tuple(Sign)
BEST: Final = {sign: COLUMNS.index(Evidence(sign.value)) for sign in SIGNS if sign.value in set(COLUMNS)}
MANY_WORDS: Final = 12
RISK: Final = 0.1  # how often the articles that are enough may lack the right one

# Set by hand for an encoder that nothing was learned for; the shipped one comes with learned figures.
UNTRAINED: Final = {
    Evidence.WORD_TITLE: 3.0, Evidence.WORD_QUESTION: 6.0, Evidence.WORD_QUESTIONS: 3.0, Evidence.WORD_BODY: 1.5,
    Evidence.GRAM_TITLE: 3.0, Evidence.GRAM_QUESTION: 8.0, Evidence.GRAM_QUESTIONS: 3.0, Evidence.GRAM_BODY: 1.5,
    Evidence.DENSE_TITLE: 3.0, Evidence.DENSE_QUESTION: 6.0, Evidence.DENSE_QUESTIONS: 3.0, Evidence.DENSE_BODY: 1.5,
}  # fmt: skip
UNTRAINED_SIGNS: Final = {
    Sign.WORD: 2.0, Sign.WHOLE: 3.0, Sign.GRAM: 3.0, Sign.DENSE: 2.0, Sign.UNKNOWN: -3.0, Sign.OUTSIDE_GRAM: -3.0,
}  # fmt: skip


@dataclass(frozen=True)
class Message:
    """What is known of a message besides the documents: likeness to outside questions, unknown share, length."""

    outside: Mapping[str, float] = field(default_factory=dict)  # by signal: "word", "gram", "dense"
    unknown: float = 0.0
    words: int = 0


@dataclass(frozen=True)
class Fusion:
    """The learned figures, by column and by sign.

    A document's probability is P(some document answers) x softmax(scores): the first factor a logistic regression on
    the signs (Platt 1999), the second a conditional logit over the documents (McFadden 1974). `nudges` are added to the
    weights in the second alone: what officers decided corrects which document is right, not whether there is one.
    `sharpness` times the weights is what the softmax sees: the weights are learned on the articles' own questions, and
    people ask more plainly.
    """

    weights: dict[Evidence, float] = field(default_factory=lambda: dict(UNTRAINED))
    sign_weights: dict[Sign, float] = field(default_factory=lambda: dict(UNTRAINED_SIGNS))
    bias: float = -2.0
    abstain_below: float = 0.5  # of P(some document answers); learned as what 5 % of answerable questions fall below
    masses: dict[float, float] = field(default_factory=lambda: {RISK: 1 - RISK})  # by risk; see `enough`
    nudges: dict[Evidence, float] = field(default_factory=dict)  # see embeddings/adapting.py
    sharpness: float = 1.0  # see embeddings/calibrating.py
    asked_below: float = 0.0  # as `abstain_below`, of questions as people ask them; 0 where that was not learned
    learned_from: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _weights(self) -> Matrix:
        return np.array([self.weights.get(c, 0.0) for c in COLUMNS], np.float32)

    @cached_property
    def _sign_weights(self) -> Matrix:
        return np.array([self.sign_weights.get(s, 0.0) for s in SIGNS], np.float32)

    @cached_property
    def ranking_weights(self) -> Matrix:
        """(columns,): how much each piece of evidence counts for which document is right."""
        nudges = np.array([self.nudges.get(c, 0.0) for c in COLUMNS], np.float32)
        return self._weights * np.float32(self.sharpness) + nudges

    @property
    def bar(self) -> float:
        """The P(some document answers) below which to abstain: the geometric mean of what either sample teaches."""
        return math.sqrt(self.abstain_below * self.asked_below) if self.asked_below else self.abstain_below

    def scores(self, evidence: Matrix) -> Matrix:
        """(documents,) from evidence (documents, columns)."""
        scores: Matrix = evidence @ self._weights
        return scores

    def answerable(self, signs: Matrix) -> float:
        """The probability that any document answers."""
        return sigmoid(float(signs @ self._sign_weights) + self.bias)

    def confidences(self, evidence: Matrix, message: Message) -> Matrix:
        """(documents,): the probability that each answers; what is missing to one is that none does."""
        answerable = self.answerable(signs_of(evidence, self.scores(evidence), message))
        ranked: Matrix = evidence @ self.ranking_weights
        return softmax(ranked) * answerable

    def enough(self, falling: Matrix, risk: float = RISK) -> int:
        """How many of the first documents hold the right one but for `risk`, if any answers; at least one of some.

        `falling` are all documents' probabilities in falling order.

        A conformal set (Romano, Sesia and Candès 2020, without their random part): a document belongs to it when the
        likelier ones before it have no more probability than those before the right one had, in all but a share of
        `risk` of cross-fitted questions, which were not sharpened. `risk` is one of those that `masses` holds.
        """
        before = masses_before(np.power(falling, 1 / self.sharpness))
        return int((before <= self.masses[risk]).sum())


_FUSION: Final = TypeAdapter(Fusion)


def masses_before(shares: Matrix) -> Matrix:
    """For shares in falling order, what those before each hold of the whole."""
    summed: Matrix = (np.cumsum(shares) - shares) / max(float(shares.sum()), 1e-9)
    return summed


def signs_of(evidence: Matrix, scores: Matrix, message: Message) -> Matrix:
    """(len(SIGNS),) for one question; `evidence` has at least one row."""
    best = int(scores.argmax())
    top = np.sort(scores)[-2:]
    figures = {
        Sign.SCORE: float(scores[best]) / 10,
        Sign.MARGIN: float(top[-1] - top[0]) / 10,
        Sign.SHARE: float(softmax(scores)[best]),
        Sign.OUTSIDE_WORD: message.outside.get("word", 0.0),
        Sign.OUTSIDE_GRAM: message.outside.get("gram", 0.0),
        Sign.OUTSIDE_DENSE: message.outside.get("dense", 0.0),
        Sign.UNKNOWN: message.unknown,
        Sign.WORDS: min(message.words, MANY_WORDS) / MANY_WORDS,
    }
    figures |= {sign: float(evidence[best, column]) for sign, column in BEST.items()}
    return np.array([figures[sign] for sign in SIGNS], np.float32)


def softmax(scores: Matrix) -> Matrix:
    """Exponentials that sum to one."""
    powers: Matrix = np.exp(scores - scores.max())
    shares: Matrix = powers / powers.sum()
    return shares


def sigmoid(value: float) -> float:
    """The logistic function, clipped where it is flat."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def load_fusion(path: Path) -> Fusion:
    """Read learned figures; figures set by hand stand in where none were learned."""
    if not path.exists():
        return Fusion()
    return _FUSION.validate_json(path.read_bytes())


def save_fusion(path: Path, fusion: Fusion) -> None:
    """Write learned figures as JSON."""
    path.write_bytes(_FUSION.dump_json(fusion, indent=1) + b"\n")
