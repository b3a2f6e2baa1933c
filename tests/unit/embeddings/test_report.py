"""Reports and paired tests: counted by hand, written whole, compared with what an earlier run left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from embeddings.cli import commands
from embeddings.comparing import (
    BaselineErrors,
    against,
    paired,
    place_of,
    places_in,
    read_baseline,
    save_baseline,
    sign_test,
)
from embeddings.evaluation import LabelledQuestion, Outcome

PNG = b"\x89PNG\r\n"


@pytest.mark.parametrize(("gains", "losses", "p"), [(0, 0, 1.0), (1, 9, 0.021484), (5, 5, 1.0), (0, 6, 0.03125)])
def test_the_sign_test_is_exact(gains: int, losses: int, p: float) -> None:
    assert sign_test(gains, losses) == pytest.approx(p, abs=1e-6)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=40))
def test_pairs_are_counted_the_same_from_both_sides(pairs: list[tuple[bool, bool]]) -> None:
    ours, theirs = [a for a, _ in pairs], [b for _, b in pairs]
    one, other = paired(ours, theirs), paired(theirs, ours)
    assert (one.gains, one.losses, one.p) == (other.losses, other.gains, other.p)
    assert one.gains - one.losses == sum(ours) - sum(theirs)
    assert not (one.significant_loss and other.significant_loss)


def outcomes(*firsts: int) -> list[Outcome]:
    """Questions 1, 2 ... whose right article is 7, with these articles first."""
    return [
        Outcome(LabelledQuestion(id=n, q=f"q{n}", gold=(7,)), (first, 8), 0.5)
        for n, first in enumerate(firsts, start=1)
    ]


def test_an_earlier_run_is_compared_question_by_question(tmp_path: Path) -> None:
    path = tmp_path / "baselines" / "questions.json"
    save_baseline(path, outcomes(7, 9, 9), "release 1")
    baseline = read_baseline(path)
    later = [*outcomes(9, 7, 9), Outcome(LabelledQuestion(id=9, q="new", gold=(7,)), (7,), 0.9)]
    test = against(later, places_in(baseline, later))
    assert test["questions"] == 3
    assert (test["hit@1"]["gains"], test["hit@1"]["losses"], test["hit@1"]["p"]) == (1, 1, 1.0)


def test_a_question_in_other_words_is_another_question(tmp_path: Path) -> None:
    save_baseline(tmp_path / "b.json", outcomes(7), "release 1")
    changed = [Outcome(LabelledQuestion(id=1, q="reworded", gold=(7,)), (7,), 0.5)]
    assert places_in(read_baseline(tmp_path / "b.json"), changed) == {}


def test_the_place_is_that_of_the_first_right_article() -> None:
    assert [place_of(o) for o in outcomes(7, 9)] == [1, 0]


def test_a_file_of_something_else_is_no_baseline(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text("[]", encoding="utf-8")
    with pytest.raises(BaselineErrors, match=r"b\.json"):
        read_baseline(tmp_path / "b.json")


@pytest.fixture
def evaluate(
    index_folder: Path, articles_folder: Path, lexicon_folder: Path, encoder_folder: Path, tmp_path: Path
) -> list[str]:
    lines = [
        {"id": 1, "q": "lupa password", "gold": [4], "style": "formal"},
        {"id": 2, "q": "mau hapus <b>bku</b>", "gold": [3], "style": "typo"},
        {"id": 3, "q": "harga emas", "scope": "out"},
    ]
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    places = {"index": index_folder, "articles": articles_folder, "lexicon": lexicon_folder, "encoder": encoder_folder}
    options = [part for name, path in places.items() for part in (f"--{name}", str(path))]
    return ["evaluate", "--questions", str(questions), *options]


def test_the_report_is_one_page_with_its_pictures(evaluate: list[str], tmp_path: Path) -> None:
    baseline = tmp_path / "baselines" / "questions.json"  # where the next run finds it unasked
    assert CliRunner().invoke(commands, [*evaluate, "--save-baseline", str(baseline)]).exit_code == 0
    folder = tmp_path / "report"
    result = CliRunner().invoke(commands, [*evaluate, "--report", str(folder), "--json"])
    found = json.loads(result.stdout)
    assert found["paired"]["last release"]["hit@1"]["gains"] == 0
    assert set(found["categories"]) <= {"akun", "tutup-bku"}
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == len(list(folder.glob("*.png"))) == 4
    assert "http" not in page
    assert "last release" in page
    assert all(p.read_bytes().startswith(PNG) for p in folder.glob("*.png"))


def test_a_baseline_that_was_named_must_be_there(evaluate: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(commands, [*evaluate, "--baseline", str(tmp_path / "none.json")])
    assert result.exit_code == 1
    assert "none.json" in result.output
