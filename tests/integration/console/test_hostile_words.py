"""What strangers write stands in every page of the console as text, and nowhere in logs or addresses."""

import io
import logging
import re
from collections.abc import Iterator
from urllib.parse import unquote_plus

import lxml.html
import pytest

from bot.logs import configure_logs
from bot.officers.models import Role
from bot.requests import RequestLog
from tests.integration.console.walking import crawl
from tests.integration.consoles import House
from tests.integration.lives import PNG, Words, live

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

# Each way out of text that a template could leave open: an element, an attribute in either quotes, a script's end, a
# comment, a template's own marks, an address.
ATTACKS = (
    "<img src=x onerror=alert(1) data-xss=1>",
    "\"'><svg/onload=alert(1) data-xss=2>",
    "' autofocus onfocus=alert(1) data-xss=3 x='",
    "</textarea></script></title><script data-xss=4>alert(1)</script>",
    "--><b data-xss=5> {{ 7*7 }} {% raw %}",
    "javascript:alert(1)//[x](javascript:alert(2))",
)
MARK = "Jejakserangan"
EMAIL = "rina.rahasia@sdn1.sch.id"
_ADDRESSES = re.compile(r'(?:href|action|src|hx-[a-z]+)="([^"]*)"')
PERSONAL = (EMAIL, "rina.rahasia", "081234567890", "20212345", "3201234567890123")


def assaults(html: str) -> list[str]:
    """What in a page is more than text though a stranger wrote it."""
    if not html.lstrip().startswith("<"):
        return []
    elements = (each for each in lxml.html.document_fromstring(html).iter() if isinstance(each.tag, str))
    return [lxml.html.tostring(each, encoding="unicode")[:200] for each in elements if is_assault(each)]


def is_assault(element: lxml.html.HtmlElement) -> bool:
    attributes = dict(element.attrib)
    acting = any(name == "data-xss" or name.startswith("on") for name in attributes)
    leading = any(attributes.get(name, "").strip().startswith("javascript") for name in ("href", "src", "action"))
    inline = element.tag == "script" and "src" not in attributes and MARK in (element.text or "")
    return acting or leading or inline


def test_assaults_are_recognised() -> None:
    for attack in ATTACKS[:-1]:
        page = f"<html><body><p title='{attack}'>{attack}</p><textarea>{attack}</textarea>"
        assert assaults(page), attack
    assert assaults(f'<html><a href="{ATTACKS[-1]}">x</a>')


async def hostile_house(house: House) -> None:
    """Somebody who attacks through every field of a talk, a form, a mail and a file, and an officer's odd name."""
    for place, attack in enumerate(ATTACKS):
        words = Words(f"penyerang{place}@sdn1.sch.id", f"{MARK} {attack}", PNG + bytes([place]) * 700)
        await live(house, words)
        await house.services.officers.change(
            "petugas", display_name=f"Bu {attack}"[:90], role=Role.OFFICER, email="", by="system:test"
        )
        await house.services.audit.record("officer:petugas", f"x.{attack}"[:60], attack[:100], said=attack)


async def test_no_page_takes_strangers_words_for_its_own(house: House) -> None:
    await hostile_house(house)
    found: dict[str, list[str]] = {}
    marked: set[str] = set()

    def look(path: str, html: str) -> None:
        if assaults(html):
            found[path] = assaults(html)
        if MARK in html:
            marked.add(re.sub(r"\d+", "N", path.partition("?")[0]))
        assert "data-xss=5&gt; 49" not in html

    assert await crawl(house.browser(Role.ADMIN), look) > 20
    assert found == {}
    assert "/petugas/tiket/N" in marked
    assert "/petugas/tiket" in marked


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the product logs meanwhile, at the most talkative level."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure_logs("debug", "json")
    written = io.StringIO()
    [handler] = [each for each in root.handlers if isinstance(each, logging.StreamHandler)][:1]
    handler.setStream(written)
    yield written
    root.handlers[:], root.level = before, level


async def test_nobody_stands_in_logs_or_addresses(house: House, logged: io.StringIO) -> None:
    house.app.add_middleware(RequestLog)
    said = "Kendala saya NPSN 20212345 NIK 3201234567890123 WA 081234567890"
    await live(house, Words(EMAIL, said, PNG + b"x" * 700))
    addresses: list[str] = []

    def look(path: str, html: str) -> None:
        addresses.extend([path, *_ADDRESSES.findall(html)])

    admin = house.browser(Role.ADMIN)
    await crawl(admin, look)
    await admin.get("/petugas/tiket/10001")
    log = logged.getvalue()
    assert "/petugas/tiket/10001" in log
    assert [word for word in PERSONAL if word in log] == []
    assert [address for address in addresses if any(word in unquote_plus(address) for word in PERSONAL)] == []
