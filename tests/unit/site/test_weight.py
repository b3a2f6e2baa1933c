"""The budgets of docs: what a phone on 3G has to fetch."""

import gzip
import json
from collections.abc import Callable

import httpx
import pytest

from bot.site.offline import lexical_index
from bot.site.templating import STATIC
from bot.site.widget import widget_script
from embeddings import load_articles

pytestmark = pytest.mark.anyio

PAGE_BUDGET = 60 * 1024
WIDGET_BUDGET = 15 * 1024  # in Brotli, as the build measured it
WIDGET_GZIP_BUDGET = 16 * 1024
LAUNCHER_BUDGET = 2 * 1024
OFFLINE_BUDGET = 5 * 1024
INDEX_BUDGET = 32 * 1024  # fetched once, in the background, by readers of the help center who do not save data


@pytest.fixture
def packed() -> Callable[[str], int]:
    return lambda name: len(gzip.compress((STATIC / name).read_bytes()))


@pytest.mark.parametrize("path", ["/", "/kategori/tutup-bku", "/artikel/124-tidak-bisa-tutup-bku"])
async def test_page_with_everything_that_it_loads_fits_its_budget(
    http: httpx.AsyncClient, path: str, packed: Callable[[str], int]
) -> None:
    answer = await http.get(path)
    assert answer.headers["content-encoding"] == "gzip"
    loaded = sum(map(packed, ("site.css", "site.js", "favicon.svg")))
    assert len(gzip.compress(answer.content)) + loaded + weight_of_widget() < PAGE_BUDGET


def weight_of_widget() -> int:
    return len(gzip.compress(widget_script().encode()))


def test_widget_fits_its_budget() -> None:
    stamp = json.loads((STATIC.parent / "widget" / "build.json").read_text(encoding="utf-8"))
    assert stamp["brotli"]["widget.js"] < WIDGET_BUDGET  # of the very bytes that test_build.py knows
    assert weight_of_widget() < WIDGET_GZIP_BUDGET


async def test_offline_worker_and_its_index_fit_their_budget(http: httpx.AsyncClient) -> None:
    worker, index = await http.get("/offline.js"), (STATIC.parents[2] / "data" / "articles")
    assert len(gzip.compress(worker.content)) < OFFLINE_BUDGET
    words = json.dumps(lexical_index(load_articles(index)), ensure_ascii=False, separators=(",", ":"))
    assert len(gzip.compress(words.encode())) < INDEX_BUDGET


async def test_launcher_is_a_plain_link_within_its_budget(http: httpx.AsyncClient) -> None:
    html = (await http.get("/")).text
    begin = html.index('<a class="launcher" href="/chat"')
    assert html.index("</a>", begin) - begin < LAUNCHER_BUDGET


async def test_widget_can_be_embedded_elsewhere(http: httpx.AsyncClient) -> None:
    headers = (await http.get("/widget.js")).headers
    assert headers["content-type"].startswith("text/javascript")
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["access-control-allow-origin"] == "*"
