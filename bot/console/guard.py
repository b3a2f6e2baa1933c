"""Who may use a page. Every route of the console carries one of these gates; one without cannot be made."""

import hmac
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from bot.console.cookies import Cookies
from bot.http import typed
from bot.officers.errors import FormExpired, NotPermitted, NotSignedIn
from bot.officers.models import Officer, Permission, Role, Session
from bot.officers.rules import permissions_of
from bot.officers.signing_in import SignIn
from bot.settings import origin_of

SIGN_IN: Final = "/petugas/masuk"
OWN_PASSWORD: Final = "/petugas/profil/sandi"  # noqa: S105 - an address
CSRF_HEADER: Final = "x-csrf-token"
CSRF_FIELD: Final = "csrf"
_READING: Final = frozenset({"GET", "HEAD"})
_WITH_FORCED_CHANGE: Final = (OWN_PASSWORD, "/petugas/keluar")
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class SignedIn:
    """The officer behind a request. `csrf` belongs into every form; templates know this object as `officer`."""

    account: Officer
    session: Session
    csrf: str

    @property
    def name(self) -> str:
        """The name in logs of tickets, for `by` of the desk's operations."""
        return self.account.name

    @property
    def actor(self) -> str:
        """How the officer is written in the audit log."""
        return f"officer:{self.account.name}"

    @property
    def display_name(self) -> str:
        """The name that colleagues read."""
        return self.account.display_name

    @property
    def role(self) -> Role:
        """The role."""
        return self.account.role

    def may(self, permission: Permission) -> bool:
        """Whether the role includes it."""
        return permission in permissions_of(self.role)


class MustChangePassword(NotPermitted):
    """The password was given by somebody else; nothing opens until the officer has chosen one."""

    code = "ganti_kata_sandi"
    sentence = "Ganti kata sandi sementara ini lebih dahulu."


class Doorkeeper:
    """Checks session, permission and CSRF token of a request before anything of its body is heeded."""

    def __init__(self, sign_in: SignIn, cookies: Cookies, *, home: str) -> None:
        self._sign_in = sign_in
        self._cookies = cookies
        self._home = origin_of(home)

    async def signed_in(self, request: Request) -> SignedIn:
        """Who sends this request. Raises NotSignedIn."""
        token = self._cookies.session.read(request)
        found = await self._sign_in.session(token) if token else None
        if found is None:
            raise NotSignedIn
        session, officer = found
        return SignedIn(officer, session, self._sign_in.csrf(token))

    async def let_in(self, request: Request, permission: Permission | None) -> None:
        """Raises NotSignedIn, NotPermitted, MustChangePassword or FormExpired; leaves the officer at the request."""
        officer = await self.signed_in(request)
        if officer.account.must_change and request.url.path not in _WITH_FORCED_CHANGE:
            raise MustChangePassword
        if permission is not None and not officer.may(permission):
            raise NotPermitted
        await self._check_form(request, officer.csrf)
        request.state.officer = officer

    async def let_anyone_in(self, request: Request) -> None:
        """For sign-in itself: forms are bound to a cookie that the page before has set. Raises FormExpired."""
        await self._check_form(request, self.anonymous_csrf(self._cookies.before.read(request)))

    def anonymous_csrf(self, cookie: str) -> str:
        """The token of forms before sign-in."""
        return self._sign_in.csrf(f"anonymous:{cookie}")

    async def _check_form(self, request: Request, wanted: str) -> None:
        if request.method in _READING:
            return
        origin = request.headers.get("origin")
        if origin is not None and not self._is_home(origin, request.headers.get("host", "")):
            raise FormExpired
        given = request.headers.get(CSRF_HEADER) or await _field(request)
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            raise FormExpired

    def _is_home(self, origin: str, host: str) -> bool:
        # Behind a proxy the scheme that we see may be another than the browser's; the host is the same.
        return origin == self._home or urlsplit(origin).netloc == host


async def _field(request: Request) -> str:
    if not request.headers.get("content-type", "").startswith(_FORMS):
        return ""
    return typed(await request.form(max_files=20, max_fields=1000), CSRF_FIELD)


@dataclass(frozen=True)
class Gate:
    """A dependency: only who is signed in, and permitted, gets through; None asks for no particular permission."""

    doorkeeper: Doorkeeper
    permission: Permission | None

    async def __call__(self, request: Request) -> SignedIn:
        """The officer, whom the route has let in already."""
        officer: SignedIn = request.state.officer
        return officer

    async def check(self, request: Request) -> None:
        """Let the request in or raise."""
        await self.doorkeeper.let_in(request, self.permission)


@dataclass(frozen=True)
class OpenGate:
    """A dependency for the few pages before sign-in."""

    doorkeeper: Doorkeeper

    async def __call__(self) -> None:
        """Nothing is known of who comes."""

    async def check(self, request: Request) -> None:
        """Let the request in or raise."""
        await self.doorkeeper.let_anyone_in(request)
