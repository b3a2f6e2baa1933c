"""Rating a solved ticket: looking stores nothing, one press stores, and only a good link opens the page."""

from datetime import timedelta

import httpx
import pytest

from bot.clock import SettableClock
from bot.satisfaction.links import BAD, GOOD, RatingLinks
from tests.unit.site.memory import NOON, SOLVED, MemoryServices

pytestmark = pytest.mark.anyio


@pytest.fixture
def link(services: MemoryServices) -> str:
    return services.rating_links.address(SOLVED, True).removeprefix("https://bantuan.example")


async def test_opening_the_link_shows_the_choice_and_stores_nothing(
    http: httpx.AsyncClient, services: MemoryServices, link: str
) -> None:
    answer = await http.get(link)
    assert answer.status_code == 200
    assert 'value="puas" required checked' in answer.text
    assert (await http.head(link)).status_code == 200
    assert services.satisfaction.ratings == {}
    assert (answer.headers["referrer-policy"], answer.headers["cache-control"]) == ("no-referrer", "no-store")


async def test_one_press_stores_the_vote(http: httpx.AsyncClient, services: MemoryServices, link: str) -> None:
    answer = await http.post(link, data={"suara": GOOD, "komentar": "Cepat <sekali>"}, follow_redirects=True)
    assert services.satisfaction.ratings[SOLVED].good
    assert "Terima kasih!" in answer.text
    assert "Cepat &lt;sekali&gt;" in answer.text


async def test_a_vote_may_be_changed_and_keeps_the_comment(
    http: httpx.AsyncClient, services: MemoryServices, link: str
) -> None:
    await http.post(link, data={"suara": GOOD, "komentar": "Cepat"})
    await http.post(link, data={"suara": BAD})
    rating = services.satisfaction.ratings[SOLVED]
    assert (rating.good, rating.comment) == (False, "Cepat")


async def test_no_vote_is_said_beside_the_form(http: httpx.AsyncClient, services: MemoryServices, link: str) -> None:
    answer = await http.post(link, data={"komentar": "x"})
    assert answer.status_code == 422
    assert "Pilih dahulu" in answer.text
    assert services.satisfaction.ratings == {}


@pytest.mark.parametrize("spoiled", ["260501", f"{SOLVED}1", "x", "0"])
async def test_a_link_is_good_for_its_own_ticket_only(
    http: httpx.AsyncClient, services: MemoryServices, link: str, spoiled: str
) -> None:
    other = link.replace(str(SOLVED), spoiled, 1)
    assert (await http.get(other)).status_code == 404
    assert (await http.post(other, data={"suara": GOOD})).status_code == 404
    assert services.satisfaction.ratings == {}


@pytest.mark.parametrize("token", ["", "1", "99999999999.x", "abc.def", "9" * 40 + ".x", "٣.x"])
def test_a_token_that_we_did_not_sign_opens_nothing(token: str) -> None:
    links = RatingLinks("rahasia", SettableClock(NOON), timedelta(days=1))
    assert not links.opens(1, token)


def test_a_token_ends() -> None:
    clock = SettableClock(NOON)
    links = RatingLinks("rahasia", clock, timedelta(days=180))
    token = links.path(7).partition("kunci=")[2]
    assert links.opens(7, token)
    assert not links.opens(8, token)
    clock.advance(timedelta(days=181))
    assert not links.opens(7, token)
