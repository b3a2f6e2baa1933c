"""Why an article came up: which evidence counted how much, which of its texts fit best, and which words they share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from embeddings.analysis import Analysis, Analyzer
from embeddings.documents import Field
from embeddings.evidence import EvidenceFinder
from embeddings.fusion import COLUMNS, Matrix
from embeddings.index import Index

MOST_COLUMNS: Final = 5


@dataclass(frozen=True)
class FittingText:
    """The text of one field that fits best, and the roots that it shares with the question, rarest first."""

    field: str
    text: str
    shared: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """One article's case. `evidence` holds what lifted it above the average article, in units of the score."""

    id: int | str
    title: str
    confidence: float
    evidence: tuple[tuple[str, float], ...]
    texts: tuple[FittingText, ...]


def explain(
    index: Index, analysis: Analysis, rows: Sequence[int], confidences: Sequence[float]
) -> tuple[Explanation, ...]:
    """The cases of some articles, in the order and with the confidences that they are shown with."""
    finder = EvidenceFinder(index)
    evidence, _ = finder(analysis)
    units = np.stack([scores for _, scores in finder.unit_scores(analysis)]).sum(axis=0)
    return tuple(_case(index, analysis, row, p, evidence, units) for row, p in zip(rows, confidences, strict=True))


def _case(
    index: Index, analysis: Analysis, row: int, confidence: float, evidence: Matrix, units: Matrix
) -> Explanation:
    number, title = index.documents[row]
    weights = index.fusion.ranking_weights
    lift = (evidence[row] - evidence.mean(axis=0)) * weights
    order = np.argsort(-lift)[:MOST_COLUMNS]
    columns = tuple((COLUMNS[i].value, round(float(lift[i]), 3)) for i in order if lift[i] > 0)
    texts = tuple(_fitting(index, analysis, row, units))
    return Explanation(number, title, round(confidence, 4), columns, texts)


def _fitting(index: Index, analysis: Analysis, row: int, units: Matrix) -> Iterator[FittingText]:
    read = Analyzer(index.lexicon)
    for field in (Field.TITLE, Field.QUESTION, Field.BODY, Field.ALIAS):
        own = np.flatnonzero((index.units.documents == row) & (index.units.fields == field))
        if len(own):
            text = index.units.texts[own[units[own].argmax()]]
            shared = set(analysis.terms) & set(read(text).terms)
            yield FittingText(field.name.lower(), text, tuple(sorted(shared, key=index.words.weight, reverse=True)))
