"""A data folder with our categories and one article of our own, and an import from the stand-in into it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.articles.importing.fetching import Fetcher
from bot.articles.importing.planning import Plan
from bot.articles.importing.running import run_import
from bot.articles.importing.swapping import signature
from bot.articles.importing.zendesk import ZendeskSource
from bot.articles.importing.zendesk_api import HttpHelpCenter
from bot.clock import SettableClock
from bot.settings import ROOT
from embeddings import load_articles
from tests.integration.articles.zendesk_stand_in import HelpCenterContent, StandIn, serving

OURS = ROOT / "data" / "articles"
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
OWN = Path("tutup-edit-hapus-bku") / "tidak-bisa-tutup-bku.md"  # number 124

Import = Callable[..., Plan]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "articles"
    (folder / OWN).parent.mkdir(parents=True)
    for name in ("categories.yml", "links.yml", "sources.yml", OWN):
        shutil.copy(OURS / name, folder / name)
    return folder


@pytest.fixture
def center() -> Iterator[StandIn]:
    with serving(HelpCenterContent.of(5)) as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    """How long the import would have waited."""
    return []


@pytest.fixture
def bring_in(root: Path, center: StandIn, waits: list[float]) -> Import:
    """Run an import from the stand-in."""

    def run(*, full: bool = False, sections: tuple[int, ...] = (), category: str | None = None) -> Plan:
        fetcher = Fetcher(center.origin, pause=waits.append)
        api = HttpHelpCenter(fetcher, locale="id")
        source = ZendeskSource(api, root, load_articles(root), locale="id", sections=sections, category=category)
        return run_import(source, root, SettableClock(NOW), full=full)

    return run


@pytest.fixture
def unchanged(root: Path) -> Callable[[], bool]:
    """Whether no file was touched since the last time that this was asked."""
    last = [signature(root)]

    def same() -> bool:
        last.append(signature(root))
        return last[-1] == last[-2]

    return same


def file_of(root: Path, number: int) -> Path:
    return root / load_articles(root).articles[number].path
