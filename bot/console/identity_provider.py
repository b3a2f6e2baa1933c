"""Signing in with an account elsewhere: OpenID Connect's code flow, with state, nonce and PKCE (Authlib does them)."""

from typing import Any, Final

import httpx2  # what Authlib asks with
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

from bot.console.cookies import SignedCookie
from bot.officers.errors import IdentityAway, SignInRefused
from bot.settings import Settings

BACK: Final = "/petugas/masuk/oidc/kembali"
_SIGNATURES: Final = ["RS256", "PS256", "ES256", "EdDSA"]  # whatever the provider's document says: never unsigned
_TIMEOUT: Final = 10.0  # seconds for each question to the provider


class IdentityProvider:
    """One provider, named in the settings. What has to be remembered until the browser is back is in `memory`."""

    def __init__(self, settings: Settings, memory: SignedCookie) -> None:
        issuer = settings.officer_oidc_issuer.rstrip("/")
        self._issuer = issuer
        self._client_id = settings.officer_oidc_client_id
        self._back = settings.public_url.rstrip("/") + BACK
        self._memory = memory
        self._app: Any = OAuth().register(
            "petugas",
            client_id=self._client_id,
            client_secret=settings.officer_oidc_client_secret.get_secret_value(),
            server_metadata_url=f"{issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "timeout": _TIMEOUT},
        )

    async def begin(self, request: Request) -> Response:
        """Lead the browser to the provider. Raises IdentityAway."""
        request.scope["session"] = {}
        try:
            answer: Response = await self._app.authorize_redirect(request, self._back)
        except (OAuthError, httpx2.HTTPError, ValueError, KeyError, RuntimeError) as error:
            raise IdentityAway from error
        self._memory.write(answer, request.scope["session"])
        return answer

    async def verified_address(self, request: Request) -> str:
        """The address that the provider has verified for who comes back.

        Raises SignInRefused for an answer that is not ours, forged, or without a verified address; IdentityAway.
        """
        remembered = self._memory.read(request)
        request.scope["session"] = remembered if isinstance(remembered, dict) else {}
        try:
            claims = await self._claims(request)
        except (OAuthError, JoseError, ValueError, KeyError) as error:
            raise SignInRefused("Jawaban layanan identitas tidak dapat dipakai. Silakan masuk sekali lagi.") from error
        except (httpx2.HTTPError, RuntimeError) as error:
            raise IdentityAway from error
        address = claims.get("email")
        if not isinstance(address, str) or claims.get("email_verified") is not True:
            raise SignInRefused("Email di layanan identitas belum terverifikasi. Hubungi admin.")
        return address

    async def _claims(self, request: Request) -> dict[str, Any]:
        metadata = await self._app.load_server_metadata()
        metadata["id_token_signing_alg_values_supported"] = _SIGNATURES
        wanted = {
            "iss": {"essential": True, "value": self._issuer_of(metadata)},
            "aud": {"essential": True, "value": self._client_id},
        }
        token = await self._app.authorize_access_token(request, claims_options=wanted)
        return dict(token["userinfo"])

    def _issuer_of(self, metadata: dict[str, Any]) -> str:
        """Who must have signed: the provider of the settings, as it writes itself (OpenID Discovery, section 4.3)."""
        issuer = str(metadata["issuer"])
        if issuer.rstrip("/") != self._issuer:
            raise ValueError("the document names another issuer")
        return issuer
