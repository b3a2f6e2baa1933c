"""A pseudonymous mark of whoever votes, so that a second vote replaces the first without a cookie or an account."""

import hashlib
import hmac

from starlette.requests import Request

from bot.settings import Settings


def visitor_mark(request: Request, settings: Settings) -> str:
    """Return a keyed digest of address and browser: it can be compared, and leads back to nobody without the key."""
    host = request.client.host if request.client else ""
    seen = f"{host}\n{request.headers.get('user-agent', '')}"
    return hmac.new(settings.secret_key.get_secret_value().encode(), seen.encode(), hashlib.sha256).hexdigest()[:32]
