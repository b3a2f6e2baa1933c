"""What the templates are given: small values made from articles, with addresses and words already written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from markupsafe import Markup

from bot.articles.rendering import render_html
from bot.articles.rules import article_path
from bot.site.formatting import SOLVERS
from embeddings import Article, ArticleCollection, Category, Grounding, Group


@dataclass(frozen=True)
class Step:
    """One step of the breadcrumb."""

    name: str
    url: str


@dataclass(frozen=True)
class ShelfView:
    """A category with its address and how many articles it holds."""

    name: str
    url: str
    count: int


@dataclass(frozen=True)
class GroupView:
    """One of the six groups of the home page."""

    slug: str
    name: str
    description: str
    categories: list[ShelfView]


def category_url(slug: str) -> str:
    """Write the path of a category."""
    return f"/kategori/{slug}"


@dataclass(frozen=True)
class ArticleView:
    """An article as its page shows it."""

    article: Article
    collection: ArticleCollection
    today: date

    @property
    def id(self) -> int:
        """The catalogue's number."""
        return self.article.id

    @property
    def title(self) -> str:
        """The title."""
        return self.article.title

    @property
    def excerpt(self) -> str:
        """The answer in one sentence."""
        return self.article.excerpt

    @property
    def url(self) -> str:
        """The canonical path."""
        return article_path(self.article)

    @property
    def program(self) -> str:
        """The application that it is about."""
        return self.article.program.value

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions of ARKAS for which it holds."""
        return self.article.versions

    @property
    def checked(self) -> date:
        """When somebody last held it against its sources."""
        return self.article.checked

    @property
    def valid_from(self) -> date | None:
        """The first day on which it holds, when there is one."""
        return self.article.valid_from

    @property
    def valid_until(self) -> date | None:
        """The last day on which it holds, when there is one."""
        return self.article.valid_until

    @property
    def expired(self) -> bool:
        """Whether its last day has passed."""
        return self.article.valid_until is not None and self.article.valid_until < self.today

    @property
    def unverified(self) -> bool:
        """Whether nothing official supports it."""
        return self.article.grounding is Grounding.PRIOR

    @property
    def solvers(self) -> list[str]:
        """Who can solve the problem."""
        return [SOLVERS[solver] for solver in self.article.solved_by]

    @cached_property
    def html(self) -> Markup:
        """The body, washed (bot/articles/rendering.py), so it may stand unescaped."""
        return Markup(render_html(self.article.body, self.collection.links))  # noqa: S704 - washed by nh3


def shelf(collection: ArticleCollection, slug: str) -> ShelfView:
    """Show a category with its count."""
    return ShelfView(collection.categories[slug].name, category_url(slug), len(collection.of_category(slug)))


def groups(collection: ArticleCollection) -> list[GroupView]:
    """Show the groups of the home page."""
    return [
        GroupView(g.slug, g.name, g.description, [shelf(collection, slug) for slug in g.categories])
        for g in collection.groups
    ]


def group_of(collection: ArticleCollection, category: str) -> Group:
    """Find the group of a category; loading made sure that there is one."""
    return next(group for group in collection.groups if category in group.categories)


def trail(collection: ArticleCollection, category: Category, article: Article | None = None) -> list[Step]:
    """Lead from the home page to a category or an article."""
    group = group_of(collection, category.slug)
    steps = [
        Step("Beranda", "/"),
        Step(group.name, f"/#{group.slug}"),
        Step(category.name, category_url(category.slug)),
    ]
    return [*steps, Step(article.title, article_path(article))] if article else steps


def related(collection: ArticleCollection, article: Article, today: date) -> list[ArticleView]:
    """Show what the article names as related and what exists."""
    return shown((collection.articles[n] for n in article.related if n in collection.articles), collection, today)


def shown(articles: Iterable[Article], collection: ArticleCollection, today: date) -> list[ArticleView]:
    """Show several articles."""
    return [ArticleView(article, collection, today) for article in articles]
