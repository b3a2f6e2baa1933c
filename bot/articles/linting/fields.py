"""Rules of the front matter that the model alone cannot hold: counts, references, dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bot.articles.linting.findings import Finding, Severity
from bot.articles.linting.material import Material
from embeddings import Article, Grounding
from embeddings.articles import LINK

FEWEST_QUESTIONS: Final = 20
KEYWORDS: Final = range(3, 11)
RELATED: Final = range(2, 6)
WARN_BEFORE_EXPIRY: Final = timedelta(days=30)
STALE_AFTER: Final = timedelta(days=400)  # a year's rules are over, and their successors known


def counts(material: Material) -> Iterator[Finding]:
    """How many questions, keywords and related articles `docs/articles.md` asks for."""
    for article in material.written:
        if len(article.questions) < FEWEST_QUESTIONS:
            message = f"has {len(article.questions)} questions; at least {FEWEST_QUESTIONS} are needed"
            yield material.problem(article, "questions", message, at="questions")
        for name, bounds in (("keywords", KEYWORDS), ("related", RELATED)):
            count = len(getattr(article, name))
            if count not in bounds:
                message = f"{name}: has {count}, not {bounds.start} to {bounds.stop - 1}"
                yield material.problem(article, name, message, at=name)


def repeats(material: Material) -> Iterator[Finding]:
    """An entry that stands twice in a list of the front matter, whatever its case (questions have their own rule)."""
    for article in material.articles:
        for name in ("keywords", "error_messages", "versions", "sources", "related", "solved_by", "audience"):
            seen: set[str] = set()
            for index, entry in enumerate(str(e).casefold() for e in getattr(article, name)):
                if entry in seen:
                    yield material.problem(article, name, f"{name}: {entry!r} stands twice", at=name, index=index)
                seen.add(entry)


def references(material: Material) -> Iterator[Finding]:
    """Related ids and link keys that name nothing."""
    for article in material.articles:
        for index, number in enumerate(article.related):
            if number == article.id or number not in material.collection.articles:
                message = f"related: there is no other article {number}"
                yield material.problem(article, "related", message, at="related", index=index)
        for offset, line in enumerate(article.body.splitlines()):
            for key in LINK.findall(line):
                if key not in material.collection.links:
                    message = f"links.yml has no key {key}"
                    yield material.problem(article, "links", message, at="body", index=offset)


def sources(material: Material) -> Iterator[Finding]:
    """A source is a code of `sources.yml` or an address; only an article by prior knowledge may have none."""
    for article in material.articles:
        if not article.sources and article.grounding is not Grounding.PRIOR:
            yield material.problem(article, "sources", f"sources: {article.grounding} needs one", at="sources")
        for index, source in enumerate(article.sources):
            if source not in material.sources and not source.startswith("https://"):
                message = f"sources: {source!r} is neither a code of sources.yml nor an https address"
                yield material.problem(article, "sources", message, at="sources", index=index)


def dates(material: Material) -> Iterator[Finding]:
    """Expired articles are errors, those about to expire or long unchecked are warnings."""
    for article in material.articles:
        yield from _validity(article, material)
        if article.checked > material.today:
            message = f"checked: {article.checked} lies in the future"
            yield material.problem(article, "checked", message, at="checked", severity=Severity.WARNING)
        elif article.checked + STALE_AFTER < material.today:
            message = f"checked: nobody held it against its sources since {article.checked}"
            yield material.problem(article, "checked", message, at="checked", severity=Severity.WARNING)


def _validity(article: Article, material: Material) -> Iterator[Finding]:
    until = article.valid_until
    if until is None:
        return
    if article.valid_from and article.valid_from > until:
        yield material.problem(article, "expired", "valid_until: lies before valid_from", at="valid_until")
    if until < material.today:
        yield material.problem(article, "expired", f"valid_until: expired on {until}", at="valid_until")
    elif until <= material.today + WARN_BEFORE_EXPIRY:
        message = f"valid_until: expires on {until}"
        yield material.problem(article, "expires", message, at="valid_until", severity=Severity.WARNING)


def titles(material: Material) -> Iterator[Finding]:
    """Two articles of one title cannot be told apart on a card."""
    seen: dict[str, Article] = {}
    for article in material.articles:
        other = seen.setdefault(article.title.casefold(), article)
        if other is not article:
            severity = Severity.WARNING if article.id in material.imported else Severity.ERROR
            message = f"title: {other.path} has the same"
            yield material.problem(article, "title", message, at="title", severity=severity)


def holes(material: Material) -> Iterator[Finding]:
    """Numbers that no article has: a lost file, or one that was withdrawn on purpose."""
    numbers = material.collection.articles.keys()
    missing = sorted(set(range(1, max(numbers, default=0))) - numbers)
    if missing:
        shown = ", ".join(map(str, missing[:20])) + (" ..." if len(missing) > 20 else "")
        message = f"{len(missing)} of the numbers up to {max(numbers)} have no article: {shown}"
        yield Finding(material.root / "categories.yml", 1, "holes", message, Severity.WARNING)


def empty_categories(material: Material) -> Iterator[Finding]:
    """A category page without an article helps nobody."""
    used = {a.category for a in material.articles}
    for slug in material.collection.categories:
        if slug not in used:
            message = f"{slug}: has no article"
            yield Finding(material.root / "categories.yml", 1, "category", message, Severity.WARNING)
