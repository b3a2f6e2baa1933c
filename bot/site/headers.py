"""Headers that keep browsers on our side: no foreign script, no frame, no sniffing, and long life for static files."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# FastAPI's own documentation page is made of a CDN's files and an inline script; it shows nothing that is not public.
_DOCUMENTATION: Final = frozenset({"/docs", "/redoc"})
_DOCUMENTATION_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline' https://cdn.jsdelivr.net; "
    "style-src 'unsafe-inline' https://cdn.jsdelivr.net; img-src 'self' data: https://fastapi.tiangolo.com; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"


class SecurityHeaders:
    """Adds the headers to every answer that has not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                complete(MutableHeaders(scope=message), scope, message["status"])
            await send(message)

        await self._app(scope, receive, send_with_headers)


def complete(headers: MutableHeaders, scope: Scope, status: int) -> None:
    """Add to an answer's headers what they lack."""
    path = scope["path"]
    documentation = path in _DOCUMENTATION
    headers.setdefault("Content-Security-Policy", _DOCUMENTATION_POLICY if documentation else POLICY)
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    if path.startswith("/static/") and b"v=" in scope["query_string"] and status in {200, 206, 304}:
        headers.setdefault("Cache-Control", _FOR_EVER)
