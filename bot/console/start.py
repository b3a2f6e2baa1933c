"""/petugas itself: leads to the first thing that the officer works with."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from bot.console.guard import SignedIn
from bot.console.navigation import entries_for
from bot.console.pages import Console
from bot.console.routing import PRIVATE


def start_router(console: Console) -> APIRouter:
    """Make the route."""
    router = console.router()

    @router.page("/petugas")
    async def start(officer: Annotated[SignedIn, console.anybody_signed_in()]) -> Response:
        """Lead on to the first entry of the menu."""
        entries = entries_for(officer)
        return RedirectResponse(entries[0].path if entries else "/petugas/profil", 303, PRIVATE)

    return router
