"""What all page routes share: GET that also answers HEAD, and errors told in a page instead of JSON."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from bot.errors import ArkasError, InvalidInput
from bot.site.templating import PRIVATE, page

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class PageRoute(APIRoute):
    """A route whose reader is a person."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the endpoint so that what goes wrong is said in a page."""
        answer = super().get_route_handler()

        async def answer_in_a_page(request: Request) -> Response:
            try:
                return await answer(request)
            except RequestValidationError:
                return error_page(request, InvalidInput())
            except ArkasError as error:
                return error_page(request, error)

        return answer_in_a_page


class PageRouter(APIRouter):
    """A router of pages; they are no part of the documented API."""

    def __init__(self) -> None:
        super().__init__(route_class=PageRoute, include_in_schema=False)

    def page(self, path: str) -> Callable[[Endpoint], Endpoint]:
        """Register a page that can be read, and asked for without its body."""
        return self.api_route(path, methods=["GET", "HEAD"], response_model=None)


def error_page(request: Request, error: ArkasError) -> Response:
    """Say in a page what went wrong and what to do next."""
    return page(request, "error.html", status=error.status, cache=PRIVATE, sentence=error.detail)
