"""Personal data stand masked; each showing is somebody's deed."""

import re

import pytest

from bot.console import templating
from bot.console.guard import SignedIn
from bot.console.revealing import Sealed, Seals
from bot.officers.models import Role, Session, Stage
from tests.integration.consoles import House

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

WORDS = "NPSN 20212345 <b>WA</b> 081234567890"


def shown(house: House, role: Role) -> str:
    """How a text stands in a page that an officer with this role reads."""
    at = house.clock.now()
    reader = SignedIn(house.officers[role], Session(1, 1, Stage.FULL, at, at, "", ""), "")
    template = templating._ENVIRONMENT.from_string("{{ text | pribadi('ticket:10001') }}")
    return template.render(text=WORDS, officer=reader)


async def test_value_is_masked_until_it_is_asked_for_and_the_asking_is_written_down(house: House) -> None:
    page = shown(house, Role.OFFICER)
    assert "20212345" not in page
    assert "08•••90" in page
    assert "&lt;b&gt;WA&lt;/b&gt;" in page
    tokens = re.findall(r'name="token" value="([^"]+)"', page)
    browser = house.browser(Role.OFFICER)
    answer = await browser.submit("/petugas/ungkap", token=tokens[1])
    assert "081234567890" in answer.text
    assert "20212345" not in answer.text
    assert (await house.audited())[-1] == ("officer:petugas", "personal_data.revealed", "ticket:10001")
    audit = await house.browser(Role.ADMIN).get("/petugas/audit", tindakan="personal_data.revealed")
    assert "jenis: telepon" in audit.text
    assert "081234567890" not in audit.text


async def test_who_may_not_reveal_gets_no_button(house: House) -> None:
    page = shown(house, Role.EDITOR)
    assert "button" not in page
    assert "20•••45" in page


async def test_button_of_another_officer_opens_nothing(house: House) -> None:
    token = Seals(house.services.settings).seal(Sealed("081234567890", "telepon", "ticket:1"), 424242)
    for wrong in (token, "x", f"{token[:-2]}AA"):
        answer = await house.browser(Role.OFFICER).submit("/petugas/ungkap", token=wrong)
        assert answer.status_code == 422
        assert "081234567890" not in answer.text
