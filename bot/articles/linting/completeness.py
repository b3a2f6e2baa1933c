"""What an imported article still lacks: one warning each, so that editors see their list and the lint stays green."""

from __future__ import annotations

from collections.abc import Iterator

from bot.articles.linting.bodies import LONGEST_EXCERPT, WORDS
from bot.articles.linting.fields import FEWEST_QUESTIONS, KEYWORDS, RELATED
from bot.articles.linting.findings import Finding, Severity
from bot.articles.linting.material import Material
from embeddings import Article


def incomplete(material: Material) -> Iterator[Finding]:
    """Imported articles that do not yet hold what `docs/articles.md` asks of ours."""
    for article in material.articles:
        if article.id in material.imported and (lacks := list(_lacks(article, material))):
            message = f"belum lengkap (imported): {'; '.join(lacks)}"
            yield material.problem(article, "incomplete", message, severity=Severity.WARNING)


def _lacks(article: Article, material: Material) -> Iterator[str]:
    if len(article.questions) < FEWEST_QUESTIONS:
        yield f"{len(article.questions)} of {FEWEST_QUESTIONS} questions"
    if len(article.keywords) not in KEYWORDS:
        yield f"{len(article.keywords)} keywords"
    if len(article.related) not in RELATED:
        yield f"{len(article.related)} related articles"
    if (words := len(material.plain(article.body).split())) not in WORDS:
        yield f"{words} words"
    if len(material.plain(article.introduction.split("\n\n", 1)[0])) > LONGEST_EXCERPT:
        yield "no short first sentence"
