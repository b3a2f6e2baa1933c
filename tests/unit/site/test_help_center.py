import json
import re
from datetime import timedelta

import httpx
import pytest

from tests.unit.site.memory import MemoryServices

pytestmark = pytest.mark.anyio

ARTICLE = "/artikel/124-tidak-bisa-tutup-bku"
EXPIRED = "/artikel/7-tarif-pajak"


def structured(html: str) -> list[dict[str, object]]:
    return [json.loads(block) for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)]


async def test_home_shows_search_groups_with_counts_and_what_is_read_most(http: httpx.AsyncClient) -> None:
    html = (await http.get("/")).text
    assert "Hai, ada yang bisa kami bantu?" in html
    assert '<a href="/kategori/tutup-bku">Tutup BKU</a> <span class="count">1<' in html
    assert f'<li><a href="{ARTICLE}">Kendala tidak bisa tutup BKU</a></li>' in html
    assert '<link rel="canonical" href="https://bantuan.example/">' in html


async def test_home_shows_announcements_of_today_only(http: httpx.AsyncClient, services: MemoryServices) -> None:
    html = (await http.get("/")).text
    assert "Sudah lewat." not in html
    assert "/cari?q=PBJ+belum+selesai" in html  # its article is not written yet
    assert f'href="{ARTICLE}"' in html
    services.clock.advance(timedelta(days=-1))
    assert "Sudah lewat." in (await http.get("/")).text


async def test_category_lists_its_articles_and_its_siblings(http: httpx.AsyncClient) -> None:
    html = (await http.get("/kategori/tutup-bku")).text
    assert "BKU tertahan oleh &lt;internet&gt; atau nota." in html
    assert 'href="/kategori/pajak"' in html
    assert structured(html)[0]["@type"] == "BreadcrumbList"


@pytest.mark.parametrize(
    "path",
    ["/kategori/tidak-ada", "/artikel/5-hilang", "/artikel/abc", "/artikel/99999999999999999999", "/artikel/²", "/x/y"],
)
async def test_what_is_not_there_is_a_page_that_helps(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    assert answer.status_code == 404
    assert "Halaman tidak ditemukan" in answer.text
    assert 'role="search"' in answer.text
    assert "Paling banyak dibaca" in answer.text


async def test_missing_api_address_stays_json(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v1/tidak-ada")
    assert (answer.status_code, answer.json()["error"]) == (404, "tidak_ditemukan")


async def test_unforeseen_error_is_told_without_its_inside(http: httpx.AsyncClient) -> None:
    answer = await http.get("/rusak")
    assert answer.status_code == 500
    assert "Maaf, halaman belum dapat dibuka" in answer.text
    assert "rahasia" not in answer.text


@pytest.mark.parametrize("path", ["/artikel/124", "/artikel/124-nama-lama"])
async def test_other_words_behind_a_number_lead_to_the_canonical_address(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    assert (answer.status_code, answer.headers["location"]) == (301, ARTICLE)


async def test_article_tells_its_facts_and_that_nobody_verified_it(http: httpx.AsyncClient) -> None:
    html = (await http.get(ARTICLE)).text
    assert "Belum diverifikasi." in html
    assert "Versi 4.x" in html
    assert '<time datetime="2026-11-21">21 November 2026</time>' in html
    assert "<dd>Dinas Pendidikan setempat</dd>" in html
    assert '<h2 id="yang-perlu-diperiksa">' in html
    assert f'<a href="{EXPIRED}">' in html
    assert "999" not in html  # a related article that is not written yet


async def test_article_leads_to_its_answer_in_telegram(http: httpx.AsyncClient) -> None:
    html = (await http.get("/artikel/124-tidak-bisa-tutup-bku")).text
    assert 'href="https://t.me/arkas_bot?start=artikel_124"' in html
    assert "t.me" not in (await http.get("/")).text


async def test_article_past_its_last_day_says_so(http: httpx.AsyncClient) -> None:
    html = (await http.get(EXPIRED)).text
    assert "Masa berlaku artikel ini sudah lewat." in html
    assert "Belum diverifikasi." not in html


async def test_title_can_close_neither_an_element_nor_the_structured_data(http: httpx.AsyncClient) -> None:
    html = (await http.get(EXPIRED)).text
    title = 'Tarif "PPN" & </script> 2024'
    assert title not in html
    breadcrumb, question = structured(html)
    assert breadcrumb["itemListElement"][-1]["name"] == title  # type: ignore[index]
    assert question["mainEntity"][0]["name"] == title  # type: ignore[index]


async def test_reading_is_counted_once_and_not_for_the_thanks_or_for_head(
    http: httpx.AsyncClient, services: MemoryServices
) -> None:
    await http.get(ARTICLE)
    await http.get(f"{ARTICLE}?nilai=ya")
    await http.head(ARTICLE)
    assert services.articles.views == [124]


async def test_page_that_did_not_change_costs_no_bytes(http: httpx.AsyncClient) -> None:
    first = await http.get(ARTICLE)
    again = await http.get(ARTICLE, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_yes_is_stored_and_thanked_for(http: httpx.AsyncClient, services: MemoryServices) -> None:
    answer = await http.post("/artikel/124/nilai", data={"membantu": "ya"})
    assert answer.headers["location"] == f"{ARTICLE}?nilai=ya#nilai"
    [(number, helpful, reason, visitor)] = services.articles.votes
    assert (number, helpful, reason) == (124, True, None)
    assert re.fullmatch(r"[0-9a-f]{32}", visitor)
    assert "senang bisa membantu" in (await http.get(f"{ARTICLE}?nilai=ya")).text


async def test_no_is_stored_at_once_and_asks_why(http: httpx.AsyncClient, services: MemoryServices) -> None:
    answer = await http.post("/artikel/124/nilai", data={"membantu": "tidak"}, follow_redirects=True)
    assert "Apa yang kurang?" in answer.text
    data = {"membantu": "tidak", "alasan": "kurang_lengkap"}
    answer = await http.post("/artikel/124/nilai", data=data, follow_redirects=True)
    assert "Terima kasih atas masukannya." in answer.text
    assert [vote[1:3] for vote in services.articles.votes] == [(False, None), (False, "kurang_lengkap")]
    assert len({vote[3] for vote in services.articles.votes}) == 1


@pytest.mark.parametrize("data", [{}, {"membantu": "mungkin"}, {"alasan": "lainnya"}])
async def test_vote_that_says_nothing_is_not_stored(
    http: httpx.AsyncClient, services: MemoryServices, data: dict[str, str]
) -> None:
    answer = await http.post("/artikel/124/nilai", data=data)
    assert answer.headers["location"] == f"{ARTICLE}#nilai"
    assert services.articles.votes == []


async def test_unknown_reason_is_dropped(http: httpx.AsyncClient, services: MemoryServices) -> None:
    await http.post("/artikel/124/nilai", data={"membantu": "tidak", "alasan": "<b>"})
    assert services.articles.votes[0][2] is None


@pytest.mark.parametrize(("path", "status"), [("/artikel/5/nilai", 404), ("/artikel/x/nilai", 422)])
async def test_vote_for_nothing_is_refused_in_a_page(http: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await http.post(path, data={"membantu": "ya"})
    assert answer.status_code == status
    assert "<h1>Maaf" in answer.text


async def test_search_marks_the_words_and_escapes_them(http: httpx.AsyncClient) -> None:
    html = (await http.get("/cari", params={"q": "<script>bku"})).text
    assert "Kendala tidak bisa tutup <mark>BKU</mark>" in html
    assert "&lt;script&gt;bku" in html
    assert "<script>bku" not in html


async def test_search_tells_what_it_understood_when_that_differs(
    http: httpx.AsyncClient, services: MemoryServices
) -> None:
    services.articles.understood = "tutup BKU"
    assert "Menampilkan hasil untuk <q>tutup BKU</q>" in (await http.get("/cari?q=tutpu+bku")).text
    assert "Menampilkan hasil untuk" not in (await http.get("/cari?q=Tutup%20bku%20?")).text


@pytest.mark.parametrize("query", ["cuaca besok", "", "   ", "x" * 5000])
async def test_search_without_result_still_helps(http: httpx.AsyncClient, query: str) -> None:
    answer = await http.get("/cari", params={"q": query})
    assert answer.status_code == 200
    assert "Paling banyak dibaca" in answer.text
