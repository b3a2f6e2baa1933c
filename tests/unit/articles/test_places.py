"""Where else a question belongs: the shipped table and how it is asked."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.articles.places import Place, Places
from embeddings import load_articles

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = Places.load(ROOT / "data" / "places.yml")


def test_every_sentence_names_an_article_that_it_stands_on() -> None:
    articles = load_articles(ROOT / "data" / "articles").articles
    named = [int(source) for place in SHIPPED.all for source in place.sources]
    assert all(place.sources for place in SHIPPED.all)
    assert set(named) <= set(articles)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("cara", "masukkan", "rombel", "di", "dapodik"), "Dapodik"),
        (("kartu", "atm", "tertelan"), "bank"),
        (("guru", "madrasah", "emis"), "madrasah"),
        (("batm", "satmosfer"), None),
        ((), None),
    ],
)
def test_whole_words_name_a_place(words: Sequence[str], name: str | None) -> None:
    found = SHIPPED.named_in(words)
    assert (found.name if found else None) == name


def test_the_first_of_several_counts() -> None:
    places = Places(tuple(Place(name=n, words=(n,), says="", sources=("1",)) for n in ("satu", "dua")))
    found = places.named_in(("dua", "satu"))
    assert found is not None
    assert found.name == "satu"
