"""The HTTP API of articles (DESIGN.md, contract 5)."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from bot.articles.models import ArticleCard
from bot.articles.rendering import render_html
from bot.articles.rules import solved_by
from bot.articles.service import ArticleService
from bot.http import ERROR_RESPONSES

_QUERY_MAX = 1000


class CardOut(BaseModel):
    """What is shown of an article before it is opened."""

    id: int
    title: str
    excerpt: str
    category: str
    url: str
    payload: str


class HitOut(CardOut):
    """A card with the probability (0-1) that the article answers the question."""

    confidence: float


class SearchOut(BaseModel):
    """What a search found; `understood` is the text that was searched for, with its spelling repaired."""

    query: str
    understood: str
    decision: str
    articles: list[HitOut]


class ArticleOut(CardOut):
    """A whole article; `html` is sanitised."""

    html: str
    program: str
    solved_by: str
    verified: bool
    checked: date
    related: list[CardOut]


def _card(card: ArticleCard) -> CardOut:
    return CardOut(**asdict(card))


def article_router(service: ArticleService) -> APIRouter:
    """Return the routes of articles."""
    router = APIRouter(prefix="/api/v1/articles", tags=["articles"], responses=ERROR_RESPONSES)

    @router.get("")
    def search(
        query: Annotated[str, Query(max_length=_QUERY_MAX)] = "", limit: Annotated[int, Query(ge=1, le=10)] = 3
    ) -> SearchOut:
        """Rank the articles for a question, best first, with the ranker the bot uses."""
        found = service.search(query, limit)
        hits = [HitOut(**asdict(hit.card), confidence=round(hit.confidence, 4)) for hit in found.hits]
        return SearchOut(query=query, understood=found.understood, decision=found.decision.value, articles=hits)

    @router.get("/{article_id}")
    def read(article_id: Annotated[int, Path(ge=1)]) -> ArticleOut:
        """Return a whole article."""
        article = service.article(article_id)
        related = [_card(service.card(each)) for each in article.related if each in service.collection.articles]
        return ArticleOut(
            **asdict(service.card(article_id)),
            html=render_html(article.body, service.collection.links),
            program=article.program.value,
            solved_by=solved_by(article),
            verified=article.grounding != "prior",
            checked=article.checked,
            related=related,
        )

    return router
