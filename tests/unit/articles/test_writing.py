"""What is written is read back the same, whatever the fields hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.articles.tables import cell_of, cell_value, items_of, lines_of
from bot.articles.writing import fields_of, file_text, free_path, slug_of
from embeddings import Article
from embeddings.articles import Text
from embeddings.loading import split_front_matter
from tests.unit.articles.conftest import HelpCenter

STRIPPED = TypeAdapter(Text).validate_python  # as the model strips: Python's own `strip` knows other blanks
# Every character but lone surrogates, which no file in UTF-8 can hold.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
    lambda t: bool(t.strip().strip("\x1c\x1d\x1e\x1f\x85"))
)
BODY = TEXT.map(lambda t: t.replace("\r", "").strip()).filter(lambda t: bool(t.strip("\x85")))


def read_back(text: str) -> dict[str, Any]:
    matter, _, body = split_front_matter(text)
    article = Article.model_validate({**matter, "body": body, "slug": "x", "path": Path("x.md")})
    return fields_of(article)


@given(title=TEXT, questions=st.lists(TEXT, max_size=4), keywords=st.lists(TEXT, max_size=3), body=BODY)
def test_every_text_comes_back(title: str, questions: list[str], keywords: list[str], body: str) -> None:
    fields = HelpCenter(Path()).fields(1, title=title, questions=questions, keywords=keywords, body=body)
    once = read_back(file_text(fields))
    assert once["title"] == STRIPPED(title)
    assert once["questions"] == [STRIPPED(q) for q in questions]
    assert once["keywords"] == [STRIPPED(k) for k in keywords]
    assert once["body"] == STRIPPED(body)
    assert read_back(file_text(once)) == once


@pytest.mark.parametrize(
    "word", ["yes", "no", "null", "2026-01-01", "1.0", "4", "- a", "# b", "a: b", "{{link:x}}", "*"]
)
def test_words_that_yaml_has_a_meaning_for_stay_words(word: str) -> None:
    fields = HelpCenter(Path()).fields(1, title=word, questions=[word], versions=[word])
    again = read_back(file_text(fields))
    assert (again["title"], again["questions"], again["versions"]) == (word, [word], [word])


@given(TEXT)
def test_a_cell_gives_back_its_text_and_starts_no_formula(text: str) -> None:
    assert cell_value(cell_of(text)) == text
    assert not cell_of(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(TEXT.map(str.strip), max_size=5))
def test_a_cell_gives_back_its_list(items: list[str]) -> None:
    assert items_of(lines_of(items)) == items


def test_names_of_files_are_cut_at_a_word_and_never_taken_twice() -> None:
    assert slug_of("Mengapa " + "panjang " * 20) == "mengapa-panjang-panjang-panjang-panjang-panjang-panjang"
    assert slug_of("../../etc/passwd") == "etc-passwd"
    assert slug_of("???") == "artikel"
    assert free_path("a", "Judul", {Path("a/judul.md"), Path("b/judul-2.md")}) == Path("a/judul-2.md")
