"""Cross-fitting: evidence for questions that neither the encoder nor the index has seen, to learn and judge by."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from embeddings.documents import Document
from embeddings.encoder import Encoder
from embeddings.evidence import EvidenceFinder
from embeddings.fusion import Fusion, Matrix, Message
from embeddings.index import make_index
from embeddings.lexicon import Lexicon
from embeddings.noise import noisy

FOLDS: Final = 5  # each takes a training; fewer would leave the articles sparser than they serve
SEED: Final = 20_261_121
SLIPS: Final = 0.4  # of the words of a misspelt question

Topics = Mapping[str, Sequence[str]]
Train = Callable[[Sequence[Document], Topics], Encoder]


@dataclass(frozen=True)
class Example:
    """One held-out question's evidence, (documents, columns); `gold` is the right document's row, -1 for none."""

    question: str
    evidence: Matrix
    message: Message
    gold: int
    fold: int


@dataclass(frozen=True)
class Split:
    """One fold: documents and topics without what is held out, and what is."""

    documents: tuple[Document, ...]
    topics: Topics
    held: tuple[tuple[str, int], ...]  # question and gold row
    fold: int


def splits(documents: Sequence[Document], topics: Topics, folds: int = FOLDS) -> Iterator[Split]:
    """Each question is held out once, and so is each whole topic of outside questions.

    Outside questions are held out by topic, because the world outside has more topics than any list of them.
    """
    chance = random.Random(SEED)  # noqa: S311 - no secret
    fold_of = [_folds(len(d.questions), folds, chance) for d in documents]
    fold_of_topic = dict(zip(sorted(topics), _folds(len(topics), folds, chance), strict=True))
    for fold in range(folds):
        held = [
            (q, row)
            for row, d in enumerate(documents)
            for q, f in zip(d.questions, fold_of[row], strict=True)
            if f == fold
        ]
        held += [
            (q, -1) for topic, questions in sorted(topics.items()) if fold_of_topic[topic] == fold for q in questions
        ]
        kept = (
            d.model_copy(
                update={"questions": tuple(q for q, f in zip(d.questions, fold_of[row], strict=True) if f != fold)}
            )
            for row, d in enumerate(documents)
        )
        yield Split(tuple(kept), {t: q for t, q in topics.items() if fold_of_topic[t] != fold}, tuple(held), fold)


def cross_fit(documents: Sequence[Document], topics: Topics, lexicon: Lexicon, train: Train) -> Iterator[Example]:
    """Evidence for every question from an encoder and an index that were made without it."""
    for split in splits(documents, topics):
        encoder = train(split.documents, split.topics)
        outside = [q for questions in split.topics.values() for q in questions]
        index = make_index(split.documents, outside=outside, encoder=encoder, lexicon=lexicon, fusion=Fusion())
        read, find = index.analyzer(), EvidenceFinder(index)
        for question, gold in _with_slips(split.held):
            evidence, message = find(read(question))
            yield Example(question, evidence.astype(np.float16).astype(np.float32), message, gold, split.fold)


def _with_slips(held: Sequence[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """The held-out questions, every other one misspelt, so that a slip alone makes nobody doubt the field."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    for at, (question, gold) in enumerate(held):
        misspelt = at % 2 == 0
        yield " ".join(noisy(question.split(), chance, rate=SLIPS)) if misspelt else question, gold


def _folds(size: int, folds: int, chance: random.Random) -> list[int]:
    order = [i % folds for i in range(size)]
    chance.shuffle(order)
    return order
