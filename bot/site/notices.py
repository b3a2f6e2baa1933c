"""Known incidents on every page that people read: looked up once a request, for the templates."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.incidents.models import Incident

log = structlog.get_logger(__name__)

_NOT_READ: Final = ("/api/", "/internal/", "/static/", "/petugas", "/healthz", "/readyz", "/metrics", "/openapi.json")


class IncidentNotices:
    """Puts the open incidents into `request.state.notices`. Without a database, pages go on without them."""

    def __init__(self, app: ASGIApp, told: Callable[[], Awaitable[Sequence[Incident]]]) -> None:
        self._app = app
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and not scope["path"].startswith(_NOT_READ):
            scope.setdefault("state", {})["notices"] = await self._look()
        await self._app(scope, receive, send)

    async def _look(self) -> Sequence[Incident]:
        try:
            return await self._told()
        except Exception:
            log.exception("incidents_unread")
            return ()
