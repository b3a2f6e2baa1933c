"""The pages that are read: home, categories, articles, search."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.articles.models import ArticleCard, SearchHit
from bot.clock import WIB
from bot.people.rules import telegram_url
from bot.site import information, structured_data, views
from bot.site.formatting import REASONS
from bot.site.highlighting import highlight
from bot.site.routing import PageRouter
from bot.site.services import SiteServices
from bot.site.templating import page
from bot.site.visitors import visitor_mark
from embeddings import Article

MOST_READ = 6
SEARCH_RESULTS = 10
LONGEST_QUERY = 300


def help_center_router(services: SiteServices) -> PageRouter:
    """Make the routes of the pages that are read."""
    router = PageRouter()
    reader = HelpCenter(services)
    router.page("/")(reader.home)
    router.page("/kategori/{slug}")(reader.category)
    router.page("/artikel/{reference}")(reader.article)
    router.page("/cari")(reader.search)
    router.post("/artikel/{article_id}/nilai", response_model=None)(reader.vote)
    return router


class HelpCenter:
    """Answers for the pages that are read."""

    def __init__(self, services: SiteServices) -> None:
        self._services = services
        self._articles = services.articles
        self._base = services.settings.public_url.rstrip("/")
        self._information = information.load_information(services.settings.data_dir / "site" / "info.yml")

    async def home(self, request: Request) -> Response:
        """Show search, announcements, the six groups and what is read most."""
        collection, today = self._articles.collection, self._today()
        shown = [a for a in self._information.cards if a.holds(today)]
        banner = self._information.banner
        return page(
            request,
            "home.html",
            canonical=f"{self._base}/",
            description="Cari jawaban kendala ARKAS dan BOSP, tanya ARKAS Bot, atau kirim laporan ke Tim Helpdesk.",
            searches=self._information.searches,
            banner=information.card(banner, collection) if banner and banner.holds(today) else None,
            cards=[information.card(a, collection) for a in shown],
            groups=views.groups(collection),
            most_read=await self._popular(),
            structured=[structured_data.website(self._base)],
        )

    async def category(self, request: Request, slug: str) -> Response:
        """Show the articles of one category."""
        collection = self._articles.collection
        category = collection.categories.get(slug)
        if category is None:
            return await not_found(request, self._services)
        group, trail = views.group_of(collection, slug), views.trail(collection, category)
        return page(
            request,
            "category.html",
            canonical=self._base + views.category_url(slug),
            description=category.description,
            category=category,
            articles=views.shown(collection.of_category(slug), collection, self._today()),
            group_name=group.name,
            siblings=[views.shelf(collection, other) for other in group.categories if other != slug],
            trail=trail,
            structured=[structured_data.breadcrumbs(trail, self._base)],
        )

    async def article(self, request: Request, reference: str, nilai: str = "") -> Response:
        """Show an article; other words behind its number lead to the canonical ones."""
        found = self._find(reference.partition("-")[0])
        if found is None:
            return await not_found(request, self._services)
        view = self._view(found)
        if request.url.path != view.url:
            return RedirectResponse(view.url, 301)
        if request.method == "GET" and not nilai:
            await self._articles.count_view(found.id)
        return self._article_page(request, view, voted=nilai)

    async def vote(
        self,
        request: Request,
        article_id: int,
        membantu: Annotated[str, Form()] = "",
        alasan: Annotated[str, Form()] = "",
    ) -> Response:
        """Store whether an article helped and, when not, ask why."""
        reason = alasan if alasan in REASONS else None
        article = self._articles.article(article_id)
        stored = membantu in {"ya", "tidak"}
        if stored:
            visitor = visitor_mark(request, self._services.settings)
            await self._articles.vote(article_id, helpful=membantu == "ya", reason=reason, visitor=visitor)
        said = "alasan" if reason and membantu == "tidak" else membantu
        return RedirectResponse(f"{self._view(article).url}{f'?nilai={said}' if stored else ''}#nilai", 303)

    async def search(self, request: Request, q: Annotated[str, Query()] = "") -> Response:
        """Show what the bot's own ranker finds."""
        query = " ".join(q.split())[:LONGEST_QUERY]
        result = self._articles.search(query, SEARCH_RESULTS) if query else None
        understood = result.understood if result and _differs(query, result.understood) else ""
        hits = [_highlighted(hit, f"{query} {understood}") for hit in result.hits] if result else []
        return page(
            request,
            "search.html",
            query=query,
            understood=understood,
            hits=hits,
            popular=[] if hits else await self._popular(),
        )

    def _article_page(self, request: Request, view: views.ArticleView, *, voted: str) -> Response:
        collection = self._articles.collection
        trail = views.trail(collection, collection.categories[view.article.category], view.article)
        return page(
            request,
            "article.html",
            canonical=self._base + view.url,
            description=view.excerpt,
            article=view,
            related=views.related(collection, view.article, self._today()),
            reasons=REASONS,
            voted=voted,
            telegram=telegram_url(self._services.settings.telegram_bot, f"artikel_{view.id}"),
            trail=trail,
            structured=[
                structured_data.breadcrumbs(trail, self._base),
                structured_data.question_page(view, self._base),
            ],
        )

    def _find(self, number: str) -> Article | None:
        readable = number.isascii() and number.isdigit() and len(number) <= 9
        return self._articles.collection.articles.get(int(number)) if readable else None

    def _view(self, article: Article) -> views.ArticleView:
        return views.ArticleView(article, self._articles.collection, self._today())

    def _today(self) -> date:
        return self._services.clock.now().astimezone(WIB).date()

    async def _popular(self) -> Sequence[ArticleCard]:
        return await self._articles.most_read(MOST_READ)


async def not_found(request: Request, services: SiteServices) -> Response:
    """Say that nothing stands here, with a search for the words of the address and what is read most."""
    words = request.url.path.rpartition("/")[2].replace("-", " ")
    query = "".join(c for c in words if c.isalpha() or c == " ").strip()[:80]
    popular = await services.articles.most_read(MOST_READ)
    return page(request, "not_found.html", status=404, query=query, popular=popular)


def _differs(query: str, understood: str) -> bool:
    """Tell whether repairing changed a word, not merely its case or its punctuation."""
    return bool(understood) and _letters(query) != _letters(understood)


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _highlighted(hit: SearchHit, query: str) -> dict[str, object]:
    return {
        "url": hit.card.url,
        "category": hit.card.category,
        "title": highlight(hit.card.title, query),
        "excerpt": highlight(hit.card.excerpt, query),
    }
