"""Fills the console's templates. What may be kept for ever are static files; pages are kept nowhere."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.calendar.rules import MONTHS, say_moment
from bot.clock import WIB
from bot.officers.rules import browser_name
from bot.people.masking import masked
from bot.site.formatting import file_size, indonesian_date

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
STATIC_PATH: Final = "/static/console"

# No eval and no style element, as our content policy demands; nothing of a page is kept in the browser's storage; what
# goes wrong is shown like everything else (bot/console/routing.py says where).
_HTMX: Final = json.dumps(
    {
        "allowEval": False,
        "includeIndicatorStyles": False,
        "allowScriptTags": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        "responseHandling": [{"code": "204", "swap": False}, {"code": "[2345]..", "swap": True}],
    }
)


@lru_cache
def static_address(name: str) -> str:
    """Address of a static file that changes with its content, so that it may be kept for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"{STATIC_PATH}/{name}?v={digest}"


def short_moment(moment: datetime) -> str:
    """A moment for a list, in WIB.

    >>> from datetime import UTC
    >>> short_moment(datetime(2026, 11, 21, 22, 3, tzinfo=UTC))
    '22 Nov 2026, 05.03'
    """
    local = moment.astimezone(WIB)
    return f"{local.day} {MONTHS[local.month - 1][:3]} {local.year}, {local:%H.%M}"


def percent(share: float, digits: int = 0) -> str:
    """A share of one for a reader; what is hardly anything is not called nothing.

    >>> percent(0.803), percent(0.004), percent(0.9114, 1)
    ('80 %', '< 1 %', '91,1 %')
    """
    if 0 <= share * 100 < 1:
        return "< 1 %"
    return f"{share * 100:.{digits}f} %".replace(".", ",")


def _make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        tanggal=indonesian_date,
        ukuran=file_size,
        waktu=say_moment,
        saat=short_moment,
        samar=masked,
        browser=browser_name,
        persen=percent,
    )
    environment.globals.update(static=static_address, htmx_config=_HTMX)
    return environment


_ENVIRONMENT: Final = _make_environment()


def add_filter(name: str, written: Callable[..., object]) -> None:
    """Give the templates a filter that needs the product's services."""
    _ENVIRONMENT.filters[name] = written


def render(template: str, **context: object) -> str:
    """Fill a template."""
    return _ENVIRONMENT.get_template(template).render(**context)


def render_block(template: str, block: str, **context: object) -> str:
    """Fill one block of a template, for a page that is changed in place. Raises KeyError for a block it has not."""
    found = _ENVIRONMENT.get_template(template)
    return "".join(found.blocks[block](found.new_context(dict(context))))
