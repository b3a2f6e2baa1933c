"""Past questions asked again of what would serve next: which gain, which lose, and whether that is more than chance."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from embeddings.adapting import ANCHORS, FEWEST, MOST, Lesson, adapted, candidates_of
from embeddings.articles import ArticleCollection
from embeddings.comparing import Paired, paired
from embeddings.documents import Document, Field, documents_of
from embeddings.evidence import EvidenceFinder
from embeddings.index import Index
from embeddings.ranker import Ranker
from embeddings.ranking import Decision
from embeddings.renewal import renewed
from embeddings.verdicts import Verdict, latest

FOLDS: Final = 5
SHOWN: Final = 10
UPHEAVAL: Final = 0.05


@dataclass(frozen=True)
class PastQuestion:
    """A question with its right article, or None when it is to be declined."""

    text: str
    gold: int | str | None


@dataclass(frozen=True)
class Side:
    """An index with its readings, the documents that it was made of, and which of their questions officers decided."""

    index: Index
    documents: tuple[Document, ...]
    decided: tuple[PastQuestion, ...] = ()

    @property
    def outside(self) -> tuple[str, ...]:
        """The questions that it knows to be outside."""
        units = self.index.units
        return tuple(t for t, f in zip(units.texts, units.fields.tolist(), strict=True) if f == Field.OUTSIDE)


@dataclass(frozen=True)
class Fresh:
    """Newly decided questions, which are told but not judged by: who decides wrongly would else vouch for himself."""

    questions: int = 0
    before: int = 0  # how many were right
    after: int = 0


@dataclass(frozen=True)
class Replay:
    """What a change does to past questions."""

    questions: int
    before: float  # the share that was right
    after: float
    gains: tuple[PastQuestion, ...]
    losses: tuple[PastQuestion, ...]
    test: Paired
    fresh: Fresh

    @property
    def upheaval(self) -> bool:
        """Whether new verdicts change what becomes of more past questions than so few opinions can justify."""
        return bool(self.fresh.questions) and self.test.gains + self.test.losses > UPHEAVAL * self.questions

    @property
    def worse(self) -> bool:
        """Whether the change is refused: significantly more is lost than gained, or too much turned over."""
        return self.test.significant_loss or self.upheaval

    def lines(self) -> Iterator[str]:
        """For people."""
        t, new = self.test, self.fresh
        yield f"{self.questions} past questions: {self.before:.1%} right before, {self.after:.1%} after"
        yield f"{t.gains} gain, {t.losses} lose (McNemar's exact test: p {t.p:.2g})"
        if new.questions:
            yield f"{new.questions} newly decided (not counted): {new.before} right before, {new.after} after"
        if self.upheaval:
            yield f"more than {UPHEAVAL:.0%} of the past questions change: look at the new verdicts"
        for name, found in (("gains", self.gains), ("loses", self.losses)):
            yield from (f"  {name}: {q.text} [{q.gold or 'no article'}]" for q in found[:SHOWN])
            if len(found) > SHOWN:
                yield f"  {name}: {len(found) - SHOWN} more"


def report_as_json(report: Replay) -> dict[str, Any]:
    """A replay as plain values, and whether it refuses the change."""
    return {**asdict(report), "worse": report.worse}


class WorseIndex(Exception):
    """A change loses significantly more past questions than it gains, or turns too many over; it was not made."""

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
    written = documents_of(collection)
    documents = tuple(d.model_copy(update={"questions": tuple(asked.get(n, ()))}) for n, d in enumerate(written))
    both = zip(written, documents, strict=True)
    return Side(
        index, documents, tuple(PastQuestion(q, d.id) for w, d in both for q in d.questions if q not in w.questions)
    )


def made_side(index: Index, documents: tuple[Document, ...], verdicts: Sequence[Verdict]) -> Side:
    """The side of an index that was just made, which has learned from what officers decided."""
    known = {d.id for d in documents}
    decided = tuple(PastQuestion(v.question, v.article) for v in latest(verdicts) if v.article in known)
    side = Side(index, documents, decided[-MOST:])
    return replace(side, index=replace(index, fusion=adapted(index.fusion, lessons_of(side))))


def lessons_of(side: Side) -> tuple[Lesson, ...]:
    """What the decided questions teach, each by the evidence of an index that was made without it (five folds)."""
    if len(side.decided) < FEWEST:
        return ()
    decided, rows = {q.text for q in side.decided}, {d.id: row for row, d in enumerate(side.documents)}
    found = []
    for fold in range(FOLDS):
        held = [q for q in (*side.decided, *anchors_of(side)) if fold_of(q.text) == fold]
        index = without(side, {q.text for q in held})
        read, find = index.analyzer(), EvidenceFinder(index)
        for q in held:
            kept = candidates_of(find(read(q.text))[0], rows[_id(q)], index.fusion)
            found.append(Lesson(kept, fold, q.text in decided))
    return tuple(found)


def anchors_of(side: Side) -> list[PastQuestion]:
    """Some of the articles' own questions: the same ones whichever others there are."""
    decided = {q.text for q in side.decided}
    own = [PastQuestion(q, d.id) for d in side.documents for q in d.questions if q not in decided]
    return sorted(own, key=lambda q: zlib.crc32(f"anchor {q.text}".encode()))[:ANCHORS]


def _id(question: PastQuestion) -> int | str:
    if question.gold is None:
        raise ValueError(f"{question.text!r} has no article to learn from")
    return question.gold


def past_questions(
    old: Side, new: Side, verdicts: Sequence[Verdict], known: Sequence[PastQuestion] = ()
) -> tuple[PastQuestion, ...]:
    """The articles' own questions, labelled as the new side has them; the verdicts that the old side was made with
    already; and others whose answer is `known`.

    What an article loses counts too, with the answer that it had: people go on asking it, and whoever rewrites an
    article's questions would else be asked none of them. Those of an article that is withdrawn do not count.
    """
    ids = {d.id for d in new.documents}
    before = {q for d in old.documents for q in d.questions}
    found = {q: d.id for d in new.documents for q in d.questions if q in before}
    labels = {q.text: q.gold for q in known if q.gold is None or q.gold in ids}
    fresh = {q.text for q in fresh_questions(old, verdicts)}
    decided = {v.question: v.article for v in latest(verdicts) if v.article is None or v.article in ids}
    served = {q: gold for q, gold in decided.items() if q not in fresh}
    kept = labels | _given_up(old, new, but={q.text for q in old.decided} | fresh) | found | served
    return tuple(PastQuestion(text, gold) for text, gold in kept.items())


def _given_up(old: Side, new: Side, *, but: Collection[str]) -> dict[str, int | str | None]:
    """What articles that are still there do not ask any more, except what a verdict put there or takes elsewhere."""
    now = {q for d in new.documents for q in d.questions}
    ids = {d.id for d in new.documents}
    return {q: d.id for d in old.documents for q in d.questions if d.id in ids and q not in now and q not in but}


def fresh_questions(old: Side, verdicts: Sequence[Verdict]) -> tuple[PastQuestion, ...]:
    """The verdicts that the old side was made without, or with another answer."""
    held = {(q, d.id) for d in old.documents for q in d.questions} | {(q, None) for q in old.outside}
    decided = (PastQuestion(v.question, v.article) for v in latest(verdicts))
    return tuple(q for q in decided if (q.text, q.gold) not in held)


def replay(old: Side, new: Side, questions: Sequence[PastQuestion], fresh: Sequence[PastQuestion] = ()) -> Replay:
    """Ask both sides all questions, each of an index that was made without it (five folds).

    The encoders are not trained anew for each fold: both may have learned a question that both are asked, so the
    figures are for comparing, not for foretelling.
    """
    before, after = (right_ones(side, [*questions, *fresh]) for side in (old, new))
    size = len(questions)
    changed = list(zip(questions, before, after, strict=False))
    return Replay(
        size,
        sum(before[:size]) / max(1, size),
        sum(after[:size]) / max(1, size),
        tuple(q for q, b, a in changed if a and not b),
        tuple(q for q, b, a in changed if b and not a),
        paired(after[:size], before[:size]),
        Fresh(len(fresh), sum(before[size:]), sum(after[size:])),
    )


def right_ones(side: Side, questions: Sequence[PastQuestion]) -> list[bool]:
    """Whether each question is answered rightly by the index without its fold's questions, nor what they taught."""
    right: dict[PastQuestion, bool] = {}
    lessons = lessons_of(side) if side.index.fusion.nudges else ()
    for fold in range(FOLDS):
        held = [q for q in questions if fold_of(q.text) == fold]
        if held:
            index = without(side, {q.text for q in held})
            fusion = adapted(index.fusion, [x for x in lessons if x.fold != fold])
            ranker = Ranker(replace(index, fusion=fusion))
            right |= {q: is_right(ranker, q) for q in held}
    return [right[q] for q in questions]


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
