"""What the service worker is given."""

from dataclasses import replace

import httpx
import pytest

from tests.unit.site.memory import MemoryServices

pytestmark = pytest.mark.anyio


async def test_index_leads_from_words_to_articles(http: httpx.AsyncClient) -> None:
    index = (await http.get("/luring.json")).json()
    [place] = index["words"]["bku"]
    assert index["articles"][place][:3] == [124, "Kendala tidak bisa tutup BKU", "/artikel/124-tidak-bisa-tutup-bku"]


async def test_index_follows_the_articles_that_are_served(http: httpx.AsyncClient, services: MemoryServices) -> None:
    before = (await http.get("/luring.json")).json()
    collection = services.articles.collection
    articles = {7: collection.articles[7]}
    services.articles.collection = replace(collection, articles=articles)
    after = (await http.get("/luring.json")).json()
    assert len(before["articles"]) == 2
    assert [article[0] for article in after["articles"]] == [7]


async def test_frame_has_one_place_to_write_into(http: httpx.AsyncClient) -> None:
    answer = await http.get("/luring")
    assert answer.text.count("<!--isi-->") == 1
    assert "noindex" in answer.text


async def test_worker_looks_after_the_whole_site_and_is_asked_for_anew(http: httpx.AsyncClient) -> None:
    answer = await http.get("/offline.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"


async def test_form_is_kept_with_a_key_that_the_worker_can_replace(http: httpx.AsyncClient) -> None:
    assert (await http.get("/hubungi-kami")).text.count('name="key" value="') == 1
