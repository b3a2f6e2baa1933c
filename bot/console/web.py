"""All of the console, for `bot/app.py` to mount."""

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles

from bot.console.accounts import accounts_router
from bot.console.articles import articles_router, publishing_router
from bot.console.audit import audit_router
from bot.console.files import files_router
from bot.console.gaps import gaps_router
from bot.console.inbox import inbox_router
from bot.console.incidents import incidents_router
from bot.console.mails import mails_router
from bot.console.pages import Console
from bot.console.persons import persons_router
from bot.console.profile import profile_router
from bot.console.replies import replies_router
from bot.console.reports import reports_router
from bot.console.revealing import reveal_router
from bot.console.reviewing import reviewing_router
from bot.console.signing_in import sign_in_router
from bot.console.start import start_router
from bot.console.templating import STATIC, STATIC_PATH
from bot.console.tickets import tickets_router
from bot.services import Services

# One line each; the order is that of matching.
_ROUTERS: Final[tuple[Callable[[Console], APIRouter], ...]] = (
    start_router,
    sign_in_router,
    inbox_router,
    tickets_router,
    files_router,
    replies_router,
    mails_router,
    reviewing_router,
    gaps_router,
    articles_router,
    publishing_router,
    reports_router,
    incidents_router,
    profile_router,
    accounts_router,
    persons_router,
    audit_router,
    reveal_router,
)


def mount_console(app: FastAPI, services: Services) -> None:
    """Serve the console's pages and its static files. Called before the site, whose /static would take the latter."""
    console = Console(services)
    for make_router in _ROUTERS:
        # Not included: that makes every route a second time, and the routers add nothing to theirs.
        app.router.routes.extend(make_router(console).routes)
    app.mount(STATIC_PATH, StaticFiles(directory=STATIC), name="console static")
