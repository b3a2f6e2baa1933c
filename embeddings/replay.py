"""Past questions asked again of what would serve next: which gain, which lose, and whether that is more than chance."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from embeddings.articles import ArticleCollection
from embeddings.comparing import Paired, paired
from embeddings.documents import Document, Field, documents_of
from embeddings.index import Index
from embeddings.ranker import Ranker
from embeddings.ranking import Decision
from embeddings.renewal import renewed
from embeddings.verdicts import Verdict, latest

FOLDS: Final = 5
SHOWN: Final = 10


@dataclass(frozen=True)
class PastQuestion:
    """A question with its right article, or None when it is to be declined."""

    text: str
    gold: int | str | None


@dataclass(frozen=True)
class Side:
    """An index with its readings, and the documents that it was made of."""

    index: Index
    documents: tuple[Document, ...]

    @property
    def outside(self) -> tuple[str, ...]:
        """The questions that it knows to be outside."""
        units = self.index.units
        return tuple(t for t, f in zip(units.texts, units.fields.tolist(), strict=True) if f == Field.OUTSIDE)


@dataclass(frozen=True)
class Replay:
    """What a change does to past questions."""

    questions: int
    before: float  # the share that was right
    after: float
    gains: tuple[PastQuestion, ...]
    losses: tuple[PastQuestion, ...]
    test: Paired

    def lines(self) -> Iterator[str]:
        """For people."""
        t = self.test
        yield f"{self.questions} past questions: {self.before:.1%} right before, {self.after:.1%} after"
        yield f"{t.gains} gain, {t.losses} lose (McNemar's exact test: p {t.p:.2g})"
        for name, found in (("gains", self.gains), ("loses", self.losses)):
            yield from (f"  {name}: {q.text} [{q.gold or 'no article'}]" for q in found[:SHOWN])
            if len(found) > SHOWN:
                yield f"  {name}: {len(found) - SHOWN} more"


class WorseIndex(Exception):
    """A change loses significantly more past questions than it gains, and was not put in place."""

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        refused = 'The index was not replaced: it would be worse. To replace it all the same, say why: --force "REASON"'
        super().__init__("\n".join([refused, *replay.lines()]))


def served_side(index: Index, collection: ArticleCollection) -> Side:
    """The side of an index that serves: its articles with the questions that stand in it, verdicts' included."""
    asked: dict[int, list[str]] = {}
    units = index.units
    for text, field, row in zip(units.texts, units.fields.tolist(), units.documents.tolist(), strict=True):
        if field == Field.QUESTION:
            asked.setdefault(row, []).append(text)
    documents = enumerate(documents_of(collection))
    return Side(index, tuple(d.model_copy(update={"questions": tuple(asked.get(n, ()))}) for n, d in documents))


def past_questions(old: Side, new: Side, verdicts: Sequence[Verdict]) -> tuple[PastQuestion, ...]:
    """The verdicts, and the articles' own questions that both sides have; labelled as the new side has them."""
    known = {d.id for d in new.documents}
    before = {q for d in old.documents for q in d.questions}
    found = {q: d.id for d in new.documents for q in d.questions if q in before}
    decided = {v.question: v.article for v in latest(verdicts) if v.article is None or v.article in known}
    return tuple(PastQuestion(text, gold) for text, gold in (found | decided).items())


def replay(old: Side, new: Side, questions: Sequence[PastQuestion]) -> Replay:
    """Ask both sides all questions, each of an index that was made without it (five folds).

    The encoders are not trained anew for each fold: both may have learned a question that both are asked, so the
    figures are for comparing, not for foretelling.
    """
    before, after = right_ones(old, questions), right_ones(new, questions)
    changed = list(zip(questions, before, after, strict=True))
    size = max(1, len(questions))
    return Replay(
        len(questions),
        sum(before) / size,
        sum(after) / size,
        tuple(q for q, b, a in changed if a and not b),
        tuple(q for q, b, a in changed if b and not a),
        paired(after, before),
    )


def right_ones(side: Side, questions: Sequence[PastQuestion]) -> list[bool]:
    """Whether each question is answered rightly by the index without its fold's questions."""
    right: dict[str, bool] = {}
    for fold in range(FOLDS):
        held = [q for q in questions if fold_of(q.text) == fold]
        if held:
            ranker = Ranker(without(side, {q.text for q in held}))
            right |= {q.text: is_right(ranker, q) for q in held}
    return [right[q.text] for q in questions]


def fold_of(text: str) -> int:
    """The fold of a question: the same whichever others there are."""
    return zlib.crc32(text.encode()) % FOLDS


def without(side: Side, held: Collection[str]) -> Index:
    """A side's index without some questions."""
    documents = [
        d.model_copy(update={"questions": tuple(q for q in d.questions if q not in held)}) for d in side.documents
    ]
    outside = [q for q in side.outside if q not in held]
    return renewed(side.index, documents, outside=outside, fusion=side.index.fusion)


def is_right(ranker: Ranker, question: PastQuestion) -> bool:
    """Whether the right article comes first; for a question without one, whether the ranker abstains."""
    ranking = ranker.rank(question.text, 1)
    if question.gold is None:
        return ranking.decision is Decision.ABSTAIN
    return bool(ranking.articles) and ranking.articles[0].id == question.gold
