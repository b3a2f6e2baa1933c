"""`./arkas articles`: what a person types, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.articles.cli import app
from embeddings import load_articles
from tests.unit.articles.conftest import HelpCenter

Run = Callable[..., Result]


@pytest.fixture
def run(help_center: HelpCenter, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ARKAS_DATA_DIR", str(help_center.folder))

    def invoke(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(app, list(words), input=typed)

    return invoke


def test_a_clean_lint_ends_with_0_and_counts(run: Run) -> None:
    result = run("lint", "--today", "2026-11-21")
    assert (result.exit_code, result.output) == (0, "3 articles, 60 questions: 0 errors, 0 warnings\n")


def test_an_error_ends_the_lint_with_1_and_warnings_stand_apart(run: Run, help_center: HelpCenter) -> None:
    path = help_center.write(1, keywords=[], valid_until="2026-11-30")
    result = run("lint", "--today", "2026-11-21")
    assert result.exit_code == 1
    assert result.output == (
        f"{path}:28: keywords: has 0, not 3 to 10\n\n"
        f"Warnings:\n{path}:32: valid_until: expires on 2026-11-30\n\n"
        "3 articles, 60 questions: 1 errors, 1 warnings\n"
    )


def test_warnings_alone_end_with_0(run: Run, help_center: HelpCenter) -> None:
    help_center.write(1, valid_until="2026-11-30")
    assert run("lint", "--today", "2026-11-21").exit_code == 0


def test_the_lint_speaks_json_too(run: Run, help_center: HelpCenter) -> None:
    path = help_center.write(1, keywords=[])
    found = json.loads(run("lint", "--json", "--today", "2026-11-21").output)
    message = "keywords: has 0, not 3 to 10"
    assert found["errors"] == [
        {"path": str(path), "line": 28, "rule": "keywords", "message": message, "severity": "error"}
    ]
    assert (found["articles"], found["questions"], found["warnings"]) == (3, 60, [])


def test_a_new_article_can_be_read_at_once_and_is_named_as_unfinished(run: Run, help_center: HelpCenter) -> None:
    result = run("new", typed='Kendala "baru" di BKU\ntutup-bku\n')
    assert result.exit_code == 0
    path = help_center.articles / "tutup-bku" / "kendala-baru-di-bku.md"
    assert str(path) in result.output
    article = load_articles(help_center.articles).articles[4]
    assert (article.title, article.related) == ('Kendala "baru" di BKU', (1, 2, 3))
    lint = run("lint", "--today", "2026-11-21")
    assert lint.exit_code == 1
    assert f"{path}:20: is not written yet" in lint.output


def test_a_second_article_of_one_title_gets_another_file(run: Run, help_center: HelpCenter) -> None:
    for _ in range(2):
        assert run("new", "--title", "Sama", "--category", "tutup-bku", "--program", "SIPLah").exit_code == 0
    assert {"sama.md", "sama-2.md"} <= {p.name for p in (help_center.articles / "tutup-bku").iterdir()}


def test_the_number_of_a_removed_import_is_not_given_again(run: Run, help_center: HelpCenter) -> None:
    ledger = help_center.articles / "_imports" / "csv-x" / "state.json"
    ledger.parent.mkdir(parents=True)
    ledger.write_text('{"source": "csv-x", "articles": {"a": {"number": 41, "version": ""}}}', encoding="utf-8")
    assert run("new", "--title", "Baru", "--category", "tutup-bku").exit_code == 0
    assert 42 in load_articles(help_center.articles).articles


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("new", "--title", "A", "--category", "lain"), "There is no category lain. Known: tutup-bku"),
        (("new", "--title", "  ", "--category", "tutup-bku"), "The title is empty."),
        (("list", "--category", "lain"), "There is no category lain. Known: tutup-bku"),
        (("show", "99"), "There is no article 99."),
        (("import", "csv", "none.csv"), "none.csv: cannot be read: No such file or directory"),
        (("import", "markdown", "none"), "none: is no folder"),
        (("import", "zendesk", "http://bantuan.example"), "only https is read"),
        (("import", "csv", "none.csv", "--category", "lain"), "there is no category lain; known: tutup-bku"),
        (("export", "csv", "none/none/x.csv"), "none/none/x.csv: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run: Run, words: tuple[str, ...], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output


def test_broken_articles_are_named_by_every_command(run: Run, help_center: HelpCenter) -> None:
    help_center.write(1).write_text("---\nid: [\n---\n", encoding="utf-8")
    for words in (("list",), ("show", "2"), ("export", "csv", "x.csv"), ("import", "csv", "x.csv")):
        result = run(*words)
        assert result.exit_code == 1
        assert "tutup-bku/artikel-1.md:" in result.output


def test_the_list_can_be_narrowed(run: Run, help_center: HelpCenter) -> None:
    help_center.write(2, grounding="prior", valid_until="2026-01-01")

    def numbers(*words: str) -> list[int]:
        return [a["id"] for a in json.loads(run("list", "--json", "--today", "2026-11-21", *words).output)]

    assert numbers() == [1, 2, 3]
    assert numbers("--grounding", "prior") == [2]
    assert numbers("--expired") == [2]
    assert numbers("--category", "tutup-bku", "--grounding", "seed") == [1, 3]


def test_the_list_has_one_line_for_each_article(run: Run) -> None:
    lines = run("list").output.splitlines()
    assert len(lines) == 5
    assert lines[1].split()[:3] == ["1", "Judul", "ke-1"]
    assert lines[-1] == "3 articles"


def test_an_article_is_shown_whole_with_its_links_resolved(run: Run) -> None:
    shown = run("show", "1").output
    for part in ("1. Judul ke-1", "seed (S0)", "Yang perlu diperiksa", "2 Judul ke-2", "Kirim melalui Formulir."):
        assert part in shown
    assert "{{link" not in shown


def test_an_export_comes_back(run: Run, tmp_path: Path, help_center: HelpCenter) -> None:
    target = tmp_path / "x.csv"
    assert run("export", "csv", str(target)).output == f"3 articles written to {target}\n"
    help_center.write(1).unlink()
    result = run("import", "csv", str(target))
    assert "1 new, 0 changed, 2 unchanged, 0 in conflict, 0 skipped" in result.output
    assert 1 in load_articles(help_center.articles).articles
