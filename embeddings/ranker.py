"""Ranking: a question in, articles with calibrated confidence and a decision out."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Self

import numpy as np

from embeddings.analysis import Analysis
from embeddings.decision import decide
from embeddings.evidence import EvidenceFinder
from embeddings.fusion import Matrix, signs_of
from embeddings.index import Index
from embeddings.ranking import Decision, RankedArticle, Ranking
from embeddings.storage import open_index

MOST: Final = 10


class Ranker:
    """Ranks the documents of one index. Holds nothing that changes: threads may share it."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._read = index.analyzer()
        self._evidence = EvidenceFinder(index)

    @classmethod
    def open(cls, index_dir: Path, *, sources: str | None = None) -> Self:
        """Open the index that `index_dir` serves; with `sources` (see `source_hash`) only one made of exactly these.

        Raises:
            IndexMissing: when there is none.
            IndexMismatch: when other code, another corpus or another encoder made it, or its files are damaged.
        """
        return cls(open_index(index_dir, sources=sources))

    def rank(self, question: str, limit: int = MOST) -> Ranking:
        """Rank any text; never raises for what it says. At most ten articles, however high the limit."""
        analysis = self._read(question)
        understood = analysis.understood or question
        if not analysis.content or not self.index.documents:
            return Ranking(question, understood, Decision.ABSTAIN, ())
        confidences = self.confidences(analysis)
        best = np.argsort(-confidences, kind="stable")[: max(0, min(limit, MOST))]
        documents = (self.index.documents[i] for i in best)
        found = zip(documents, confidences[best].tolist(), strict=True)
        articles = tuple(RankedArticle(number, title, round(p, 4)) for (number, title), p in found)
        return Ranking(question, understood, decide(np.sort(confidences)[::-1]), articles)

    def analyse(self, question: str) -> Analysis:
        """How a question is read."""
        return self._read(question)

    def confidences(self, analysis: Analysis) -> Matrix:
        """(documents,): the probability that each answers; what is missing to one is that none does."""
        evidence = self._evidence(analysis)
        fusion = self.index.fusion
        scores = fusion.scores(evidence)
        signs = signs_of(evidence, scores, self._evidence.unknown(analysis), len(analysis.terms))
        return fusion.shares(scores) * fusion.answerable(signs)
