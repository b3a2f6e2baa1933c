"""Every page and action of the console refuses the anonymous, the wrong role, and a form without the right token."""

import pytest
from starlette.responses import PlainTextResponse

from bot.console.guard import Gate, OpenGate
from bot.console.pages import Console
from bot.officers.models import Permission, Role
from tests.integration.console.walking import Way, ways, without_gate
from tests.integration.consoles import House, Visitor

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

BEFORE_SIGN_IN = {"/petugas/masuk", "/petugas/masuk/kode", "/petugas/masuk/oidc", "/petugas/masuk/oidc/kembali"}
HTMX = {"HX-Request": "true"}


def guarded(house: House) -> list[Way]:
    found = [way for way in ways(house.app) if isinstance(way.gate, Gate)]
    assert len(found) > 15
    return found


async def ask(visitor: Visitor, way: Way, csrf: str | None, **headers: str) -> tuple[int, str]:
    body = {"csrf": csrf} if csrf is not None else {}
    answer = await visitor.http.request(
        way.method, way.address(), data=body if way.method == "POST" else None, headers=headers
    )
    return answer.status_code, answer.headers.get("location", "").partition("?")[0]


async def test_every_route_has_a_gate_whichever_way_it_came(house: House) -> None:
    assert without_gate(house.app) == []

    async def open_to_all() -> str:
        return "halo"

    house.app.get("/petugas/terbuka")(open_to_all)
    house.app.add_route("/petugas/mentah", lambda _request: PlainTextResponse("halo"))
    house.app.mount("/petugas/tumpangan", PlainTextResponse("halo"))
    assert without_gate(house.app) == ["/petugas/terbuka", "/petugas/mentah", "/petugas/tumpangan"]


async def test_only_sign_in_stands_open(house: House) -> None:
    assert {way.path for way in ways(house.app) if isinstance(way.gate, OpenGate)} <= BEFORE_SIGN_IN
    assert {way.method for way in ways(house.app)} <= {"GET", "HEAD", "POST"}


async def test_route_without_a_gate_cannot_be_made(house: House) -> None:
    with pytest.raises(TypeError, match="/petugas/terbuka"):
        Console(house.services).router().page("/petugas/terbuka")(lambda: None)


async def test_anonymous_is_led_to_sign_in(house: House) -> None:
    stranger = house.stranger()
    for way in guarded(house):
        for csrf in (None, house.browser(Role.ADMIN).csrf):
            assert await ask(stranger, way, csrf) == (303, "/petugas/masuk"), way
        status, _ = await ask(stranger, way, None, **HTMX)
        assert status == 401, way


async def test_wrong_role_is_refused(house: House) -> None:
    refusals = 0
    for way in guarded(house):
        for role in way.refused_to():
            browser = house.browser(role)
            assert (await ask(browser, way, browser.csrf))[0] == 403, (way, role)
            refusals += 1
    assert refusals > 10


async def test_form_without_the_token_of_its_session_changes_nothing(house: House) -> None:
    before = await house.audited()
    admin = house.browser(Role.ADMIN)
    foreign = (await house.sign_in(house.officers[Role.ADMIN])).csrf  # of another session of the same officer
    before = await house.audited()
    forms = [way for way in guarded(house) if way.method == "POST"]
    for way in forms:
        for csrf in (None, "", "0" * 64, foreign, f"{admin.csrf} "):
            assert (await ask(admin, way, csrf))[0] == 403, (way, csrf)
        status, _ = await ask(admin, way, admin.csrf, Origin="https://lain.example")
        assert status == 403, way
    assert await house.audited() == before
    assert len(forms) > 5


async def test_every_menu_entry_opens_for_who_sees_it(house: House) -> None:
    for role in Role:
        page = await house.browser(role).get("/petugas/profil")
        assert page.status_code == 200
        start = await house.browser(role).http.get("/petugas", follow_redirects=True)
        assert start.status_code == 200, role


async def test_temporary_password_opens_nothing_but_its_change(house: House) -> None:
    await house.services.officers.reset("petugas", by="system:test")
    browser = await house.sign_in(house.officers[Role.OFFICER])
    for way in guarded(house):
        if way.method == "GET" and way.path != "/petugas/profil/sandi":
            assert await ask(browser, way, None) == (303, "/petugas/profil/sandi"), way


async def test_admin_may_everything(house: House) -> None:
    assert {way.permission for way in guarded(house)} - {None} <= set(Permission)
