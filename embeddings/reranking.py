"""A second look at the likeliest documents of a collection: learned on questions and passages, calibrated.

`Fusion` scores all documents by their best unit. This scores few of them by what stands where in the whole of each
(`signals.py`): a small network whose output is a document's score, and a softmax over the scores.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.analysis import Analysis, Analyzer
from embeddings.documents import Document
from embeddings.encoder import EmbeddingTable
from embeddings.fusion import COLUMNS, RISK, Fusion, Matrix, sigmoid, softmax
from embeddings.signals import SIGNALS, SignalFinder, Weighed
from embeddings.translation import Translations
from embeddings.wordstream import WordStream
from embeddings.wordvectors import WordVectors

FILE: Final = "reranker.npz"
LOOKED_AT: Final = 50  # documents; of 565 passages the right one was among them in 97.5 % of cases
MANY_WORDS: Final = 12

FIRST: Final = ("word", "gram", "whole")  # what the first look found, by its best field
INPUTS: Final = (*FIRST, *SIGNALS)
SHOWN_BY: Final = ("word", "root", "soft", "root.known", "missing", "sentence.root", "sentence.soft", "asked.sentence")
SIGNS: Final = ("share", "margin", "unknown", "words", *SHOWN_BY)  # of some document answering

_FIELDS: Final = ("title", "question", "body")
_OF_SIGNAL: Final = {
    signal: [at for at, c in enumerate(COLUMNS) if c.value in {f"{signal}.{name}" for name in _FIELDS}]
    for signal in ("word", "gram", "dense")
}
_WHOLE: Final = COLUMNS.index(next(c for c in COLUMNS if c.value == "word.whole"))
_SHOWN: Final = [INPUTS.index(name) for name in SHOWN_BY]


@dataclass(frozen=True)
class Network:
    """One hidden layer beside a straight line, over each input and over how far it is below the best document's.

    Shapes, with two inputs for each of `INPUTS`: `middle`, `spread` and `straight` (inputs,), `inward` (inputs,
    hidden), `bias` and `outward` (hidden,).
    """

    middle: Matrix
    spread: Matrix
    straight: Matrix
    inward: Matrix
    bias: Matrix
    outward: Matrix

    def scores(self, inputs: Matrix) -> Matrix:
        """(documents,) from (documents, INPUTS) of one question."""
        standard: Matrix = (with_distances(inputs) - self.middle) / self.spread
        hidden = np.maximum(standard @ self.inward + self.bias, 0)
        scores: Matrix = standard @ self.straight + hidden @ self.outward
        return scores


@dataclass(frozen=True)
class Calibration:
    """What turns scores into probabilities: learned on questions that the network had not seen.

    `sharpness` multiplies the scores, `dense` is what a cosine of the encoder adds to them. The logistic regression of
    `sign_weights` and `bias` says whether any document answers. `abstain_below` and `masses` are `Fusion`'s.
    """

    sharpness: float = 1.0
    dense: float = 0.0
    sign_weights: dict[str, float] = field(default_factory=dict)
    bias: float = 0.0
    abstain_below: float = 0.5
    masses: dict[float, float] = field(default_factory=lambda: {RISK: 1 - RISK})

    def answerable(self, signs: Matrix) -> float:
        """The probability that any document answers."""
        weights = np.array([self.sign_weights.get(s, 0.0) for s in SIGNS], np.float32)
        return sigmoid(float(signs @ weights) + self.bias)


@dataclass(frozen=True)
class Learned:
    """All that is learned, of no collection in particular."""

    network: Network
    vectors: WordVectors
    translations: Translations
    calibration: Calibration

    def save(self, path: Path) -> None:
        """Write one file; the same figures give the same bytes."""
        words = {"words": list(self.vectors.rows), "asked": list(self.translations.asked)}
        told = words | {"said": list(self.translations.said), "calibration": asdict(self.calibration)}
        cells = np.flatnonzero(self.translations.table > LEAST_CHANCE)
        arrays: dict[str, NDArray[Any]] = {
            **{f"network.{name}": value for name, value in vars(self.network).items()},
            "vectors.rows": self.vectors.table.rows,
            "vectors.scales": self.vectors.table.scales,
            "translations.cells": cells.astype(np.int32),
            "translations.chances": self.translations.table.ravel()[cells].astype(np.float16),
            "translations.usual": self.translations.usual,
            "told": np.frombuffer(json.dumps(told, ensure_ascii=False).encode(), np.uint8),
        }
        np.savez_compressed(path, **arrays)  # type: ignore[arg-type] # none of the names is its own option's

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote."""
        with np.load(path) as found:
            arrays = {name: found[name] for name in found.files}
        told = json.loads(arrays["told"].tobytes())
        asked, said = ({w: row for row, w in enumerate(told[name])} for name in ("asked", "said"))
        table = np.zeros(len(asked) * len(said), np.float32)
        table[arrays["translations.cells"]] = arrays["translations.chances"]
        calibration = told["calibration"]
        calibration["masses"] = {float(risk): mass for risk, mass in calibration["masses"].items()}
        network = {n.removeprefix("network."): a for n, a in arrays.items() if n.startswith("network.")}
        words = {w: row for row, w in enumerate(told["words"])}
        return cls(
            Network(**network),
            WordVectors(words, EmbeddingTable(arrays["vectors.rows"], arrays["vectors.scales"])),
            Translations(asked, said, table.reshape(len(asked), len(said)), arrays["translations.usual"]),
            Calibration(**calibration),
        )


LEAST_CHANCE: Final = 1e-3  # of a translation that is kept


class Reranked(NamedTuple):
    """Documents' rows, the likeliest first, and their probabilities (falling); what is missing to one: none answers."""

    rows: NDArray[np.int64]
    falling: Matrix


class Reranker:
    """Looks again at the likeliest documents of one collection."""

    def __init__(self, learned: Learned, documents: Sequence[Document], read: Analyzer, fusion: Fusion) -> None:
        self._learned = learned
        self._named = _weights_of_names(fusion)
        self.signals = SignalFinder(WordStream.of(documents, read), read, learned.vectors, learned.translations)

    def decided_by(self, fusion: Fusion) -> Fusion:
        """A fusion with this one's bars: from where on to abstain, and how many are enough."""
        calibration = self._learned.calibration
        return replace(fusion, abstain_below=calibration.abstain_below, asked_below=0.0, masses=calibration.masses)

    def __call__(self, analysis: Analysis, rows: NDArray[np.int64], evidence: Matrix, scores: Matrix) -> Reranked:
        """Rerank documents by their rows, evidence and scores at first sight; those after the first fifty are left."""
        calibration = self._learned.calibration
        chosen = np.argsort(-scores, kind="stable")[:LOOKED_AT]
        asked = self.signals.weigh(analysis)
        inputs = inputs_of(self.signals, asked, rows[chosen], evidence[chosen])
        found = self._learned.network.scores(inputs) + calibration.dense * dense_of(evidence[chosen])
        found += evidence[chosen] @ self._named
        shares = softmax(found * np.float32(calibration.sharpness))
        falling = shares * np.float32(calibration.answerable(signs_of(inputs, shares, asked)))
        order = np.argsort(-falling, kind="stable")
        return Reranked(rows[chosen][order], falling[order])


def inputs_of(find: SignalFinder, asked: Weighed, rows: NDArray[np.int64], evidence: Matrix) -> Matrix:
    """(documents, INPUTS): what the first look found, and what the second does."""
    first = [evidence[:, _OF_SIGNAL[s]].max(axis=1) for s in ("word", "gram")]
    return np.concatenate([np.stack([*first, evidence[:, _WHOLE]], axis=1), find(asked, rows)], axis=1)


def _weights_of_names(fusion: Fusion) -> Matrix:
    """(columns,): what titles and questions count at first sight; passages have none, so no more could be learned."""
    named = [c.value.endswith((".title", ".question", ".questions", ".alias")) for c in COLUMNS]
    weights: Matrix = np.where(named, fusion.ranking_weights, 0).astype(np.float32)
    return weights


def dense_of(evidence: Matrix) -> Matrix:
    """(documents,): the best cosine of their fields."""
    found: Matrix = evidence[:, _OF_SIGNAL["dense"]].max(axis=1)
    return found


def with_distances(inputs: Matrix) -> Matrix:
    """(..., documents, 2 x INPUTS): beside each input how far it is below the largest of the question's documents."""
    return np.concatenate([inputs, inputs - inputs.max(axis=-2, keepdims=True)], axis=-1)


def signs_of(inputs: Matrix, shares: Matrix, asked: Weighed) -> Matrix:
    """(SIGNS,): what the likeliest document has, and how far it is before the second."""
    best = int(shares.argmax())
    second = float(np.delete(shares, best).max(initial=0))
    margin = min(float(np.log(max(float(shares[best]), 1e-9) / max(second, 1e-9))), 5.0) / 5
    few = min(len(asked.words), MANY_WORDS) / MANY_WORDS
    return np.array([shares[best], margin, asked.unknown_share, few, *inputs[best, _SHOWN]], np.float32)
