"""The console's routes: checked before the body is read, and what goes wrong is told in a page of the console."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.attachments.web import bounded
from bot.console.guard import OWN_PASSWORD, SIGN_IN, Gate, MustChangePassword, OpenGate, SignedIn
from bot.console.navigation import entries_for
from bot.console.templating import render
from bot.errors import ArkasError, InvalidInput
from bot.officers.errors import NotSignedIn

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
BODY_BYTES = 60 * 1024**2  # an answer with files; the same as one message of a reporter
PRIVATE = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "same-origin",  # without it browsers hide the origin of forms
    "Vary": "HX-Request",
}


class ConsoleRoute(APIRoute):
    """A route with a gate. Raises TypeError when it is made without one."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Check the request, then answer; say in a page what goes wrong."""
        answer, gate = super().get_route_handler(), gate_of(self.dependant)
        if gate is None:
            raise TypeError(f"{self.path} does not say who may use it; see Console.allowed")

        async def guarded(request: Request) -> Response:
            try:
                request = bounded(request, BODY_BYTES)
                await gate.check(request)
                return await answer(request)
            except RequestValidationError:
                return refused(request, InvalidInput())
            except ArkasError as error:
                return refused(request, error)

        return guarded


def gate_of(dependant: Dependant) -> Gate | OpenGate | None:
    """The gate among a route's dependencies."""
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, Gate | OpenGate):
            return dependency.call
    return None


class ConsoleRouter(APIRouter):
    """A router of console pages; they are no part of the documented API."""

    def __init__(self) -> None:
        super().__init__(route_class=ConsoleRoute, include_in_schema=False)

    def page(self, path: str) -> Callable[[Endpoint], Endpoint]:
        """Register what is read."""
        return self.api_route(path, methods=["GET", "HEAD"], response_model=None)

    def action(self, path: str) -> Callable[[Endpoint], Endpoint]:
        """Register what a form does."""
        return self.api_route(path, methods=["POST"], response_model=None)


def refused(request: Request, error: ArkasError) -> Response:
    """Say what went wrong: lead to sign-in who is not, tell others in the page or in the place for news."""
    if isinstance(error, NotSignedIn):
        return _led(request, _sign_in_address(request), 401)
    if isinstance(error, MustChangePassword):
        return _led(request, OWN_PASSWORD, 403)
    if "hx-request" in request.headers:
        place = {"HX-Retarget": "#kabar", "HX-Reswap": "innerHTML", "HX-Push-Url": "false"}
        return Response(render("_told.html", tone="bad", text=error.detail), error.status, PRIVATE | place, "text/html")
    officer: SignedIn | None = getattr(request.state, "officer", None)
    menu = entries_for(officer) if officer and not officer.account.must_change else ()
    text = render("refused.html", officer=officer, navigation=menu, flash=None, here="", sentence=error.detail)
    return Response(text, error.status, PRIVATE, "text/html")


def _led(request: Request, address: str, status: int) -> Response:
    if "hx-request" in request.headers:
        return Response(status_code=status, headers=PRIVATE | {"HX-Redirect": address})
    return RedirectResponse(address, 303, PRIVATE)


def _sign_in_address(request: Request) -> str:
    # The path alone: what stands in the query may be somebody's words.
    path = request.url.path
    return f"{SIGN_IN}?{urlencode({'lanjut': path})}" if request.method == "GET" and path != "/petugas" else SIGN_IN
