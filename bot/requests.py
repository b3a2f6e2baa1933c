"""What happens around every request: an id for it, one log line, and a body that cannot grow without end."""

import re
import time
import uuid
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.metrics.measures import REQUEST_SECONDS, REQUESTS

log = structlog.get_logger("bot.requests")

_TRUSTED_ID: Final = re.compile(rb"[A-Za-z0-9-]{8,64}")
_QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestLog:
    """Gives every request an id (a proxy's `X-Request-ID` when it is sane), tells it back, and logs one line.

    A plain ASGI class: Starlette's BaseHTTPMiddleware breaks context variables and streaming. The path is logged
    without its query, which may hold a person's words.
    """

    def __init__(self, app: ASGIApp, *, behind_proxy: bool = True) -> None:
        self._app = app
        self._behind_proxy = behind_proxy  # or it is said once that a proxy seems to stand there

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._look_for_proxy(scope)
        identity = _request_id(scope)
        began = time.perf_counter()
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", identity.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(request=identity):
            try:
                await self._app(scope, receive, send_with_id)
            finally:
                _log_request(scope, status, began)

    def _look_for_proxy(self, scope: Scope) -> None:
        """Behind an unknown proxy all people share one address, and the limits that count by it."""
        if not self._behind_proxy and any(name == b"x-forwarded-for" for name, _ in scope["headers"]):
            self._behind_proxy = True
            log.warning("proxy_unknown", hint="name the proxy in ARKAS_TRUSTED_PROXIES, or people share one limit")


def _request_id(scope: Scope) -> str:
    given = dict(scope["headers"]).get(b"x-request-id", b"")
    return given.decode() if _TRUSTED_ID.fullmatch(given) else uuid.uuid4().hex


def _log_request(scope: Scope, status: int, began: float) -> None:
    elapsed = time.perf_counter() - began
    route = _route(scope)
    REQUESTS.labels(_method(scope), route, str(status)).inc()
    REQUEST_SECONDS.labels(route).observe(elapsed)
    if scope["path"] not in _QUIET:
        log.info("request", method=scope["method"], path=scope["path"], status=status, ms=round(elapsed * 1000, 1))


def _route(scope: Scope) -> str:
    """The route's template, never the path itself: that holds numbers of tickets, and whatever strangers try."""
    template = getattr(scope.get("route"), "path", None)
    if isinstance(template, str):
        return template
    return "/static" if scope["path"].startswith("/static/") else "unmatched"


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in _METHODS else "OTHER"
