"""One person's data: what is kept, given out as an archive, erased. Addresses stand in forms, never in URLs."""

import asyncio
import tempfile
from functools import partial
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from bot.console.guard import SignedIn
from bot.console.pages import Console
from bot.console.routing import PRIVATE
from bot.errors import ArkasError
from bot.officers.models import Permission
from bot.privacy.models import Reach

PERSONS: Final = "/petugas/orang"
Address = Annotated[str, Form(max_length=300)]
_SURE: Final = "HAPUS"


class Persons:
    """The answers of the page."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._privacy = console.services.privacy

    def page(
        self, request: Request, officer: SignedIn, address: str = "", *, reach: Reach | None = None, error: str = ""
    ) -> Response:
        """The form for an address, and what was found under it."""
        status = 422 if error else 200
        return self._console.page(
            request, officer, "persons.html", status=status, address=address, reach=reach, error=error, sure=_SURE
        )

    async def look_up(self, request: Request, officer: SignedIn, address: str) -> Response:
        """Show how much is kept."""
        try:
            reach = await self._privacy.look_up(address, by=officer.actor)
        except ArkasError as error:
            return self.page(request, officer, address, error=error.detail)
        return self.page(request, officer, address, reach=reach)

    async def export(self, request: Request, officer: SignedIn, address: str) -> Response:
        """Hand the archive over; it is removed here once it is sent."""
        target = await asyncio.to_thread(_new_file)
        remove = partial(target.unlink, missing_ok=True)
        try:
            await self._privacy.export(address, target, by=officer.actor)
        except ArkasError as error:
            remove()
            return self.page(request, officer, address, error=error.detail)
        return FileResponse(target, headers=PRIVATE, filename="data-orang.zip", background=BackgroundTask(remove))

    async def erase(self, request: Request, officer: SignedIn, address: str, sure: str) -> Response:
        """Erase, when the word was typed."""
        if sure.strip().upper() != _SURE:
            return await self.look_up(request, officer, address)
        try:
            await self._privacy.erase(address, by=officer.actor)
        except ArkasError as error:
            return self.page(request, officer, address, error=error.detail)
        return self._console.see_other(PERSONS, flash="Data orang ini sudah dihapus. Angka statistik tetap utuh.")


def _new_file() -> Path:
    with tempfile.NamedTemporaryFile(prefix="arkas-data-", suffix=".zip", delete=False) as made:
        return Path(made.name)


def persons_router(console: Console) -> APIRouter:
    """Make the routes."""
    router, pages = console.router(), Persons(console)
    manager = console.allowed(Permission.MANAGE_PERSONS)

    @router.page(PERSONS)
    async def show(request: Request, officer: Annotated[SignedIn, manager]) -> Response:
        return pages.page(request, officer)

    @router.action(PERSONS)
    async def look_up(request: Request, officer: Annotated[SignedIn, manager], address: Address) -> Response:
        return await pages.look_up(request, officer, address)

    @router.action(f"{PERSONS}/ekspor")
    async def export(request: Request, officer: Annotated[SignedIn, manager], address: Address) -> Response:
        return await pages.export(request, officer, address)

    @router.action(f"{PERSONS}/hapus")
    async def erase(
        request: Request,
        officer: Annotated[SignedIn, manager],
        address: Address,
        sure: Annotated[str, Form(max_length=20)] = "",
    ) -> Response:
        return await pages.erase(request, officer, address, sure)

    return router
