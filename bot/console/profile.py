"""An officer's own account: password, second factor, and where the account is signed in."""

from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from bot.console.guard import OWN_PASSWORD, SignedIn
from bot.console.pages import Console
from bot.console.signing_in import Code, Password
from bot.errors import ArkasError
from bot.officers import second_factor
from bot.officers.errors import WeakPassword, WrongFactor, WrongPassword
from bot.officers.rules import PASSWORD_MIN

PROFILE: Final = "/petugas/profil"
_APP: Final = "/petugas/profil/kode"


class Profile:
    """The answers of the profile's pages."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._officers = console.services.officers

    async def show(self, request: Request, officer: SignedIn) -> Response:
        """The account as it stands."""
        sessions = await self._officers.sessions(officer.account)
        codes = await self._officers.recovery_codes_left(officer.account)
        return self._console.page(request, officer, "profile.html", sessions=sessions, codes_left=codes)

    def password_form(self, request: Request, officer: SignedIn, error: ArkasError | None = None) -> Response:
        """The form for another password; `error` is told beside the field that it is about."""
        told = {"present": "", "new": ""}
        if error:
            told["present" if isinstance(error, WrongPassword) else "new"] = error.detail
        status = error.status if error else 200
        return self._console.page(
            request, officer, "profile_password.html", status=status, errors=told, shortest=PASSWORD_MIN
        )

    async def change_password(self, request: Request, officer: SignedIn, present: str, new: str) -> Response:
        """Change it; other browsers are signed out."""
        try:
            await self._officers.change_password(officer.account, present, new, session=officer.session.id)
        except (WrongPassword, WeakPassword) as error:
            return self.password_form(request, officer, error)
        return self._console.see_other(PROFILE, flash="Kata sandi diganti. Browser lain sudah dikeluarkan.")

    def app_form(self, request: Request, officer: SignedIn, secret: str, error: str = "") -> Response:
        """Show the secret as a QR code and ask for a first code."""
        drawn = second_factor.qr_svg(second_factor.enrolment_address(secret, officer.name))
        status = 422 if error else 200
        return self._console.page(
            request, officer, "profile_app.html", status=status, secret=secret, qr=drawn, error=error
        )

    async def turn_on(self, request: Request, officer: SignedIn, secret: str, code: str) -> Response:
        """Ask for codes from now on; the recovery codes are shown this once."""
        try:
            codes = await self._officers.turn_second_factor_on(officer.account, secret, code)
        except WrongFactor as error:
            return self.app_form(request, officer, secret, error.detail)
        return self._console.page(request, officer, "profile_codes.html", codes=codes)

    async def turn_off(self, officer: SignedIn, password: str) -> Response:
        """Ask for no codes any more."""
        try:
            await self._officers.turn_second_factor_off(officer.account, password)
        except WrongPassword as error:
            return self._console.see_other(PROFILE, flash=error.detail, tone="bad")
        return self._console.see_other(PROFILE, flash="Kode verifikasi dimatikan.")

    async def revoke(self, officer: SignedIn, session: int) -> Response:
        """Sign another browser out."""
        await self._officers.revoke(officer.account, session, by=officer.actor)
        return self._console.see_other(PROFILE, flash="Browser itu sudah dikeluarkan.")


def profile_router(console: Console) -> APIRouter:
    """Make the routes."""
    router, pages = console.router(), Profile(console)
    signed_in = console.anybody_signed_in()

    @router.page(PROFILE)
    async def show(request: Request, officer: Annotated[SignedIn, signed_in]) -> Response:
        return await pages.show(request, officer)

    @router.page(OWN_PASSWORD)
    async def password(request: Request, officer: Annotated[SignedIn, signed_in]) -> Response:
        return pages.password_form(request, officer)

    @router.action(OWN_PASSWORD)
    async def change(
        request: Request, officer: Annotated[SignedIn, signed_in], present: Password, new: Password
    ) -> Response:
        return await pages.change_password(request, officer, present, new)

    @router.page(_APP)
    async def app(request: Request, officer: Annotated[SignedIn, signed_in]) -> Response:
        return pages.app_form(request, officer, second_factor.new_secret())

    @router.action(_APP)
    async def turn_on(
        request: Request,
        officer: Annotated[SignedIn, signed_in],
        secret: Annotated[str, Form(pattern="^[A-Z2-7]{32}$")],
        kode: Code,
    ) -> Response:
        return await pages.turn_on(request, officer, secret, kode)

    @router.action(f"{_APP}/mati")
    async def turn_off(officer: Annotated[SignedIn, signed_in], password: Password) -> Response:
        return await pages.turn_off(officer, password)

    @router.action(f"{PROFILE}/sesi")
    async def revoke(officer: Annotated[SignedIn, signed_in], session: Annotated[int, Form(ge=1)]) -> Response:
        return await pages.revoke(officer, session)

    return router
