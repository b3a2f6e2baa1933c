"""What the service worker is given."""

import httpx
import pytest

pytestmark = pytest.mark.anyio


async def test_index_leads_from_words_to_articles(http: httpx.AsyncClient) -> None:
    index = (await http.get("/luring.json")).json()
    [place] = index["words"]["bku"]
    assert index["articles"][place][:3] == [124, "Kendala tidak bisa tutup BKU", "/artikel/124-tidak-bisa-tutup-bku"]


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
