"""Ranking: a question in, articles with calibrated confidence and a decision out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.analysis import Analysis
from embeddings.clarifying import Clarifier
from embeddings.decision import ANSWER, SHOWN, SUGGEST, decide
from embeddings.evidence import EvidenceFinder
from embeddings.explanation import Explanation, explain
from embeddings.fusion import Matrix
from embeddings.index import Index
from embeddings.ranking import Decision, RankedArticle, Ranking
from embeddings.reranking import Reranker
from embeddings.shortlist import MANY, Shortlist
from embeddings.splitting import halves, split_questions
from embeddings.storage import open_index
from embeddings.verbatim import AS_WRITTEN, NOBODY, Verbatim, Written

MOST: Final = 10
LEAST_BETWEEN: Final = 2  # articles to choose between: a question about one is none
POSSIBLE: Final = 0.05
ALONE: Final = 0.75  # P(some article answers) from which a follow-up needs no help from what came before


class _Found(NamedTuple):
    """Documents' rows, the likeliest first, and their probabilities (falling); what is missing to one: none answers."""

    rows: NDArray[np.int64]
    falling: Matrix


class Ranker:
    """Ranks the documents of one index. Holds nothing that changes: threads may share it."""

    def __init__(self, index: Index, reranker: Reranker | None = None) -> None:
        self.index = index
        self._reranker = reranker
        self._decides = reranker.decided_by(index.fusion) if reranker else index.fusion
        self._read = index.analyzer()
        self._evidence = EvidenceFinder(index)
        self._shortlist = Shortlist(index) if len(index.units.texts) >= MANY else None
        self._clarify = Clarifier(index)
        self._verbatim = Verbatim.of(index.units)
        self._categories = {number: kind for (number, _), kind in zip(index.documents, index.categories, strict=True)}

    @classmethod
    def open(cls, index_dir: Path, *, sources: str | None = None) -> Self:
        """Open the index that `index_dir` serves; with `sources` (see `source_hash`) only one made of exactly these.

        Raises:
            IndexMissing: when there is none.
            IndexMismatch: when other code, another corpus or another encoder made it, or its files are damaged.
        """
        return cls(open_index(index_dir, sources=sources))

    def rank(self, question: str, limit: int = MOST, *, before: str = "") -> Ranking:
        """Rank any text; never raises for what it says. At most ten articles, however high the limit.

        `before` is what the person asked before: a follow-up that says little by itself ("kalau bulan sebelumnya
        gimana?") is read together with it.
        """
        analysis = self._read(question)
        understood = analysis.understood or question
        if not analysis.content or not self.index.documents:
            return Ranking(question, understood, Decision.ABSTAIN, ())
        found = self._found(analysis)
        if before and found.falling.sum() < ALONE:
            together = self._found(self._read(f"{before} {question}"))
            found = max(found, together, key=lambda f: float(f.falling.sum()))
        return self._ranking(question, understood, found, limit)

    def rank_each(self, message: str, limit: int = MOST) -> tuple[Ranking, ...]:
        """Rank the problems of a message apart: several rankings only when several parts each have an answer.

        Parts are first looked for between sentences; in one sentence at words that may join two problems ("lupa
        password dan dana belum masuk"), where both halves must be about different matters (`_apart`).
        """
        whole = self.rank(message, limit)
        parts = split_questions(message)
        if len(parts) == 1:
            return self._joined(message, whole, limit) or (whole,)
        if whole.decision is Decision.ANSWER:
            return (whole,)
        answered = {r.articles[0].id: r for p in parts if (r := self.rank(p, limit)).decision is Decision.ANSWER}
        return tuple(answered.values()) if len(answered) > 1 else (whole,)

    def _joined(self, message: str, whole: Ranking, limit: int) -> tuple[Ranking, ...]:
        """The two problems of one sentence, cut where the less sure of both is surest; none when it holds one.

        When the whole is answered, both halves must be as sure.
        """
        bar = ANSWER if whole.decision is Decision.ANSWER else SUGGEST
        pairs = [(self.rank(one), self.rank(other)) for one, other in halves(message)]
        apart = [pair for pair in pairs if _apart(*pair, bar) and self._of_two_kinds(*pair)]
        best = max(apart, key=lambda pair: min(r.articles[0].confidence for r in pair), default=())
        return tuple(replace(r, articles=r.articles[: max(0, limit)]) for r in best)

    def _of_two_kinds(self, *rankings: Ranking) -> bool:
        """Whether the first articles are of different categories, or of none."""
        kinds = [self._categories[r.articles[0].id] for r in rankings]
        return len(set(kinds)) > 1 or not any(kinds)

    def _ranking(self, question: str, understood: str, best: _Found, limit: int) -> Ranking:
        order, falling = best
        decision = decide(falling, abstain_below=self._decides.bar)
        found = self._articles(order[:MOST], falling)
        enough = min(self._decides.enough(falling), len(found))
        between = self._clarify(found[: max(enough, LEAST_BETWEEN)]) if decision is Decision.CLARIFY else ()
        answerable = round(min(1.0, float(falling.sum())), 4)
        return Ranking(question, understood, decision, found[: max(0, limit)], enough, between, answerable)

    def _articles(self, order: NDArray[np.int64], falling: Matrix) -> tuple[RankedArticle, ...]:
        documents = (self.index.documents[i] for i in order.tolist())
        found = zip(documents, falling[: len(order)].tolist(), strict=False)
        return tuple(RankedArticle(number, title, round(p, 4)) for (number, title), p in found)

    def explain(self, question: str, limit: int = 3) -> tuple[Explanation, ...]:
        """Why the first articles come up; none for a text without words."""
        analysis = self._read(question)
        if not analysis.content or not self.index.documents:
            return ()
        rows, falling = self._found(analysis)
        shown = rows[:limit].tolist()
        return explain(self.index, analysis, shown, falling[: len(shown)].tolist())

    def analyse(self, question: str) -> Analysis:
        """How a question is read."""
        return self._read(question)

    def unheard(self, question: str) -> int:
        """How many of a question's roots stand in no document."""
        return sum(term not in self.index.wholes.rows for term in set(self._read(question).terms))

    def _found(self, analysis: Analysis) -> _Found:
        """The documents, with what is known of a question that is asked as it was written down."""
        written, found = self._verbatim(analysis.text), self._weighed(analysis)
        return found if written is None else _as_written(found, written)

    def _weighed(self, analysis: Analysis) -> _Found:
        """All documents; of very many only the likeliest, and what the others have together as the last figure."""
        fusion = self.index.fusion
        if self._reranker:
            return self._looked_at_again(analysis, self._reranker)
        if self._shortlist is None:
            confidences = fusion.confidences(*self._evidence(analysis))
            order = np.argsort(-confidences, kind="stable")
            return _Found(order, confidences[order])
        rows, evidence, message, left = self._shortlist(analysis)
        confidences = fusion.confidences(evidence, message)
        order = np.argsort(-confidences, kind="stable")
        others = np.float32(confidences.sum() * left)
        return _Found(rows[order], np.append(confidences[order] * np.float32(1 - left), others))

    def _looked_at_again(self, analysis: Analysis, reranker: Reranker) -> _Found:
        """The likeliest documents in the order of a second look; the others are taken for impossible."""
        if self._shortlist is None:
            evidence, _ = self._evidence(analysis)
            rows = np.arange(len(evidence))
        else:
            rows, evidence, _, _ = self._shortlist(analysis)
        return _Found(*reranker(analysis, rows, evidence, evidence @ self.index.fusion.ranking_weights))


def _as_written(found: _Found, written: Written) -> _Found:
    """The document first that the question was written for, or none of all likely where nobody answers it; the others
    share what that leaves, as they did, and are raised where few words leave it open which is meant: that some document
    answers is sure."""
    rest = np.ones(len(found.falling), bool)
    rest[: len(found.rows)] = found.rows != written.document
    sure = max(float(found.falling[~rest].sum()), written.sure)
    others = max(float(found.falling[rest].sum()), 1e-9)
    if written.document == NOBODY:
        return _Found(found.rows, found.falling[rest] * np.float32(min(1.0, (1 - sure) / others)))
    left = found.falling[rest] * np.float32(min(1 - sure, max(others, AS_WRITTEN - sure)) / others)
    rows = np.append(np.int64(written.document), found.rows[found.rows != written.document])
    return _Found(rows, np.append(np.float32(sure), left))


def _apart(one: Ranking, other: Ranking, bar: float) -> bool:
    """Whether two rankings are each likely right in their first article, and neither takes the other's for possible."""
    if any(not r.articles or r.articles[0].confidence < bar for r in (one, other)):
        return False
    possible = ({a.id for a in r.articles[:SHOWN] if a.confidence >= POSSIBLE} for r in (other, one))
    return all(r.articles[0].id not in ids for r, ids in zip((one, other), possible, strict=True))
