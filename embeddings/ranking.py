"""What a question is answered with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Decision(StrEnum):
    """What the ranking is good for.

    `answer`: the first article very likely answers. `suggest`: one of the first three does. `clarify`: the field is
    right, but the articles in question differ too much to choose. `abstain`: no article is likely to answer.
    """

    ANSWER = "answer"
    SUGGEST = "suggest"
    CLARIFY = "clarify"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True)
class RankedArticle:
    """An article with the calibrated probability (0 to 1) that it answers the question."""

    id: int | str
    title: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a person may have meant: a category, or a single article when all are of one category.

    `words` are at most three that titles of this option have and those of the others lack: first what most of its
    titles have, then what is rarest.
    """

    name: str
    confidence: float
    articles: tuple[RankedArticle, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The articles for one question, best first, at most ten.

    `understood` is the question as it was read, for "menampilkan hasil untuk ..."; it is the question itself when no
    word had to be guessed. `answerable` is the probability that any article answers, by which to abstain is decided:
    two articles that share it leave each with half.
    """

    question: str
    understood: str
    decision: Decision
    articles: tuple[RankedArticle, ...]
    enough: int = 0  # the first so many hold the right one, nine times in ten when any article answers
    between: tuple[Option, ...] = ()  # what to ask the person when the decision is to clarify, the likeliest first
    answerable: float = 0.0
