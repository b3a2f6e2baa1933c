"""Bodies of webhooks: read within a limit, verified over the raw bytes, and only then looked into."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final

from pydantic_core import from_json
from starlette.requests import Request

from bot.errors import BrokenJson, MessageTooLong

# Telegram's updates are a few kilobytes; WhatsApp's webhooks may hold 3 MB (Cloud API, "Webhooks").
MAX_BYTES: Final = 3 * 1024**2


async def read_body(request: Request, limit: int = MAX_BYTES) -> bytes:
    """The raw body. Raises MessageTooLong before more than the limit was kept."""
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            raise MessageTooLong
        pieces.append(piece)
    return b"".join(pieces)


def read_object(body: bytes) -> Mapping[str, Any]:
    """The JSON object that a body is. Raises BrokenJson, also when it is nested deeper than any platform's."""
    try:
        found = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise BrokenJson from error
    if not isinstance(found, dict):
        raise BrokenJson
    return found


def same_secret(given: str | None, secret: str) -> bool:
    """Whether a header holds our secret, compared in constant time."""
    return hmac.compare_digest((given or "").encode(), secret.encode()) and bool(secret)


def signed(given: str | None, body: bytes, secret: str) -> bool:
    """Whether `sha256=<hex>` is the signature of the raw body. A missing header is a wrong one."""
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest((given or "").encode(), expected.encode()) and bool(secret)
