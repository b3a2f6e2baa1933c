"""Signing in and out: name and password, then a code where the account asks for one."""

import hashlib
import secrets
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.guard import SIGN_IN, SignedIn
from bot.console.identity_provider import BACK, IdentityProvider
from bot.console.pages import Console
from bot.console.routing import PRIVATE
from bot.errors import ArkasError, NotFound
from bot.officers.errors import IdentityAway, NotSignedIn, SignInRefused, SignInThrottled, WrongFactor
from bot.officers.models import Browser, Stage
from bot.officers.signing_in import Opened

SECOND_STEP: Final = "/petugas/masuk/kode"
ELSEWHERE: Final = "/petugas/masuk/oidc"
START: Final = "/petugas"
Name = Annotated[str, Form(max_length=200)]
Password = Annotated[str, Form(max_length=1000)]
Code = Annotated[str, Form(max_length=40)]
Onward = Annotated[str, Form(max_length=200)]


def browser_of(request: Request) -> Browser:
    """Where a request comes from; behind a proxy uvicorn fills the address in."""
    return Browser(request.client.host if request.client else "?", request.headers.get("user-agent", ""))


def _digest(name: str) -> str:
    return hashlib.sha256(name.strip().lower().encode()).hexdigest()[:16]


def onward(path: str) -> str:
    """Where to go on after sign-in: only within the console, whatever the address bar was talked into."""
    inside = path.startswith("/petugas/") and "\\" not in path and not path.startswith(SIGN_IN)
    return path if inside and path.isprintable() else START


class SigningIn:
    """The answers of the sign-in pages."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._service = console.services.sign_in
        self._cookies = console.cookies
        settings = console.services.settings
        self._label = settings.officer_oidc_label if settings.officer_oidc_issuer else ""
        self._provider = IdentityProvider(settings, console.cookies.identity) if settings.officer_oidc_issuer else None

    async def show(self, request: Request, lanjut: str = "") -> Response:
        """The form; who is signed in already is led on."""
        try:
            await self._console.doorkeeper.signed_in(request)
        except NotSignedIn:
            return await self.form(request, lanjut)
        return RedirectResponse(onward(lanjut), 303, PRIVATE)

    async def form(self, request: Request, lanjut: str, *, name: str = "", error: ArkasError | None = None) -> Response:
        """The form, bound to a cookie of this browser, so that no other site can sign somebody in here."""
        before = self._cookies.before.read(request) or secrets.token_urlsafe(16)
        context = {"name": name, "lanjut": lanjut, "error": error.detail if error else ""}
        answer = self._console.page(
            request,
            None,
            "sign_in.html",
            status=error.status if error else 200,
            csrf=self._console.doorkeeper.anonymous_csrf(before),
            elsewhere=self._label,
            none_yet=await self._console.services.officers.none_yet(),
            **context,
        )
        self._cookies.before.write(answer, before)
        return answer

    async def enter(self, request: Request, name: Name, password: Password, lanjut: Onward = "") -> Response:
        """Open a session, or ask for the second step."""
        try:
            old = self._cookies.session.read(request)
            browser = replace(browser_of(request), known=self._known(request, name))
            opened = await self._service.with_password(name, password, browser, old=old)
        except (SignInRefused, SignInThrottled) as error:
            return await self.form(request, lanjut, name=name, error=error)
        return self.opened(opened, lanjut)

    def _known(self, request: Request, name: str) -> str:
        """The mark of a browser in which this name has signed in before; empty in any other."""
        kept = self._cookies.known.read(request)
        mark = kept.get(_digest(name)) if isinstance(kept, dict) else None
        return mark if isinstance(mark, str) else ""

    def opened(self, opened: Opened, lanjut: str) -> Response:
        """Hand the session's token over, under the cookie of its stage."""
        if opened.stage is Stage.PASSWORD:
            answer = RedirectResponse(SECOND_STEP, 303, PRIVATE)
            self._cookies.half.write(answer, opened.token)
            return answer
        answer = RedirectResponse(onward(lanjut), 303, PRIVATE)
        self._cookies.session.write(answer, opened.token)
        self._cookies.known.write(answer, {_digest(opened.officer.name): secrets.token_urlsafe(12)})
        self._cookies.half.drop(answer)
        self._cookies.before.drop(answer)
        return answer

    async def elsewhere(self, request: Request) -> Response:
        """Lead to the identity provider. Raises NotFound where none is set."""
        if self._provider is None:
            raise NotFound
        try:
            return await self._provider.begin(request)
        except IdentityAway as error:
            return await self.form(request, "", error=error)

    async def back(self, request: Request) -> Response:
        """Open a session for who comes back from the provider. Raises NotFound where none is set."""
        if self._provider is None:
            raise NotFound
        try:
            address = await self._provider.verified_address(request)
            old = self._cookies.session.read(request)
            opened = await self._service.with_identity(address, browser_of(request), old=old)
        except (SignInRefused, IdentityAway) as error:
            return await self.form(request, "", error=error)
        answer = self.opened(opened, "")
        self._cookies.identity.drop(answer)
        return answer

    async def show_code(self, request: Request) -> Response:
        """Ask for the code; without a fresh password first there is nothing to ask for."""
        if await self._service.session(self._cookies.half.read(request), Stage.PASSWORD) is None:
            return RedirectResponse(SIGN_IN, 303, PRIVATE)
        return self._code_form(request)

    def _code_form(self, request: Request, error: ArkasError | None = None) -> Response:
        csrf = self._console.doorkeeper.anonymous_csrf(self._cookies.before.read(request))
        status, told = (error.status, error.detail) if error else (200, "")
        return self._console.page(request, None, "sign_in_code.html", status=status, csrf=csrf, error=told)

    async def enter_code(self, request: Request, kode: Code) -> Response:
        """Complete the sign-in."""
        try:
            opened = await self._service.with_code(self._cookies.half.read(request), kode, browser_of(request))
        except NotSignedIn:
            return RedirectResponse(SIGN_IN, 303, PRIVATE)
        except (WrongFactor, SignInThrottled) as error:
            return self._code_form(request, error)
        return self.opened(opened, "")

    async def leave(self, officer: SignedIn) -> Response:
        """Sign out."""
        await self._service.end(officer.session, officer.account)
        answer = self._console.see_other(SIGN_IN, flash="Anda sudah keluar.")
        self._cookies.session.drop(answer)
        return answer


def sign_in_router(console: Console) -> APIRouter:
    """Make the routes."""
    router, pages = console.router(), SigningIn(console)
    anybody = [console.before_sign_in()]

    router.api_route(SIGN_IN, methods=["GET", "HEAD"], response_model=None, dependencies=anybody)(pages.show)
    router.api_route(SIGN_IN, methods=["POST"], response_model=None, dependencies=anybody)(pages.enter)
    router.api_route(SECOND_STEP, methods=["GET", "HEAD"], response_model=None, dependencies=anybody)(pages.show_code)
    router.api_route(SECOND_STEP, methods=["POST"], response_model=None, dependencies=anybody)(pages.enter_code)
    router.api_route(ELSEWHERE, methods=["GET"], response_model=None, dependencies=anybody)(pages.elsewhere)
    router.api_route(BACK, methods=["GET"], response_model=None, dependencies=anybody)(pages.back)

    @router.action("/petugas/keluar")
    async def leave(officer: Annotated[SignedIn, console.anybody_signed_in()]) -> Response:
        """Sign out."""
        return await pages.leave(officer)

    return router
