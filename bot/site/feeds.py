"""What programs read: sitemap, robots.txt, Atom feed, manifest, and the widget's one file."""

from datetime import UTC, datetime, time
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.articles.rules import article_path
from bot.site.routing import PageRouter
from bot.site.services import SiteServices
from bot.site.templating import SITE_NAME, document, render, static_address
from bot.site.views import category_url
from bot.site.widget import widget_script
from embeddings import Article

_FEED_LENGTH: Final = 30
_PRIVATE_PATHS: Final = ("/api/", "/cari", "/chat", "/tiket", "/hubungi-kami/terkirim", "/internal/", "/luring")


def feeds_router(services: SiteServices) -> PageRouter:
    """Make the routes for programs."""
    router = PageRouter()
    feeds = Feeds(services)
    router.page("/robots.txt")(feeds.robots)
    router.page("/sitemap.xml")(feeds.sitemap)
    router.page("/feed.atom")(feeds.atom)
    router.page("/manifest.webmanifest")(manifest)
    router.page("/favicon.ico")(favicon)
    router.page("/widget.js")(widget)
    return router


class Feeds:
    """Answers made from the articles."""

    def __init__(self, services: SiteServices) -> None:
        self._articles = services.articles
        self._base = services.settings.public_url.rstrip("/")

    async def robots(self, request: Request) -> Response:
        """Keep crawlers away from what is personal or endless."""
        closed = "".join(f"Disallow: {path}\n" for path in _PRIVATE_PATHS)
        return document(request, f"User-agent: *\n{closed}\nSitemap: {self._base}/sitemap.xml\n", "text/plain")

    async def sitemap(self, request: Request) -> Response:
        """List every address that is worth finding, with the day of its last check."""
        collection = self._articles.collection
        pages = [(self._base + article_path(a), a.checked) for a in collection.articles.values()]
        shelves = [self._base + category_url(slug) for slug in collection.categories]
        text = render("sitemap.xml", base=self._base, shelves=shelves, pages=pages)
        return document(request, text, "application/xml")

    async def atom(self, request: Request) -> Response:
        """List the articles that were checked last."""
        newest = sorted(self._articles.collection.articles.values(), key=lambda a: (a.checked, a.id), reverse=True)
        entries = [self._entry(article) for article in newest[:_FEED_LENGTH]]
        text = render("feed.xml", base=self._base, entries=entries)
        return document(request, text, "application/atom+xml")

    def _entry(self, article: Article) -> dict[str, str]:
        checked = datetime.combine(article.checked, time(), UTC)
        return {
            "title": article.title,
            "url": self._base + article_path(article),
            "updated": checked.isoformat(),
            "summary": article.excerpt,
        }


async def manifest() -> Response:
    """Describe the site to a phone that puts it on its home screen."""
    icon = {"src": static_address("favicon.svg"), "sizes": "any", "type": "image/svg+xml"}
    described = {
        "name": SITE_NAME, "short_name": "ARKAS/BOSP", "lang": "id", "start_url": "/", "display": "minimal-ui",
        "background_color": "#f6f8f8", "theme_color": "#0e4f5c", "icons": [icon],
    }  # fmt: skip
    return JSONResponse(described, media_type="application/manifest+json")


async def favicon() -> Response:
    """Lead those who guess the old name to the drawing."""
    return RedirectResponse(static_address("favicon.svg"), 301)


async def widget(request: Request) -> Response:
    """Send the widget: one file, whose address never changes because other sites embed it."""
    response = document(request, widget_script(), "text/javascript", cache="public, max-age=600")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"  # for pages that load it with `crossorigin` or `integrity`
    return response
