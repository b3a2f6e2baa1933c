"""What the help center's service worker needs: itself, the frame of its pages, and a small lexical index."""

import json
import re
from collections import Counter, defaultdict
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from bot.articles.rules import article_path
from bot.articles.service import ArticleService
from bot.site.routing import PageRouter
from bot.site.services import SiteServices
from bot.site.templating import STATIC, document, page
from embeddings import Article, ArticleCollection

_WORD: Final = re.compile(r"[^\W_]{2,}")
_EXCERPT: Final = 110  # characters; a line and a half on a phone
_ASKED: Final = 3  # questions of one article that hold a word; rarer ones are mostly slips of the pen
_COMMON: Final = 0.5  # of the articles; a word of more of them finds nothing


def offline_router(services: SiteServices) -> PageRouter:
    """Make the routes of the service worker."""
    router = PageRouter()
    kept = Offline(services.articles)
    router.page("/offline.js")(kept.worker)
    router.page("/luring")(kept.frame)
    router.page("/luring.json")(kept.words)
    return router


class Offline:
    """Answers for the service worker."""

    def __init__(self, articles: ArticleService) -> None:
        self._articles = articles
        self._made: tuple[ArticleCollection, str] | None = None

    async def worker(self, request: Request) -> Response:
        """Send the worker from the root, because that is what it looks after."""
        return document(request, (STATIC / "offline.js").read_text(encoding="utf-8"), "text/javascript")

    async def frame(self, request: Request) -> Response:
        """Send the page into which the worker writes what it has kept."""
        return page(request, "offline.html")

    async def words(self, request: Request) -> Response:
        """Send which article speaks of which words."""
        return document(request, self._index(), "application/json")

    def _index(self) -> str:
        """The index of the articles that are served now: an edit swaps the whole collection."""
        collection = self._articles.collection
        if self._made is None or self._made[0] is not collection:
            text = json.dumps(lexical_index(collection), ensure_ascii=False, separators=(",", ":"))
            self._made = collection, text
        return self._made[1]


def lexical_index(collection: ArticleCollection) -> dict[str, object]:
    """Return the articles as `[id, title, path, excerpt]` and, for each telling word, their places in that list."""
    articles = sorted(collection.articles.values(), key=lambda article: article.id)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, article in enumerate(articles):
        for word in sorted(_words(article)):
            places[word].append(place)
    most = max(1, len(articles) * _COMMON)
    words = {word: found for word, found in sorted(places.items()) if len(found) <= most}
    return {"articles": [[a.id, a.title, article_path(a), _short(a.excerpt)] for a in articles], "words": words}


def _words(article: Article) -> set[str]:
    told = _WORD.findall(" ".join((article.title, *article.keywords, *article.error_messages)).lower())
    asked = Counter(word for question in article.questions for word in set(_WORD.findall(question.lower())))
    return {*told, *(word for word, times in asked.items() if times >= _ASKED)}


def _short(text: str) -> str:
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT].rsplit(' ', 1)[0]} …"
