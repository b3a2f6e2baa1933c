"""Which other sites may use the API from their visitors' browsers: the listed ones, and only what the widget needs.

Stricter than a CORS middleware alone, which leaves the refusal to the browser: a request whose `Origin` is neither ours
nor listed is answered with 403 before anything reads or stores it. Programs outside of browsers send no `Origin`.
"""

from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import OriginRefused
from bot.http import error_response
from bot.settings import origin_of

log = structlog.get_logger("bot.origins")

_API: Final = "/api/"
_FOR_WIDGETS: Final = ("/api/v1/conversations", "/api/v1/articles", "/api/v1/links")
_PREFLIGHT_KEPT: Final = 7200  # seconds; what Chrome keeps at most


class ForeignOrigins:
    """Lets listed origins in, turns all others away."""

    def __init__(self, app: ASGIApp, *, allowed: tuple[str, ...], home: str) -> None:
        self._app = app
        self._allowed = frozenset(allowed)
        self._home = origin_of(home)
        self._shared = CORSMiddleware(
            app,
            allow_origins=allowed,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
            max_age=_PREFLIGHT_KEPT,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not scope["path"].startswith(_API):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None or self._is_home(origin, headers.get("host", "")):
            await self._app(scope, receive, _varying(send))
        elif origin in self._allowed and scope["path"].startswith(_FOR_WIDGETS):
            await self._shared(scope, receive, send)
        else:
            log.warning("origin_refused", origin=origin[:200], method=scope["method"])
            await error_response(OriginRefused())(scope, receive, _varying(send))

    def _is_home(self, origin: str, host: str) -> bool:
        # Behind a proxy the scheme that we see may be another than the browser's; the host is the same.
        return origin == self._home or urlsplit(origin).netloc == host


def _varying(send: Send) -> Send:
    async def send_varying(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Origin")  # no cache may serve one site's answer to another
        await send(message)

    return send_varying
