"""Where articles are missing, and the last replays of past questions."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from bot.console.articles import ARTICLES
from bot.console.guard import SignedIn
from bot.console.pages import Console
from bot.editing.rules import new_fields
from bot.officers.models import Permission

GAPS: Final = "/petugas/kesenjangan"
REPLAYS: Final = "/petugas/uji-ulang"
GUIDE: Final = "/petugas/panduan-belajar"
_QUESTIONS_MAX: Final = 25  # of a gap, given to a draft as its examples
_NUMBER: Final = re.compile(r"\d{1,12}")


def gaps_router(console: Console) -> APIRouter:
    """Make the routes."""
    router, gaps = console.router(), console.services.gaps
    reviewing, editing = console.allowed(Permission.REVIEW_TALKS), console.allowed(Permission.EDIT_ARTICLES)

    @router.page(GAPS)
    async def show(request: Request, officer: Annotated[SignedIn, reviewing]) -> Response:
        return console.page(request, officer, "gaps.html", gaps=await gaps.gaps(), home=GAPS)

    @router.action(f"{GAPS}/draf")
    async def draft(
        officer: Annotated[SignedIn, editing],
        tiket: Annotated[str, Form(max_length=12)] = "",
        pertanyaan: Annotated[list[int] | None, Form()] = None,
    ) -> Response:
        number = int(tiket) if _NUMBER.fullmatch(tiket) else 0
        solution = await gaps.solution(number) if number else None
        if solution is None:
            return console.see_other(GAPS, flash="Tiket itu belum dijawab petugas.", tone="bad")
        chosen = set(pertanyaan or ())
        asked = [q.text for q in await gaps.unanswered() if q.id in chosen][:_QUESTIONS_MAX]
        category, related = gaps.nearest(asked[0] if asked else solution.subject)
        editor = console.services.editor
        fields = new_fields(
            solution.subject, solution.answer, asked, category=category, related=related, today=editor.today
        )
        made = await editor.begin(officer.name, fields, origin=f"tiket {number}")
        await console.audit(officer, "article.created", f"article:{made.number}", ticket=number)
        return console.see_other(f"{ARTICLES}/{made.number}", flash="Draf dibuat dari jawaban tiket.")

    @router.page(REPLAYS)
    async def replays(request: Request, officer: Annotated[SignedIn, reviewing]) -> Response:
        found = await console.services.replays.newest()
        return console.page(request, officer, "replays.html", replays=found, gaps=GAPS)

    @router.page(GUIDE)
    async def guide(request: Request, officer: Annotated[SignedIn, reviewing]) -> Response:
        return console.page(request, officer, "learning_guide.html")

    return router
