"""All of the help center, for `bot/app.py` to mount."""

from collections.abc import Awaitable
from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from bot.errors import ArkasError
from bot.site.carrying import carrying_router
from bot.site.chat import chat_router
from bot.site.contact import contact_router
from bot.site.feeds import feeds_router
from bot.site.headers import complete
from bot.site.help_center import help_center_router, not_found
from bot.site.offline import offline_router
from bot.site.rating import rating_router
from bot.site.routing import error_page
from bot.site.services import SiteServices
from bot.site.templating import STATIC
from bot.site.thread import thread_router

_FOR_MACHINES: Final = ("/api/", "/internal/", "/static/", "/healthz", "/readyz", "/metrics", "/openapi.json")
_COMPRESSED_FROM: Final = 700  # bytes; below, the answer fits one packet anyway
_PARTS: Final = (
    help_center_router,
    contact_router,
    thread_router,
    rating_router,
    chat_router,
    carrying_router,
    feeds_router,
    offline_router,
)


def mount_site(app: FastAPI, services: SiteServices) -> None:
    """Serve the pages, their static files, compressed, and say errors in pages where a person reads.

    Called after the error handlers for machines are installed: those stay in charge of the API.
    """
    for part in _PARTS:
        app.router.routes.extend(part(services).routes)  # as the console's: bot/console/web.py says why
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(GZipMiddleware, minimum_size=_COMPRESSED_FROM)
    _say_errors_in_pages(app, services)


def _say_errors_in_pages(app: FastAPI, services: SiteServices) -> None:
    missing_for_machines = app.exception_handlers[HTTPException]
    broken_for_machines = app.exception_handlers[Exception]

    async def answer_missing(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404 and _read_by_a_person(request):
            return await not_found(request, services)
        return await _answered(missing_for_machines(request, error))

    async def answer_broken(request: Request, error: Exception) -> Response:
        told = await _answered(broken_for_machines(request, error))  # it also writes the log
        answer = error_page(request, ArkasError()) if _read_by_a_person(request) else told
        complete(answer.headers, request.scope, answer.status_code)  # Starlette answers this outside of our middleware
        return answer

    app.add_exception_handler(HTTPException, answer_missing)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, answer_broken)


async def _answered(answer: Response | Awaitable[Response]) -> Response:
    return answer if isinstance(answer, Response) else await answer


def _read_by_a_person(request: Request) -> bool:
    return request.method in {"GET", "HEAD"} and not request.url.path.startswith(_FOR_MACHINES)
