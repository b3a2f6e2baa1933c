"""A stand-in identity provider on the loopback: the code flow of OpenID Connect, with PKCE checked as RFC 7636 says."""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Form
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.integration.rasa_process import free_port

CLIENT = "konsol"


@dataclass
class Provider:
    """What the provider says next can be set; what it was asked is kept."""

    issuer: str
    key: RSAKey
    claims: dict[str, Any] = field(default_factory=dict)  # laid over the right ones
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def token(self, nonce: str) -> str:
        now = int(time.time())
        right = {"iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 60, "nonce": nonce}
        claims = {**right, "email": "Petugas@arkas.example", "email_verified": True, **self.claims}
        return jwt.encode({"alg": "RS256", "kid": "k"}, claims, self.key)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def document() -> dict[str, Any]:
            ways = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return {"issuer": self.issuer, **{name: f"{self.issuer}/{path}" for name, path in ways.items()}}

        @app.get("/keys")
        def keys() -> dict[str, Any]:
            return {"keys": [self.key.as_dict(private=False) | {"kid": "k"}]}

        @app.get("/authorize")
        def authorize(state: str, nonce: str, redirect_uri: str, code_challenge: str) -> Response:
            code = secrets.token_urlsafe(8)
            self.asked[code] = {"nonce": nonce, "challenge": code_challenge}
            return RedirectResponse(f"{redirect_uri}?{urlencode({'code': code, 'state': state})}", 302)

        @app.post("/token")
        def token(code: Annotated[str, Form()], code_verifier: Annotated[str, Form()]) -> Response:
            asked = self.asked.pop(code, None)
            digest = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).decode().rstrip("=")
            if asked is None or asked["challenge"] != digest:
                return JSONResponse({"error": "invalid_grant"}, 400)
            return JSONResponse({"access_token": "t", "token_type": "Bearer", "id_token": self.token(asked["nonce"])})

        return app


@contextmanager
def running_provider() -> Iterator[Provider]:
    """The provider, served."""
    port = free_port()
    provider = Provider(f"http://127.0.0.1:{port}", RSAKey.generate_key(2048))
    server = uvicorn.Server(uvicorn.Config(provider.app(), "127.0.0.1", port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.05)
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join(10)
