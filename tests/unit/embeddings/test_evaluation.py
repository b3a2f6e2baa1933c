"""The figures: checked by hand on rankings small enough for it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from embeddings import Document
from embeddings.cli import commands
from embeddings.evaluation import (
    LabelledQuestion,
    Outcome,
    PlainBM25,
    QuestionErrors,
    auroc,
    calibration_error,
    figures_of,
    interval,
    read_questions,
    summary,
)


def test_figures_of_one_ranking() -> None:
    found = figures_of([7, 3, 9, 1], [9, 1])
    assert {k: round(v, 4) for k, v in found.items()} == {
        "hit@1": 0.0,
        "hit@3": 1.0,
        "hit@5": 1.0,
        "mrr@10": 0.3333,
        "ndcg@10": round((1 / np.log2(4) + 1 / np.log2(5)) / (1 + 1 / np.log2(3)), 4),
    }
    assert set(figures_of([], [1]).values()) == {0.0}


def test_auroc_counts_pairs_in_order() -> None:
    assert auroc(np.array([0.9, 0.5]), np.array([0.5, 0.1])) == pytest.approx(0.875)


def test_two_articles_that_share_a_question_do_not_make_it_an_outside_one() -> None:
    inside = [Outcome(LabelledQuestion(id=n, q="saldo", gold=(1,)), (1, 2), 0.45, answerable=0.9) for n in range(3)]
    outside = [
        Outcome(LabelledQuestion(id=n, q="cuaca", gold=(), scope="out"), (3,), 0.5, answerable=0.5) for n in (7, 8)
    ]
    found = summary([*inside, *outside])
    assert (found["auroc"], found["abstained"]) == (1.0, 1.0)
    assert (found["auroc_first"], found["abstained_first"]) == (0.0, 0.0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_certain_truths_have_no_calibration_error(stated: list[float]) -> None:
    rounded = [round(p) for p in stated]
    assert calibration_error(rounded, [p == 1 for p in rounded]) == pytest.approx(0, abs=1e-9)


def test_intervals_hold_their_mean() -> None:
    found = interval(np.array([0.0, 1.0, 1.0, 1.0]))
    assert found["low"] <= found["value"] == 0.75 <= found["high"]


def test_plain_bm25_finds_whole_words() -> None:
    documents = [Document(id="a", text="tutup buku kas"), Document(id="b", text="lupa kata sandi")]
    assert PlainBM25(documents).outcome(LabelledQuestion(id=1, q="sandi lupa", gold=("b",))).right


def test_wrong_lines_are_named(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": 1, "q": "a", "gold": [1]}\n{"id": 2}\nx\n', encoding="utf-8")
    with pytest.raises(QuestionErrors) as caught:
        read_questions(path)
    assert [p.split(":")[1] for p in caught.value.problems] == ["2", "3"]


@pytest.fixture
def places(
    index_folder: Path, encoder_folder: Path, lexicon_folder: Path, articles_folder: Path
) -> dict[str, list[str]]:
    index, encoder = ["--index", str(index_folder)], ["--encoder", str(encoder_folder)]
    lexicon, articles = ["--lexicon", str(lexicon_folder)], ["--articles", str(articles_folder)]
    return {"rank": [*index, *encoder, *lexicon], "evaluate": [*index, *encoder, *lexicon, *articles]}


def test_rank_prints_one_object_for_each_line(places: dict[str, list[str]]) -> None:
    result = CliRunner().invoke(commands, ["rank", "--json", *places["rank"]], input="lupa sandi\n\nkode aktivsi\n")
    first, empty, third = map(json.loads, result.stdout.splitlines())
    assert first["q"] == "lupa sandi"
    assert first["articles"][0].keys() == {"id", "title", "confidence"}
    assert (empty["decision"], empty["articles"], empty["answerable"]) == ("abstain", [], 0.0)
    assert 1 >= first["answerable"] >= max(a["confidence"] for a in first["articles"])
    assert third["understood"] == "kode aktivasi"


def test_rank_explains_itself(places: dict[str, list[str]]) -> None:
    result = CliRunner().invoke(commands, ["rank", "--json", "--explain", *places["rank"], "lupa", "password"])
    case = json.loads(result.stdout)["explanation"][0]
    assert case["id"] == 4
    assert any(t["field"] == "question" and "sandi" in t["shared"] for t in case["texts"])


def test_another_corpus_is_ranked_and_evaluated(places: dict[str, list[str]], tmp_path: Path) -> None:
    corpus, questions = tmp_path / "corpus.jsonl", tmp_path / "questions.jsonl"
    corpus.write_text('{"id": "a", "text": "kucing tidur"}\n{"id": "b", "text": "hujan turun"}\n', encoding="utf-8")
    lines = [
        {"id": 1, "q": "kapan hujan turun", "gold": ["b"], "scope": "in", "style": "formal"},
        {"id": 2, "q": "harga emas", "gold": [], "scope": "out"},
    ]
    questions.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    more = ["--corpus", str(corpus), "--questions", str(questions), "--json"]
    result = CliRunner().invoke(commands, ["evaluate", *more, *places["evaluate"]])
    report = json.loads(result.stdout)
    assert report["ranker"]["hit@1"]["value"] == report["bm25"]["hit@1"]["value"] == 1.0
    assert report["styles"]["formal"]["questions"] == 1


def test_trouble_is_told_in_one_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(commands, ["rank", "--index", str(tmp_path), "apa"])
    assert result.exit_code == 1
    assert "run `./arkas index`" in result.output
