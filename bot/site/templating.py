"""Fills templates and answers with pages that may be kept by the browser but are asked for again cheaply."""

import hashlib
import json
import uuid
from functools import lru_cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from bot.calendar.rules import say_moment
from bot.site.formatting import file_size, indonesian_date

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
SITE_NAME: Final = "Pusat Informasi ARKAS/BOSP"

REVALIDATE: Final = "no-cache"  # kept, but asked for again: 304 costs one round trip and no bytes
PRIVATE: Final = "no-store"  # pages with what somebody typed


@lru_cache
def static_address(name: str) -> str:
    """Address of a static file that changes with its content, so that it may be kept for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


def json_in_html(value: object) -> Markup:
    """Write JSON that can stand inside a script element: nothing in it can close the element or open a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704 - escaped


def _make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(tanggal=indonesian_date, ukuran=file_size, waktu=say_moment, jsonld=json_in_html)
    environment.globals.update(static=static_address, site_name=SITE_NAME, section="", new_id=lambda: uuid.uuid4().hex)
    return environment


_ENVIRONMENT: Final = _make_environment()


def render(template: str, **context: object) -> str:
    """Fill a template."""
    return _ENVIRONMENT.get_template(template).render(**context)


def page(request: Request, template: str, *, status: int = 200, cache: str = REVALIDATE, **context: object) -> Response:
    """Answer with a page."""
    context["notices"] = getattr(request.state, "notices", ())
    return document(request, render(template, **context), "text/html", status=status, cache=cache)


def document(request: Request, text: str, media_type: str, *, status: int = 200, cache: str = REVALIDATE) -> Response:
    """Answer with a text, or with 304 when the reader has just this text."""
    if status != 200 or cache == PRIVATE:
        return Response(text, status, {"Cache-Control": cache}, media_type)
    # Weak, because a proxy may compress what the tag was made of.
    tag = f'W/"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
    headers = {"Cache-Control": cache, "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(text, 200, headers, media_type)
