"""The console's cookies: never readable by scripts, never sent along from other sites, no personal data inside."""

from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from bot.settings import Settings


@dataclass(frozen=True)
class Cookie:
    """One cookie. Over https its name begins with `__Host-`, so that no other host and no plain page can set it."""

    name: str
    secure: bool
    lifetime: timedelta | None = None

    @property
    def _name(self) -> str:
        return f"__Host-{self.name}" if self.secure else self.name

    def read(self, request: Request) -> str:
        """What the browser sent; empty when nothing."""
        return request.cookies.get(self._name, "")

    def write(self, response: Response, value: str) -> None:
        """Have the browser keep it; without a lifetime until it is closed."""
        age = int(self.lifetime.total_seconds()) if self.lifetime else None
        response.set_cookie(self._name, value, max_age=age, secure=self.secure, httponly=True, samesite="lax")

    def drop(self, response: Response) -> None:
        """Have the browser forget it."""
        response.delete_cookie(self._name, secure=self.secure, httponly=True, samesite="lax")


@dataclass(frozen=True)
class SignedCookie:
    """A cookie whose content only this server can have written, not longer ago than its lifetime."""

    cookie: Cookie
    signer: URLSafeTimedSerializer
    lifetime: timedelta

    def read(self, request: Request) -> object:
        """The content, or None when there is none, or one that is not ours or too old."""
        try:
            content: object = self.signer.loads(
                self.cookie.read(request), max_age=int(self.lifetime.total_seconds()), salt=self.cookie.name
            )
        except BadSignature:
            return None
        return content

    def write(self, response: Response, content: object) -> None:
        """Have the browser keep it."""
        text = self.signer.dumps(content, salt=self.cookie.name)
        self.cookie.write(response, text if isinstance(text, str) else text.decode())

    def drop(self, response: Response) -> None:
        """Have the browser forget it."""
        self.cookie.drop(response)


class Cookies:
    """All cookies of the console."""

    def __init__(self, settings: Settings) -> None:
        self._secure = settings.public_url.startswith("https://")
        self._signer = URLSafeTimedSerializer(settings.secret_key.get_secret_value())
        self.session = Cookie("petugas", self._secure)
        self.half = Cookie("petugas-langkah-2", self._secure, timedelta(minutes=5))
        self.before = Cookie("petugas-sebelum", self._secure)
        self.flash = self._signed("petugas-kabar", timedelta(minutes=1))
        self.identity = self._signed("petugas-oidc", timedelta(minutes=10))
        self.known = self._signed("petugas-dikenal", timedelta(days=180))

    def _signed(self, name: str, lifetime: timedelta) -> SignedCookie:
        return SignedCookie(Cookie(name, self._secure, lifetime), self._signer, lifetime)
