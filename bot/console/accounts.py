"""The accounts of all officers, for admins: made, changed, closed, reset."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Path
from starlette.requests import Request
from starlette.responses import Response

from bot.console.guard import SignedIn
from bot.console.pages import Console
from bot.errors import ArkasError
from bot.officers.models import Officer, Permission, Role
from bot.officers.service import NewOfficer

ACCOUNTS: Final = "/petugas/akun"
ROLES: Final = {
    Role.OFFICER: "Petugas: tiket dan tinjauan percakapan",
    Role.SUPERVISOR: "Penyelia: juga insiden, surat, audit, dan data orang",
    Role.EDITOR: "Penyunting: artikel dan tinjauan percakapan",
    Role.ADMIN: "Admin: semuanya, termasuk akun",
}
Text = Annotated[str, Form(max_length=300)]
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]


class Accounts:
    """The answers of the accounts' pages. What cannot be done is said above the form, which keeps what was typed."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._officers = console.services.officers

    async def list(
        self, request: Request, officer: SignedIn, error: ArkasError | None = None, typed: NewOfficer | None = None
    ) -> Response:
        """All accounts, and the form for another."""
        return self._console.page(
            request,
            officer,
            "accounts.html",
            status=error.status if error else 200,
            error=error.detail if error else "",
            accounts=await self._officers.all(),
            roles=list(ROLES.items()),
            typed=typed or NewOfficer("", "", Role.OFFICER),
        )

    async def create(self, request: Request, officer: SignedIn, new: NewOfficer) -> Response:
        """Make an account and show its first password this once."""
        try:
            made, invented = await self._officers.create(new, by=officer.actor)
        except ArkasError as error:
            return await self.list(request, officer, error, new)
        return self._told_once(request, officer, made, invented or "")

    async def show(self, request: Request, officer: SignedIn, account: Officer, error: ArkasError | None) -> Response:
        """One account."""
        return self._console.page(
            request,
            officer,
            "account.html",
            status=error.status if error else 200,
            error=error.detail if error else "",
            account=account,
            roles=list(ROLES.items()),
            sessions=await self._officers.sessions(account),
        )

    async def do(self, request: Request, officer: SignedIn, account: Officer, what: str) -> Response:
        """Close, open again, sign out everywhere, or give a new password."""
        try:
            if what == "sandi":
                invented = await self._officers.reset(account.name, by=officer.actor)
                return self._told_once(request, officer, account, invented or "")
            if what == "keluarkan":
                await self._officers.revoke(account, None, by=officer.actor)
            elif what == "tutup":
                await self._officers.disable(account.name, by=officer.actor)
            else:
                await self._officers.enable(account.name, by=officer.actor)
        except ArkasError as error:
            return await self.show(request, officer, account, error)
        return self._console.see_other(f"{ACCOUNTS}/{account.id}", flash=_DONE[what])

    def _told_once(self, request: Request, officer: SignedIn, account: Officer, password: str) -> Response:
        return self._console.page(request, officer, "account_password.html", account=account, password=password)


_DONE: Final = {
    "keluarkan": "Semua browser akun ini sudah dikeluarkan.",
    "tutup": "Akun ditutup.",
    "buka": "Akun dibuka kembali.",
}
_DEEDS: Final = "^(sandi|keluarkan|tutup|buka)$"


def accounts_router(console: Console) -> APIRouter:
    """Make the routes."""
    router, pages, officers = console.router(), Accounts(console), console.services.officers
    admin = console.allowed(Permission.MANAGE_OFFICERS)

    @router.page(ACCOUNTS)
    async def listed(request: Request, officer: Annotated[SignedIn, admin]) -> Response:
        return await pages.list(request, officer)

    @router.action(ACCOUNTS)
    async def create(
        request: Request,
        officer: Annotated[SignedIn, admin],
        name: Text,
        display_name: Text,
        role: Annotated[Role, Form()],
        email: Text = "",
    ) -> Response:
        return await pages.create(request, officer, NewOfficer(name, display_name, role, email))

    @router.page(f"{ACCOUNTS}/{{number}}")
    async def show(request: Request, officer: Annotated[SignedIn, admin], number: Number) -> Response:
        return await pages.show(request, officer, await officers.by_id(number), None)

    @router.action(f"{ACCOUNTS}/{{number}}")
    async def change(
        request: Request,
        officer: Annotated[SignedIn, admin],
        number: Number,
        display_name: Text,
        role: Annotated[Role, Form()],
        email: Text = "",
    ) -> Response:
        account = await officers.by_id(number)
        try:
            await officers.change(account.name, display_name=display_name, role=role, email=email, by=officer.actor)
        except ArkasError as error:
            return await pages.show(request, officer, account, error)
        return console.see_other(f"{ACCOUNTS}/{number}", flash="Akun disimpan.")

    @router.action(f"{ACCOUNTS}/{{number}}/{{what}}")
    async def do(
        request: Request,
        officer: Annotated[SignedIn, admin],
        number: Number,
        what: Annotated[str, Path(pattern=_DEEDS)],
    ) -> Response:
        return await pages.do(request, officer, await officers.by_id(number), what)

    return router
