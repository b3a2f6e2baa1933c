import re

import httpx
import pytest

pytestmark = pytest.mark.anyio

PAGES = [
    "/",
    "/kategori/tutup-bku",
    "/artikel/124-tidak-bisa-tutup-bku",
    "/cari?q=bku",
    "/hubungi-kami",
    "/tiket",
    "/chat",
]
INLINE = re.compile(r"<script(?![^>]*(?:\ssrc=|ld\+json))|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)
FOREIGN = re.compile(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(?:https?:)?//(?!bantuan\.example)', re.IGNORECASE)


@pytest.mark.parametrize("path", [*PAGES, "/static/site.css", "/hilang", "/rusak"])
async def test_every_answer_forbids_foreign_and_inline_code(http: httpx.AsyncClient, path: str) -> None:
    headers = (await http.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", PAGES)
async def test_pages_need_nothing_that_the_policy_forbids(http: httpx.AsyncClient, path: str) -> None:
    html = (await http.get(path)).text
    assert INLINE.findall(html) == []
    assert FOREIGN.findall(html) == []


async def test_documentation_may_load_its_own_files_and_only_there(http: httpx.AsyncClient) -> None:
    assert "cdn.jsdelivr.net" in (await http.get("/docs")).headers["content-security-policy"]
    assert "cdn.jsdelivr.net" not in (await http.get("/docsx/..%2f")).headers["content-security-policy"]
