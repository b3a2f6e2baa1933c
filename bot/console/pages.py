"""What every page of the console is made with."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.cookies import Cookies
from bot.console.guard import Doorkeeper, Gate, OpenGate, SignedIn
from bot.console.navigation import entries_for
from bot.console.routing import PRIVATE, ConsoleRouter
from bot.console.templating import render, render_block
from bot.officers.models import Permission
from bot.services import Services


@dataclass(frozen=True)
class Console:
    """Made once and handed to every page module: `def <noun>_router(console: Console) -> APIRouter`.

    docs/console.md, "For developers", shows a whole page.
    """

    services: Services
    cookies: Cookies = field(init=False)
    doorkeeper: Doorkeeper = field(init=False)

    def __post_init__(self) -> None:
        services = self.services
        cookies = Cookies(services.settings)
        object.__setattr__(self, "cookies", cookies)
        home = services.settings.public_url
        object.__setattr__(self, "doorkeeper", Doorkeeper(services.sign_in, cookies, home=home))

    def router(self) -> ConsoleRouter:
        """A router whose routes cannot be made without a gate."""
        return ConsoleRouter()

    def allowed(self, permission: Permission) -> Any:  # noqa: ANN401 - what FastAPI calls a dependency
        """A dependency that gives the SignedIn officer; everybody else is turned away before the body is read.

            officer: Annotated[SignedIn, console.allowed(Permission.READ_TICKETS)]

        A POST must carry the session's CSRF token, in the header X-CSRF-Token or in the form's field `csrf`.
        """
        return Depends(Gate(self.doorkeeper, permission))

    def anybody_signed_in(self) -> Any:  # noqa: ANN401 - as above
        """As `allowed`, for what every officer may do: the own profile, signing out."""
        return Depends(Gate(self.doorkeeper, None))

    def before_sign_in(self) -> Any:  # noqa: ANN401 - as above
        """For the pages of sign-in alone."""
        return Depends(OpenGate(self.doorkeeper))

    def page(
        self,
        request: Request,
        officer: SignedIn | None,
        template: str,
        *,
        status: int = 200,
        block: str | None = None,
        **context: object,
    ) -> Response:
        """Answer with a page, or with one block of its template for a place that htmx changes.

        Templates know `officer` (name, display_name, role, csrf, may), `navigation`, `flash` and `here` (the path).
        """
        told = self.cookies.flash.read(request)
        common = {
            "officer": officer,
            "navigation": entries_for(officer) if officer and not officer.account.must_change else (),
            "flash": told if isinstance(told, dict) else None,
            "here": request.url.path,
        }
        values = common | context
        text = render_block(template, block, **values) if block else render(template, **values)
        answer = Response(text, status, PRIVATE, "text/html")
        if told is not None and block is None:
            self.cookies.flash.drop(answer)
        return answer

    def see_other(self, path: str, *, flash: str = "", tone: str = "good") -> Response:
        """After a form was done: lead to a page, where `flash` is told once. Write no personal data into `path`."""
        answer = RedirectResponse(path, 303, PRIVATE)
        if flash:
            self.cookies.flash.write(answer, {"text": flash, "tone": tone})
        return answer

    async def audit(self, officer: SignedIn, action: str, subject: str, **details: object) -> None:
        """Note who saw or changed whose data: `await console.audit(officer, "ticket.read", f"ticket:{number}")`.

        No personal data in `details`: numbers, field names, reasons.
        """
        await self.services.audit.record(officer.actor, action, subject, **details)

    def article_title(self, number: int) -> str:
        """How an article is called today."""
        article = self.services.articles.collection.articles.get(number)
        return article.title if article else f"Artikel {number} (sudah tidak ada)"
