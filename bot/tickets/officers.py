"""Who is an officer, until the console has its own sign-in: bearer tokens, of which settings hold only the hashes."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.errors import OfficersOnly

_BEARER = HTTPBearer(auto_error=False, description="An officer's token")
_DIGEST_LENGTH = 64


@dataclass(frozen=True)
class OfficerTokens:
    """Officers by the SHA-256 of their tokens. A token is 256 random bits, so a plain hash is as good as a slow one."""

    names: dict[str, str]

    @classmethod
    def parse(cls, setting: str) -> "OfficerTokens":
        """Read `rina:<sha256>,budi:<sha256>`. Raises ValueError when it is written otherwise."""
        names = {}
        for entry in filter(None, (part.strip() for part in setting.split(","))):
            name, _, digest = entry.partition(":")
            if not name or len(digest) != _DIGEST_LENGTH or set(digest) - set("0123456789abcdef"):
                raise ValueError("officer tokens are written name:sha256-of-the-token, separated by commas")
            names[digest] = name
        return cls(names)

    def officer(self, token: str) -> str | None:
        """Whose token this is; None for nobody's. Every known hash is compared, so the time tells nothing."""
        digest = hashlib.sha256(token.encode()).hexdigest()
        found = None
        for known, name in self.names.items():
            if hmac.compare_digest(known, digest):
                found = name
        return found


def new_token(name: str) -> tuple[str, str]:
    """A fresh token for an officer, and the entry for the setting that knows it."""
    token = secrets.token_urlsafe(32)
    return token, f"{name}:{hashlib.sha256(token.encode()).hexdigest()}"


def officer_guard(tokens: OfficerTokens) -> Callable[..., None]:
    """The dependency that lets officers in. Raises OfficersOnly for everybody else; for all when no token is set."""

    def guard(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> None:
        name = tokens.officer(credentials.credentials) if credentials else None
        if name is None:
            raise OfficersOnly
        request.state.officer = name

    return guard


def _officer(request: Request) -> str:
    name: str = request.state.officer  # the guard of the whole router has set it
    return name


Officer = Annotated[str, Depends(_officer)]
