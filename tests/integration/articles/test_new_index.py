"""An article is edited, `./arkas index` runs, and the app that runs answers with the new text."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs
from typer.testing import CliRunner

from bot.articles.service import ArticleService
from bot.articles.serving import ServedArticles
from bot.articles.web import article_router
from bot.clock import SettableClock
from bot.database import Database
from bot.http import install_error_handlers
from embeddings import Ranker, open_served
from embeddings.cli import commands
from embeddings.encoder import EmbeddingTable, save_table
from embeddings.features import FeatureHasher, FeatureSettings
from embeddings.storage import CURRENT
from tests.integration.articles.conftest import OWN

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

URL = "/api/v1/articles/124"
QUESTION = {"query": "kucing saya menutup bku"}


class Hand:
    """A monotonic clock that is moved by hand."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def options(root: Path, tmp_path: Path) -> list[str]:
    encoder, lexicon = tmp_path / "encoder", tmp_path / "lexicon"
    encoder.mkdir()
    lexicon.mkdir()
    hasher = FeatureHasher(["bku"], FeatureSettings(buckets=256))
    rows = np.random.default_rng(1).normal(size=(hasher.size, 16)).astype(np.float32)
    save_table(encoder, hasher, EmbeddingTable.of(rows))
    places = {"articles": root, "lexicon": lexicon, "encoder": encoder, "target": tmp_path / "index"}
    return [part for name, path in places.items() for part in (f"--{name}", str(path))]


def index(options: list[str]) -> None:
    result = CliRunner().invoke(commands, ["index", *options])
    assert result.exit_code == 0, result.output


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def served(options: list[str], tmp_path: Path, hand: Hand) -> ServedArticles:
    index(options)
    folder = tmp_path / "index"
    return ServedArticles(open_served(folder), folder, look_every=timedelta(seconds=1), monotonic=hand)


@pytest.fixture
async def http(served: ServedArticles, database: Database, clock: SettableClock) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(article_router(ArticleService(served, database, clock)))
    install_error_handlers(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot.test") as client:
        yield client


def edit(root: Path) -> None:
    text = (root / OWN).read_text(encoding="utf-8")
    (root / OWN).write_text(text.replace("\n---\n", "\n---\nSatu kucing baru di sini.\n\n", 1), encoding="utf-8")


async def test_a_running_app_answers_with_the_new_text(
    http: httpx.AsyncClient, served: ServedArticles, options: list[str], root: Path, hand: Hand
) -> None:
    old = (await http.get(URL)).json()["excerpt"]
    edit(root)
    index(options)
    assert (await http.get(URL)).json()["excerpt"] == old  # looked less than a second ago
    hand.seconds += 1
    assert (await http.get(URL)).json()["excerpt"] == old  # this one found the new index, and did not wait for it
    served.settle()
    assert (await http.get(URL)).json()["excerpt"] == "Satu kucing baru di sini."
    assert (await http.get("/api/v1/articles", params=QUESTION)).json()["articles"][0]["excerpt"].startswith("Satu")


async def test_an_edit_shows_only_once_it_is_indexed(
    http: httpx.AsyncClient, served: ServedArticles, root: Path
) -> None:
    old = (await http.get(URL)).json()["excerpt"]
    edit(root)
    served.refresh()
    assert (await http.get(URL)).json()["excerpt"] == old


@pytest.mark.parametrize("broken", ["missing", "damaged", "gone"])
async def test_the_last_good_index_stays_and_the_reason_is_logged_once(
    http: httpx.AsyncClient, served: ServedArticles, tmp_path: Path, broken: str
) -> None:
    folder = tmp_path / "index"
    if broken == "damaged":
        (folder / "next").mkdir()
        (folder / "next" / "meta.json").write_text("{", encoding="utf-8")
    if broken == "gone":
        (folder / CURRENT).unlink()
    else:
        (folder / CURRENT).write_text("next\n", encoding="utf-8")
    with capture_logs() as logs:
        served.refresh()
        served.refresh()
    assert [e["event"] for e in logs] == ([] if broken == "gone" else ["new_index_refused"])
    assert all(e["reason"] for e in logs)
    assert (await http.get(URL)).status_code == 200


def test_collection_and_ranker_change_together(
    served: ServedArticles, options: list[str], root: Path, tmp_path: Path
) -> None:
    before = served.now()
    edit(root)
    index(options)
    after = served.refresh()
    assert (before.collection.content_hash, before.ranker) != (after.collection.content_hash, after.ranker)
    assert isinstance(after.ranker, Ranker)
    assert after.generation == (tmp_path / "index" / CURRENT).read_text(encoding="utf-8").strip()
