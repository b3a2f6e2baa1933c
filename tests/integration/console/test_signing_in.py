"""Signing in to the console, as browsers and strangers try it."""

import re
from datetime import timedelta

import httpx
import pytest
from argon2 import PasswordHasher

from bot.officers import repository
from bot.officers.models import Role
from bot.officers.passwords import Passwords
from tests.integration.consoles import CHEAP, PASSWORD, House, Visitor

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


def token_in(answer: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', answer.text)
    assert found, answer.text
    return found.group(1)


async def tries(visitor: Visitor, name: str, password: str, **more: str) -> httpx.Response:
    visitor.csrf = token_in(await visitor.get("/petugas/masuk"))
    return await visitor.submit("/petugas/masuk", name=name, password=password, **more)


async def test_officer_signs_in_and_out(house: House) -> None:
    visitor = house.stranger()
    answer = await tries(visitor, "Petugas ", PASSWORD, lanjut="/petugas/profil")
    assert (answer.status_code, answer.headers["location"]) == (303, "/petugas/profil")
    assert (await visitor.get("/petugas")).status_code == 303
    visitor.csrf = house.services.sign_in.csrf(visitor.http.cookies["petugas"])
    left = await visitor.submit("/petugas/keluar")
    assert left.headers["location"] == "/petugas/masuk"
    assert (await visitor.get("/petugas")).headers["location"] == "/petugas/masuk"
    assert ("officer:petugas", "session.ended", "officer:petugas") in await house.audited()


async def test_a_password_is_hashed_anew_when_the_parameters_have_changed(house: House) -> None:
    old = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    async with house.database.write() as connection:
        await repository.update_officer(connection, house.officers[Role.OFFICER].id, password_hash=old)
    for _ in range(2):  # the second time with what the first has stored
        assert (await tries(house.stranger(), "petugas", PASSWORD)).status_code == 303
    now = (await house.services.officers.find("petugas")).password_hash
    assert not Passwords(CHEAP).outdated(now or "")


@pytest.mark.parametrize(
    ("name", "password"), [("petugas", "salah"), ("tidak-ada", PASSWORD), ("", ""), ("x" * 190, "x")]
)
async def test_wrong_name_and_wrong_password_read_the_same(house: House, name: str, password: str) -> None:
    visitor = house.stranger()
    answer = await tries(visitor, name, password)
    assert answer.status_code == (401 if name else 422)
    assert "petugas" not in visitor.http.cookies


async def test_guessing_is_slowed_down_for_a_while_even_for_the_right_password(house: House) -> None:
    for _ in range(5):
        assert (await tries(house.stranger(), "petugas", "salah")).status_code == 401
    assert (await tries(house.stranger(), "petugas", PASSWORD)).status_code == 429
    assert (await tries(house.stranger(), "admin", PASSWORD)).status_code == 303
    house.clock.advance(timedelta(seconds=31))
    assert (await tries(house.stranger(), "petugas", PASSWORD)).status_code == 303


async def test_who_guesses_elsewhere_does_not_keep_the_officer_out(house: House) -> None:
    own = house.stranger()
    assert (await tries(own, "petugas", PASSWORD)).status_code == 303
    assert "petugas" not in str(own.http.cookies["petugas-dikenal"])
    own.http.cookies.delete("petugas")
    for _ in range(7):
        await tries(house.stranger(), "petugas", "salah")
    assert (await tries(house.stranger(), "petugas", PASSWORD)).status_code == 429
    assert (await tries(own, " Petugas ", PASSWORD)).status_code == 303
    own.http.cookies.delete("petugas")
    for _ in range(5):
        assert (await tries(own, "petugas", "salah")).status_code == 401
    assert (await tries(own, "petugas", PASSWORD)).status_code == 429
    assert (await tries(own, "penyelia", PASSWORD)).status_code == 303  # known for the other name alone


async def test_a_forged_mark_of_a_known_browser_is_worth_nothing(house: House) -> None:
    for _ in range(6):
        await tries(house.stranger(), "petugas", "salah")
    other = house.stranger()
    assert (await tries(other, "penyelia", PASSWORD)).status_code == 303
    for mark in (other.http.cookies["petugas-dikenal"], "eyJhIjoiYiJ9.x.y", ""):
        guesser = house.stranger()
        guesser.http.cookies.set("petugas-dikenal", mark)
        assert (await tries(guesser, "petugas", PASSWORD)).status_code == 429


async def test_session_ends_for_lack_of_use_and_by_its_age(house: House) -> None:
    browser = house.browser(Role.ADMIN)
    for _ in range(5):
        house.clock.advance(timedelta(minutes=115))
        assert (await browser.get("/petugas")).headers["location"] != "/petugas/masuk"
    house.clock.advance(timedelta(hours=3))
    assert (await browser.get("/petugas")).headers["location"] == "/petugas/masuk"


async def test_address_to_go_on_to_stays_within_the_console(house: House) -> None:
    for lanjut in ("https://lain.example/petugas/", "//lain.example", "/petugas/../x\\", "/tiket", "/petugas/masuk"):
        answer = await tries(house.stranger(), "petugas", PASSWORD, lanjut=lanjut)
        assert answer.headers["location"] == "/petugas", lanjut


async def test_session_of_before_is_worth_nothing_after_signing_in(house: House) -> None:
    visitor = await house.sign_in(house.officers[Role.OFFICER])
    before = visitor.http.cookies["petugas"]
    visitor.http.cookies.clear()
    visitor.http.cookies.set("petugas", before)
    answer = await house.stranger().get("/petugas/masuk")
    visitor.http.cookies.update(answer.cookies)
    visitor.csrf = token_in(answer)
    assert (await visitor.submit("/petugas/masuk", name="petugas", password=PASSWORD)).status_code == 303
    old = house.stranger()
    old.http.cookies.set("petugas", before)
    assert (await old.get("/petugas")).headers["location"] == "/petugas/masuk"


async def test_foreign_page_cannot_sign_anybody_in(house: House) -> None:
    visitor = house.stranger()
    visitor.csrf = token_in(await visitor.get("/petugas/masuk"))
    form = {"csrf": visitor.csrf, "name": "petugas", "password": PASSWORD}
    foreign = await visitor.http.post("/petugas/masuk", data=form, headers={"Origin": "https://lain.example"})
    assert foreign.status_code == 403
    another = house.stranger()  # without the cookie that the form is bound to
    assert (await another.http.post("/petugas/masuk", data=form)).status_code == 403
