"""Rating a solved ticket by the link of its mail.

The link only shows the choice: programs that look after mailboxes open every link, and must not vote. The vote of the
link is chosen already, so one press stores it.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.errors import ArkasError
from bot.satisfaction.links import BAD, GOOD
from bot.satisfaction.models import COMMENT_CHARACTERS
from bot.site.routing import PageRouter
from bot.site.services import SiteServices
from bot.site.templating import PRIVATE, page
from bot.site.views import Step
from bot.tickets.numbers import read_number

_SECRET: Final = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
_VOTES: Final = {GOOD: True, BAD: False}


def rating_router(services: SiteServices) -> PageRouter:
    """Make the routes of the page."""
    router = PageRouter()
    ratings = RatingPage(services)
    router.page("/tiket/{number}/nilai")(ratings.show)
    router.post("/tiket/{number}/nilai", response_model=None)(ratings.store)
    return router


class RatingPage:
    """Answers for who holds a link out of a mail or a talk."""

    def __init__(self, services: SiteServices) -> None:
        self._ratings = services.satisfaction
        self._links = services.rating_links

    async def show(self, request: Request, number: str, kunci: str = "", suara: str = "", kabar: str = "") -> Response:
        """Show the choice; nothing is stored by looking."""
        found = await self._open(number, kunci)
        return await self._page(request, found, kunci, vote=suara, thanks=kabar == "terima") if found else _no(request)

    async def store(self, request: Request, number: str, kunci: str = "") -> Response:
        """Store the vote and the comment, and lead back to where both can be changed."""
        found = await self._open(number, kunci)
        if not found:
            return _no(request)
        async with request.form(max_files=0, max_fields=10) as form:
            vote = str(form.get("suara", ""))
            comment = str(form["komentar"]) if "komentar" in form else None  # a mere vote keeps what was written
        if vote not in _VOTES:
            return await self._page(request, found, kunci, error="Pilih dahulu: puas atau belum puas.")
        try:
            await self._ratings.rate(found, good=_VOTES[vote], comment=comment, source="mail")
        except ArkasError as error:
            return await self._page(request, found, kunci, vote=vote, error=error.detail)
        return RedirectResponse(f"{self._links.path(found, token=kunci)}&kabar=terima", 303, _SECRET)

    async def _open(self, number: str, token: str) -> int | None:
        wanted = read_number(number)
        good = wanted is not None and self._links.opens(wanted, token) and await self._ratings.rateable(wanted)
        return wanted if good else None

    async def _page(
        self, request: Request, number: int, token: str, *, vote: str = "", thanks: bool = False, error: str = ""
    ) -> Response:
        rating = await self._ratings.find(number)
        stored = {True: GOOD, False: BAD}[rating.good] if rating else ""
        answer = page(
            request,
            "rating.html",
            status=422 if error else 200,
            cache=PRIVATE,
            section="tiket",
            number=number,
            action=self._links.path(number, token=token),
            vote=vote if vote in _VOTES else stored,
            comment=rating.comment if rating else "",
            longest=COMMENT_CHARACTERS,
            thanks=thanks,
            error=error,
            trail=[Step("Beranda", "/"), Step("Lacak status tiket", "/tiket"), Step(f"Penilaian tiket #{number}", "")],
        )
        answer.headers.update(_SECRET)
        return answer


def _no(request: Request) -> Response:
    answer = page(request, "thread_refused.html", status=404, cache=PRIVATE, section="tiket")
    answer.headers.update(_SECRET)
    return answer
