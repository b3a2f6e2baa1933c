"""Signing in over an identity provider, honest and otherwise."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.clock import SettableClock
from tests.integration.console.provider import CLIENT, Provider, running_provider
from tests.integration.consoles import House, Visitor, open_house

pytestmark = [pytest.mark.anyio, pytest.mark.integration]


@pytest.fixture(scope="module")
def served_provider() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(served_provider: Provider) -> Provider:
    served_provider.claims = {}
    return served_provider


@pytest.fixture
async def house(database_url: str, clock: SettableClock, tmp_path: Path, provider: Provider) -> AsyncIterator[House]:
    settings = {"officer_oidc_issuer": provider.issuer, "officer_oidc_client_id": CLIENT}
    async with open_house(database_url, clock, tmp_path, **settings) as house:
        yield house


async def through_the_provider(visitor: Visitor) -> str:
    """Where the provider leads the browser back to."""
    begun = await visitor.get("/petugas/masuk/oidc")
    assert begun.status_code == 302
    async with httpx.AsyncClient() as network:
        return (await network.get(begun.headers["location"])).headers["location"]


async def test_known_address_signs_in(house: House) -> None:
    visitor = house.stranger()
    assert "Masuk dengan akun kantor" in (await visitor.get("/petugas/masuk")).text
    answer = await visitor.http.get(await through_the_provider(visitor))
    assert (answer.status_code, answer.headers["location"]) == (303, "/petugas")
    assert (await visitor.get("/petugas/profil")).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "orang-lain@arkas.example"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": None},
        {"nonce": "yang lain"},
        {"aud": "aplikasi-lain"},
        {"iss": "https://lain.example"},
        {"exp": 1_000_000_000},
    ],
)
async def test_whoever_is_not_proved_stays_outside(house: House, provider: Provider, claims: dict[str, Any]) -> None:
    provider.claims = claims
    visitor = house.stranger()
    answer = await visitor.http.get(await through_the_provider(visitor))
    assert answer.status_code == 401
    assert "petugas" not in visitor.http.cookies


async def test_answer_to_another_browser_is_worth_nothing(house: House) -> None:
    back = await through_the_provider(house.stranger())
    assert (await house.stranger().http.get(back)).status_code == 401


async def test_answer_works_once(house: House) -> None:
    visitor = house.stranger()
    back = await through_the_provider(visitor)
    await visitor.http.get(back)
    again = await visitor.http.get(back)
    assert again.status_code == 401


async def test_closed_account_stays_closed(house: House) -> None:
    await house.services.officers.disable("petugas", by="system:test")
    visitor = house.stranger()
    assert (await visitor.http.get(await through_the_provider(visitor))).status_code == 401


async def test_provider_that_is_away_is_told(database_url: str, clock: SettableClock, tmp_path: Path) -> None:
    settings = {"officer_oidc_issuer": "http://127.0.0.1:9", "officer_oidc_client_id": CLIENT}
    async with open_house(database_url, clock, tmp_path / "away", **settings) as house:
        answer = await house.stranger().get("/petugas/masuk/oidc")
        assert answer.status_code == 503
        assert "kata sandi" in answer.text
