"""Who a visitor is, as a site that embeds the widget knows and signs it: pure rules.

The site's server signs `user_id`, `e-mail` and the moment until which it holds, each on a line, with the shared key:

    HMAC-SHA256(ARKAS_IDENTITY_KEY, "user_id\\nemail\\nexpires") as lower-case hexadecimal digits
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.errors import IdentityRefused, InvalidEmail
from bot.people.rules import parse_email

_LONGEST_LIFE: Final = timedelta(days=1)
_SEPARATOR: Final = "\n"


@dataclass(frozen=True)
class Claim:
    """What a browser brings along."""

    user_id: str
    email: str
    expires: int
    signature: str


@dataclass(frozen=True)
class Visitor:
    """Somebody whom a site that we trust knows."""

    user_id: str
    email: str


def sign(key: str, user_id: str, email: str, expires: int) -> str:
    """Return the signature that the embedding site makes."""
    words = _SEPARATOR.join((user_id, email, str(expires)))
    return hmac.new(key.encode(), words.encode(), hashlib.sha256).hexdigest()


def verify(claim: Claim, *, key: str, now: datetime) -> Visitor:
    """Return whom a claim is about.

    Raises IdentityRefused when no key is set, the signature is another one, or the claim is outdated or lives too long.
    """
    expected = sign(key, claim.user_id, claim.email, claim.expires)
    if not key or not hmac.compare_digest(expected.encode(), claim.signature.encode()):
        raise IdentityRefused
    if _SEPARATOR in claim.user_id + claim.email:  # two claims could share one signature
        raise IdentityRefused
    if not now.timestamp() < claim.expires <= (now + _LONGEST_LIFE).timestamp():
        raise IdentityRefused
    try:
        return Visitor(claim.user_id, parse_email(claim.email))
    except InvalidEmail as error:
        raise IdentityRefused from error
