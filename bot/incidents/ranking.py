"""Reports ranked by the articles that serve now."""

from typing import Final

from bot.articles.service import ArticleService
from bot.errors import UnknownArticle
from bot.incidents.models import NOWHERE
from embeddings import Decision

_RANKED_CHARACTERS: Final = 2000  # as in a talk (bot/dialogue/guide.py)


class NearestArticles:
    """The article that a report is nearest to."""

    def __init__(self, articles: ArticleService) -> None:
        self._articles = articles

    def nearest(self, text: str) -> int:
        """The article's number; NOWHERE when none is near."""
        found = self._articles.search(text[:_RANKED_CHARACTERS], 1)
        return found.hits[0].card.id if found.hits and found.decision is not Decision.ABSTAIN else NOWHERE

    def title(self, article: int) -> str:
        """The title of an article; empty when it is gone."""
        try:
            return self._articles.card(article).title
        except UnknownArticle:
            return ""
