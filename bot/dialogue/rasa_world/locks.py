"""Who may take a turn of a talk now: within this process, or through Redis where several Rasa processes serve."""
# mypy: disable-error-code="import-not-found, import-untyped, misc, no-untyped-call, type-arg"

import os
from urllib.parse import unquote, urlsplit

from rasa.utils.endpoints import EndpointConfig

VARIABLE = "ARKAS_REDIS_URL"
_PORT = 6379


def lock_store() -> "EndpointConfig | None":
    """Return the lock store that the environment names, or None for Rasa's own in memory.

    Raises ValueError for an address that is none of Redis.
    """
    url = os.environ.get(VARIABLE, "")
    return _redis(url) if url else None


def _redis(url: str) -> EndpointConfig:
    parts = urlsplit(url)
    if parts.scheme not in ("redis", "rediss") or not parts.hostname:
        raise ValueError(f"{VARIABLE} must begin with redis:// or rediss://")
    place = {"port": parts.port or _PORT, "db": int(parts.path.strip("/") or 0), "key_prefix": "arkas"}
    secret = {"username": parts.username or None, "password": unquote(parts.password) if parts.password else None}
    return EndpointConfig(parts.hostname, type="redis", use_ssl=parts.scheme == "rediss", **place, **secret)
