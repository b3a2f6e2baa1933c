"""Rules of the questions: none stands twice, and none that measures the bot teaches it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot.articles.linting.findings import Finding, Severity
from bot.articles.linting.likeness import near_duplicates
from bot.articles.linting.material import EvaluationQuestion, Material
from embeddings import Article


class Place(NamedTuple):
    """A question, by its article and its place there."""

    article: Article
    position: int

    @property
    def text(self) -> str:
        """The question."""
        return self.article.questions[self.position]


def places_of(material: Material) -> tuple[Place, ...]:
    """All questions of all articles."""
    return tuple(Place(a, i) for a in material.articles for i in range(len(a.questions)))


def duplicates(material: Material) -> Iterator[Finding]:
    """Near-duplicates within and across articles, and evaluation questions that leak into training.

    What counts as a near-duplicate is told in `likeness`; the finding stands at the later of the two, or at the
    training question where the other one is held out: that is the one to rewrite.
    """
    places = places_of(material)
    texts = [p.text for p in places] + [q.text for q in material.evaluation]
    for alike in near_duplicates(texts, material.lexicon):
        if alike.second < len(places):
            yield _twice(places[alike.first], places[alike.second], alike.ratio, material)
        elif alike.first < len(places):
            held_out = material.evaluation[alike.second - len(places)]
            yield _leak(places[alike.first], held_out, alike.ratio, material)


def _twice(first: Place, second: Place, ratio: float, material: Material) -> Finding:
    where = "this article" if first.article.id == second.article.id else str(first.article.path)
    message = f"question {second.text!r} is a near-duplicate of {first.text!r} in {where} ({ratio:.0f})"
    return _found(second, "duplicate", message, material)


def _leak(place: Place, held_out: EvaluationQuestion, ratio: float, material: Material) -> Finding:
    where = f"{held_out.path.name}:{held_out.line}"
    message = f"question {place.text!r} leaks an evaluation question, {held_out.text!r} of {where} ({ratio:.0f})"
    return _found(place, "leak", message, material)


def _found(place: Place, rule: str, message: str, material: Material) -> Finding:
    """Imported questions are titles and headings: strangers wrote them, so they only warn."""
    severity = Severity.WARNING if place.article.id in material.imported else Severity.ERROR
    return material.problem(place.article, rule, message, at="questions", index=place.position, severity=severity)
