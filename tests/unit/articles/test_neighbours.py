"""One article held against all others says what the lint of everything says of it, and knows what changed meanwhile."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.articles.linting import Finding, Folders, Held, Neighbours, Twin, likeness
from bot.articles.linting.bodies import UNFINISHED
from bot.articles.writing import file_text
from embeddings import load_articles
from tests.unit.articles.conftest import BODY, TODAY, HelpCenter, asked

SHARED = {"duplicate", "leak", "title"}  # these are told as twins and as titles


@pytest.fixture
def neighbours(help_center: HelpCenter) -> Neighbours:
    folder = help_center.folder
    return Neighbours(Folders(help_center.articles, folder / "lexicon", folder / "evaluation"))


def held(neighbours: Neighbours, center: HelpCenter, number: int = 1, **changes: Any) -> Held:  # noqa: ANN401
    text = file_text(center.fields(number, **changes))
    return neighbours.held(Path("tutup-bku") / f"artikel-{number}.md", text, number=number, today=TODAY)


def said(findings: list[Finding] | tuple[Finding, ...]) -> list[tuple[str, int, str, str]]:
    return [(f.path.name, f.line, f.rule, f.message) for f in findings]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"questions": asked(1)[:19], "keywords": ["satu", "dua", "Dua"], "related": [1, 9]},
        {"sources": ["XX"], "valid_until": "2026-11-20", "checked": "2025-01-01"},
        {"body": BODY + f"\n### Rincian <br> {{{{link:hilang}}}}\n{UNFINISHED}\n| a | b | c | d |\n"},
        {"body": "Kata " * 40 + "habis. Kalimat kedua"},
        {"category": "tak-dikenal"},
        {"title": "x" * 5000},
    ],
)
def test_it_says_what_the_whole_lint_says_of_the_article(
    help_center: HelpCenter, neighbours: Neighbours, changes: dict[str, Any]
) -> None:
    found = held(neighbours, help_center, **changes).findings
    help_center.write(1, **changes)
    whole = [f for f in help_center.lint().findings if f.path.name == "artikel-1.md" and f.rule not in SHARED]
    assert said(found) == said(whole)


def test_a_title_that_another_has_is_told_from_either_side(help_center: HelpCenter, neighbours: Neighbours) -> None:
    assert held(neighbours, help_center, 1, title="JUDUL ke-3").same_title == (3,)
    assert held(neighbours, help_center, 3, title="Judul ke-1").same_title == (1,)


def test_a_question_that_stands_elsewhere_is_told_with_its_place(
    help_center: HelpCenter, neighbours: Neighbours
) -> None:
    help_center.hold_out(asked(9)[2])
    questions = [*asked(1), asked(3)[4].upper(), asked(9)[2] + "?", asked(1)[0] + "!"]
    assert set(held(neighbours, help_center, questions=questions).twins) == {
        Twin(questions[-3], asked(3)[4], 3),
        Twin(questions[-2], asked(9)[2], None),
        Twin(questions[-1], asked(1)[0], 1),
    }


def test_its_own_earlier_questions_are_no_twins(help_center: HelpCenter, neighbours: Neighbours) -> None:
    assert held(neighbours, help_center).twins == ()


def test_what_another_article_got_meanwhile_counts(help_center: HelpCenter, neighbours: Neighbours) -> None:
    assert held(neighbours, help_center, questions=[*asked(1), "tombol cetak hilang"]).twins == ()
    help_center.write(2, questions=[*asked(2), "tombol cetak hilang"], title="Judul ke-1")
    now = held(neighbours, help_center, questions=[*asked(1), "tombol cetak hilang"])
    assert now.twins == (Twin("tombol cetak hilang", "tombol cetak hilang", 2),)
    assert now.same_title == (2,)


def test_a_changed_lexicon_is_read_by(help_center: HelpCenter, neighbours: Neighbours) -> None:
    help_center.write(2, questions=[*asked(2), "bagaimana hapus uang"])
    assert held(neighbours, help_center, questions=[*asked(1), "gmn hps duit"]).twins == ()
    (help_center.folder / "lexicon").mkdir()
    (help_center.folder / "lexicon" / "slang.yml").write_text("gmn: bagaimana\nhps: hapus\nduit: uang\n", "utf-8")
    assert held(neighbours, help_center, questions=[*asked(1), "gmn hps duit"]).twins


def test_only_what_changed_is_read_again(
    help_center: HelpCenter, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def surface(text: str) -> str:
        read.append(text)
        return text

    monkeypatch.setattr(likeness, "surface", surface)
    neighbours.prepare(today=TODAY)
    assert len(read) == 60
    help_center.write(2, questions=[*asked(2), "tombol cetak hilang"])
    neighbours.prepare(today=TODAY)
    assert read[60:] == ["tombol cetak hilang"]


def test_the_collection_is_that_of_the_files(help_center: HelpCenter, neighbours: Neighbours) -> None:
    assert neighbours.collection() == load_articles(help_center.articles)
    assert neighbours.collection() is neighbours.collection()
    help_center.write(4)
    assert 4 in neighbours.collection().articles
    (help_center.articles / "tutup-bku" / "artikel-4.md").unlink()
    assert 4 not in neighbours.collection().articles


def test_nothing_is_written_beside_the_articles(help_center: HelpCenter, neighbours: Neighbours) -> None:
    before = {path: path.read_bytes() for path in help_center.folder.rglob("*") if path.is_file()}
    held(neighbours, help_center, questions=[*asked(1), "tombol cetak hilang"])
    assert {path: path.read_bytes() for path in help_center.folder.rglob("*") if path.is_file()} == before
    assert not any(re.search("artikel-1.*part", path.name) for path in help_center.folder.rglob("*"))
