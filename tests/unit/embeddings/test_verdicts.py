"""Verdicts: appended whole by many processes, read strictly, learned from, and never lost to a killed writer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from embeddings import (
    ArticleCollection,
    Verdict,
    VerdictErrors,
    append_verdict,
    build_index,
    open_served,
    read_verdicts,
    source_hash,
)
from embeddings.documents import Field, documents_of
from embeddings.pipeline import topics_with
from embeddings.verdicts import TOPIC, latest, outside_verdicts, with_verdicts

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def verdict(question: str, article: int | None, minutes: int = 0) -> Verdict:
    return Verdict(question=question, article=article, at=NOW + timedelta(minutes=minutes), source="petugas:7")


def test_what_is_appended_is_read(tmp_path: Path) -> None:
    path = tmp_path / "var" / "verdicts.jsonl"
    assert read_verdicts(path) == ()
    given = [verdict("bku nya\nkekunci 🔒", 1), verdict("harga emas", None)]
    for each in given:
        append_verdict(path, each)
    assert list(read_verdicts(path)) == given


def test_many_writers_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.jsonl"
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: append_verdict(path, verdict(f"pertanyaan {n} " + "x" * 500, n)), range(1, 25)))
    assert sorted(v.article or 0 for v in read_verdicts(path)) == list(range(1, 25))


def test_half_a_line_of_a_killed_writer_is_passed_over_and_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.jsonl"
    append_verdict(path, verdict("satu", 1))
    with path.open("ab") as file:
        file.write(b'{"question": "du')
    assert len(read_verdicts(path)) == 1
    append_verdict(path, verdict("tiga", 3))
    assert [v.question for v in read_verdicts(path)] == ["satu", "tiga"]


def test_wrong_lines_are_named(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.jsonl"
    append_verdict(path, verdict("satu", 1))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"question": "dua", "article": "1", "at": "2026-11-21T03:00:00Z", "source": "x"}\nx\n')
    with pytest.raises(VerdictErrors) as caught:
        read_verdicts(path)
    assert [p.split(":")[1] for p in caught.value.problems] == ["2", "3"]


@pytest.mark.parametrize(
    "wrong",
    [{"question": "  "}, {"article": 0}, {"at": datetime(2026, 1, 1)}, {"source": ""}, {"colour": 1}],  # noqa: DTZ001
)
def test_what_is_no_verdict_is_refused(wrong: dict[str, object]) -> None:
    right = {"question": "satu", "article": 1, "at": NOW, "source": "petugas:7"}
    assert Verdict.model_validate(right)
    with pytest.raises(ValidationError):
        Verdict.model_validate(right | wrong)


def test_who_decides_anew_means_the_later_one() -> None:
    found = latest([verdict("Kode  HANGUS?", 5, minutes=2), verdict("kode hangus", 4), verdict("emas", None)])
    assert {v.article for v in found} == {5, None}


def test_articles_gain_the_questions_that_were_decided_to_be_theirs(collection: ArticleCollection) -> None:
    decided = [verdict("token hangus", 5), verdict("gone", 404), verdict("harga emas", None)]
    found = {d.id: d.questions for d in with_verdicts(documents_of(collection), decided)}
    assert found[5] == ("kode aktivasi ditolak", "kode dari dinas invalid", "token hangus")
    assert [n for n, questions in found.items() if len(questions) != 2] == [5]
    assert topics_with({"cuaca": ("hujan",)}, decided, ()) == {"cuaca": ("hujan",), TOPIC: ("harga emas",)}


def test_a_question_is_no_longer_outside_once_an_article_has_it(collection: ArticleCollection) -> None:
    decided = [verdict("harga emas", None), verdict("Lupa password  ARKAS?", None)]
    assert list(outside_verdicts(decided, documents_of(collection))) == ["harga emas"]


def test_what_is_withdrawn_teaches_nothing_until_it_is_decided_anew(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.jsonl"
    taken_back = verdict("kode hangus", 4, minutes=1).model_copy(update={"withdrawn": True})
    for each in (verdict("kode hangus", 4), taken_back):
        append_verdict(path, each)
    assert latest(read_verdicts(path)) == ()
    append_verdict(path, verdict("kode hangus", 5, minutes=2))
    assert [v.article for v in latest(read_verdicts(path))] == [5]


def test_an_index_knows_what_was_decided(
    collection: ArticleCollection, encoder_folder: Path, lexicon_folder: Path, index_folder: Path
) -> None:
    decided = [verdict("token hangus", 5), verdict("harga emas", None)]
    build_index(
        collection, encoder_dir=encoder_folder, lexicon_dir=lexicon_folder, target=index_folder, verdicts=decided
    )
    ranker = open_served(index_folder).ranker
    assert ranker.rank("token hangus").articles[0].id == 5
    assert ranker.index.units.texts[ranker.index.units.fields.tolist().index(Field.OUTSIDE)] == "harga emas"
    without = source_hash(collection, encoder_dir=encoder_folder, lexicon_dir=lexicon_folder)
    assert ranker.index.meta.sources != without
