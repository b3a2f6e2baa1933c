from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.articles.rules import CHAT_CHARACTERS, article_path, card_of, chat_text, solved_by
from embeddings import Article, ArticleCollection, load_articles
from embeddings.articles import Category, Link

LINKS = {
    "salur": Link(title="BOSP Salur", url="https://bosp.contoh.go.id"),
    "form": Link(title="Formulir Layanan", url="/hubungi-kami"),
}


def article(**changes: object) -> Article:
    fields: dict[str, Any] = {
        "id": 124, "title": "Kendala tidak bisa tutup BKU", "category": "bku", "program": "ARKAS",
        "solved_by": ["sekolah", "dinas", "helpdesk"], "questions": (), "keywords": (), "error_messages": (),
        "versions": (), "valid_from": None, "valid_until": None, "grounding": "prior", "sources": (),
        "checked": date(2026, 11, 21), "related": (), "audience": ["operator"], "slug": "tutup-bku",
        "path": Path("bku/tutup-bku.md"),
        "body": "Periksa **internet** dahulu.\n\n## Langkah\n\n1. Buka {{link:salur}}.",
    }  # fmt: skip
    return Article.model_validate({**fields, **changes})


def test_chat_text_keeps_numbers_and_drops_marks() -> None:
    text = chat_text(article(), LINKS)
    assert text == "Periksa internet dahulu.\n\nLangkah\n1. Buka BOSP Salur (https://bosp.contoh.go.id)."


def test_own_pages_are_named_without_their_address() -> None:
    assert chat_text(article(body="Isi {{link:form}}."), LINKS) == "Isi Formulir Layanan."


def test_all_steps_are_told_however_long_and_only_the_closing_is_left_to_the_page() -> None:
    steps = "\n".join(f"{n}. {'langkah ' * 20}" for n in range(1, 9))
    body = (
        f"Inti.\n\n## Sebelum mulai\n\n{steps}\n\n## Langkah\n\n1. Tekan Tutup BKU.\n\n"
        "## Siapa yang menyelesaikan\n\nSekolah sendiri."
    )
    text = chat_text(article(body=body), LINKS)
    assert len(text) > CHAT_CHARACTERS
    assert "8. langkah" in text
    assert text.endswith("Langkah\n1. Tekan Tutup BKU.")


def test_the_closing_is_told_where_there_is_room() -> None:
    body = "Inti.\n\n## Siapa yang menyelesaikan\n\nSekolah sendiri."
    assert chat_text(article(body=body), LINKS) == "Inti.\n\nSiapa yang menyelesaikan\nSekolah sendiri."


@pytest.mark.parametrize(
    ("offices", "words"),
    [(["sekolah"], "satuan pendidikan"), (["dinas", "helpdesk"], "dinas pendidikan setempat atau Tim Helpdesk"),
     (["sekolah", "kpp", "bank"], "satuan pendidikan, kantor pajak (KPP) atau bank penyalur")],
)  # fmt: skip
def test_solvers_are_said_in_words(offices: list[str], words: str) -> None:
    assert solved_by(article(solved_by=offices)) == words


def test_card_names_its_category_and_what_a_tap_sends() -> None:
    category = Category(slug="bku", name="BKU", description="Buku kas umum")
    card = card_of(article(), ArticleCollection({}, {"bku": category}, (), {}, ""))
    assert (card.category, card.url) == ("BKU", article_path(article()))
    assert card.payload == '/choose_article{"article":"124"}'


def test_no_shipped_article_overflows_a_chat_message() -> None:
    collection = load_articles(Path(__file__).parents[3] / "data" / "articles")
    longest = max(len(chat_text(each, collection.links)) for each in collection.articles.values())
    assert longest <= 4096 - 400  # Telegram's and WhatsApp's limit, less what the bot adds around it
