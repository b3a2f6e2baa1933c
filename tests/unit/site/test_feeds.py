from xml.etree import ElementTree as ET

import httpx
import pytest

pytestmark = pytest.mark.anyio


async def test_sitemap_lists_every_category_and_article(http: httpx.AsyncClient) -> None:
    answer = await http.get("/sitemap.xml")
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    places = [node.text for node in ET.fromstring(answer.text).findall("s:url/s:loc", space)]  # noqa: S314 - our own
    assert answer.headers["content-type"].startswith("application/xml")
    assert "https://bantuan.example/kategori/pajak" in places
    assert "https://bantuan.example/artikel/124-tidak-bisa-tutup-bku" in places
    assert len(places) == len(set(places)) == 7


async def test_feed_is_well_formed_whatever_stands_in_a_title(http: httpx.AsyncClient) -> None:
    answer = await http.get("/feed.atom")
    space = {"a": "http://www.w3.org/2005/Atom"}
    entries = ET.fromstring(answer.text).findall("a:entry", space)  # noqa: S314 - our own
    titles = {entry.findtext("a:title", namespaces=space) for entry in entries}
    assert titles == {"Kendala tidak bisa tutup BKU", 'Tarif "PPN" & </script> 2024'}
    assert entries[0].findtext("a:updated", namespaces=space) == "2026-11-21T00:00:00+00:00"


async def test_robots_names_the_sitemap_and_closes_what_is_personal(http: httpx.AsyncClient) -> None:
    lines = (await http.get("/robots.txt")).text.splitlines()
    assert "Sitemap: https://bantuan.example/sitemap.xml" in lines
    assert {"Disallow: /tiket", "Disallow: /chat", "Disallow: /api/"} <= set(lines)


async def test_manifest_and_icon_lead_to_a_drawing_that_may_be_kept_for_ever(http: httpx.AsyncClient) -> None:
    icon = (await http.get("/manifest.webmanifest")).json()["icons"][0]["src"]
    assert (await http.get("/favicon.ico")).headers["location"] == icon
    drawing = await http.get(icon)
    assert drawing.headers["content-type"] == "image/svg+xml"
    assert "immutable" in drawing.headers["cache-control"]


async def test_static_file_without_its_digest_is_not_kept_for_ever(http: httpx.AsyncClient) -> None:
    assert "immutable" not in (await http.get("/static/site.css")).headers.get("cache-control", "")
    assert "immutable" not in (await http.get("/static/hilang.css?v=1")).headers.get("cache-control", "")
