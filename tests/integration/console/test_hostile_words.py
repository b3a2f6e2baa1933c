"""What strangers write stands in every page of the console as text, and nowhere in logs or addresses."""

import io
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote_plus

import lxml.html
import pytest

from bot.clock import SettableClock
from bot.officers.models import Role
from tests.integration.console.walking import crawl, kind_of
from tests.integration.consoles import METRICS_TOKEN, House, open_house
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
EDITED = {"/petugas/tiket/N/pisah"}  # a reporter's words in a field, to be cut out of the ticket
_ADDRESSES = re.compile(r'(?:href|action|src|hx-[a-z]+)="([^"]*)"')
PERSONAL = (EMAIL, "rina.rahasia", "081234567890", "20212345", "3201234567890123")


@pytest.fixture
async def house(sqlite_template: Path, clock: SettableClock, tmp_path: Path) -> AsyncIterator[House]:
    """Over SQLite alone: pages are written the same whatever they were read from."""
    url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'arkas.db')}"
    async with open_house(url, clock, tmp_path) as house:
        yield house


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
            marked.add(kind_of(path))
        assert "data-xss=5&gt; 49" not in html

    assert await crawl(house.browser(Role.ADMIN), look) > 20
    assert found == {}
    assert "/petugas/tiket/N" in marked
    assert "/petugas/tiket" in marked


async def test_nobody_stands_in_pages_logs_metrics_or_addresses(house: House, logged: io.StringIO) -> None:
    said = "Kendala saya NPSN 20212345 NIK 3201234567890123 WA 081234567890"
    await live(house, Words(EMAIL, said, PNG + b"x" * 700))
    addresses: list[str] = []
    shown: dict[str, list[str]] = {}

    def look(path: str, html: str) -> None:
        addresses.extend([path, *_ADDRESSES.findall(html)])
        if kind_of(path) not in EDITED and (words := [word for word in PERSONAL if word in html]):
            shown[path] = words

    admin = house.browser(Role.ADMIN)
    await crawl(admin, look)
    await admin.get("/petugas/tiket/10001")
    log = logged.getvalue()
    assert "/petugas/tiket/10001" in log
    assert [word for word in PERSONAL if word in log] == []
    metrics = (await admin.http.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})).text
    assert "arkas_tickets" in metrics
    assert "/petugas/tiket/{number}" in metrics  # counted by route, not by address
    labels = " ".join(re.findall(r"{[^}]*}", metrics))  # a time may hold any digits
    assert [word for word in (*PERSONAL, "10001") if word in labels] == []
    assert shown == {}  # masked, or within a button that shows it one by one
    assert [address for address in addresses if any(word in unquote_plus(address) for word in PERSONAL)] == []
