"""Canned replies in the console: one's own, and everybody's, which supervisors and admins look after."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from bot.console.guard import SignedIn
from bot.console.pages import Console
from bot.errors import InvalidInput
from bot.officers.models import Permission, Role
from bot.replies.models import CannedReply
from bot.replies.rules import VARIABLES

_HOME = "/petugas/balasan"


def replies_router(console: Console) -> APIRouter:
    """Make the routes."""
    router = console.router()
    replies = console.services.canned_replies

    async def page(request: Request, officer: SignedIn, **context: Any) -> Response:  # noqa: ANN401 - for a template
        known: dict[str, Any] = {"error": "", "title": "", "text": "", "editing": None, "shared": False}
        usable = await replies.usable_by(officer.name)
        rows = [(reply, _may_change(officer, reply)) for reply in usable]
        told: dict[str, Any] = known | {"rows": rows, "variables": VARIABLES, "shares": _shares(officer), "home": _HOME}
        return console.page(request, officer, "replies.html", **told | context)

    @router.page(_HOME)
    async def listed(
        request: Request, officer: Annotated[SignedIn, console.allowed(Permission.WORK_TICKETS)], ubah: int = 0
    ) -> Response:
        """All that the officer may use; one of them to be changed."""
        if not ubah:
            return await page(request, officer)
        reply = await replies.usable(ubah, officer.name)
        return await page(
            request, officer, editing=reply.id, title=reply.title, text=reply.text, shared=reply.owner is None
        )

    @router.action(_HOME)
    async def save(
        request: Request,
        officer: Annotated[SignedIn, console.allowed(Permission.WORK_TICKETS)],
        judul: Annotated[str, Form()] = "",
        isi: Annotated[str, Form()] = "",
        nomor: Annotated[int, Form()] = 0,
        bersama: Annotated[bool, Form()] = False,
    ) -> Response:
        """Keep a new one, or change one."""
        shares = _shares(officer)
        try:
            if nomor:
                await replies.change(nomor, officer.name, judul, isi, shares=shares)
            else:
                await replies.add(officer.name, judul, isi, shared=bersama, shares=shares)
        except InvalidInput as error:
            return await page(
                request, officer, status=error.status, error=error.detail, title=judul, text=isi, shared=bersama,
                editing=nomor or None,
            )  # fmt: skip
        return console.see_other(_HOME, flash="Balasan disimpan.")

    @router.action(f"{_HOME}/{{reply}}/hapus")
    async def remove(reply: int, officer: Annotated[SignedIn, console.allowed(Permission.WORK_TICKETS)]) -> Response:
        """Remove one."""
        await replies.remove(reply, officer.name, shares=_shares(officer))
        return console.see_other(_HOME, flash="Balasan dihapus.")

    return router


def _shares(officer: SignedIn) -> bool:
    """Whether the officer looks after everybody's replies."""
    return officer.role in {Role.SUPERVISOR, Role.ADMIN}


def _may_change(officer: SignedIn, reply: CannedReply) -> bool:
    return reply.owner == officer.name or _shares(officer)
