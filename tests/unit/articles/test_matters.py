"""Which reports hold several unrelated matters."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.articles.service import ArticleService
from bot.clock import SystemClock
from embeddings import Decision, Ranking
from embeddings.ranking import RankedArticle

CATEGORIES = {1: "tutup-bku", 2: "tutup-bku", 3: "akun"}
ANSWERS = {"tutup BKU": 1, "hapus BKU": 2, "kata sandi": 3}


class WordRanker:
    """Answers by words, and suggests the first article for anything else."""

    def rank(self, question: str, limit: int) -> Ranking:
        found = next((number for words, number in ANSWERS.items() if words in question), None)
        decision = Decision.ANSWER if found else Decision.SUGGEST
        return Ranking(question, question, decision, (RankedArticle(str(found or 1), "Judul", 0.9),)[:limit])


@pytest.fixture
def service() -> ArticleService:
    articles = {number: SimpleNamespace(category=category) for number, category in CATEGORIES.items()}
    served = SimpleNamespace(collection=SimpleNamespace(articles=articles), ranker=WordRanker())
    holder = cast("Any", SimpleNamespace(now=lambda: served))
    return ArticleService(holder, cast("Any", None), SystemClock())


def test_matters_of_different_categories_are_told_in_their_order(service: ArticleService) -> None:
    report = "Saya tidak bisa tutup BKU. Selain itu, lupa kata sandi akun ARKAS"
    assert service.matters(report) == ("Saya tidak bisa tutup BKU", "lupa kata sandi akun ARKAS")


@pytest.mark.parametrize(
    "report",
    [
        "",
        "Saya tidak bisa tutup BKU",
        "Saya tidak bisa tutup BKU. Selain itu, ingin hapus BKU bulan Maret",
        "Saya tidak bisa tutup BKU. Sudah coba internet lain. Laptop Windows 10 baru.",
    ],
)
def test_one_matter_told_at_length_is_one(service: ArticleService, report: str) -> None:
    assert service.matters(report) == ()
