"""Bringing in a Zendesk help center, against a stand-in that speaks its API."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response
from typer.testing import CliRunner

from bot.articles.cli import app
from bot.articles.importing.fetching import Fetcher, origin_of
from bot.articles.importing.ledger import ImportFailed, imported_numbers
from bot.articles.importing.zendesk_api import HttpHelpCenter
from bot.articles.linting import Folders, lint
from embeddings import load_articles
from tests.integration.articles.conftest import OWN, Import, file_of
from tests.integration.articles.zendesk_stand_in import StandIn


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_articles_come_with_new_numbers_in_their_categories(root: Path, bring_in: Import) -> None:
    plan = bring_in()
    articles = load_articles(root).articles
    assert sorted(articles) == [124, 125, 126, 127, 128, 129]
    assert len(plan.added) == 5
    assert articles[125].category == "pajak-coretax"  # section "Pajak & Coretax"
    assert articles[126].category == "tutup-edit-hapus-bku"  # section "Tutup BKU": a like name
    assert articles[126].solved_by == articles[124].solved_by  # as its category's other articles have
    assert articles[125].checked == date(2026, 1, 1)
    assert articles[125].sources == ("https://bantuan.example/hc/id/articles/9000001",)
    assert articles[125].questions[1:] == ("Mengapa langkah 1 gagal?",)
    assert "bku" in articles[125].keywords


def test_html_becomes_markdown_with_images_and_tables_and_without_scripts(root: Path, bring_in: Import) -> None:
    bring_in()
    body = load_articles(root).articles[125].body
    assert "| Bulan | Status |\n| --- | --- |\n| Mei | Draf |" in body
    assert "![Layar 1](https://bantuan.example/hc/article_attachments/1/layar.png)" in body
    assert "[baca ini](https://bantuan.example/hc/id/articles/2)" in body
    assert "[Video](https://video.example/1)" in body
    assert "1. Satu\n2. Dua\n   - rincian" in body
    for danger in ("script", "onclick", "onerror", "cookie", "alert"):
        assert danger not in body


@pytest.mark.parametrize("cursor", [False, True])
def test_all_pages_are_read_by_number_and_by_cursor(
    root: Path, center: StandIn, bring_in: Import, cursor: bool
) -> None:
    center.cursor, center.per_page = cursor, 2
    assert len(bring_in().added) == 5
    assert len(load_articles(root).articles) == 6


def test_drafts_broken_and_empty_articles_are_skipped_and_named(center: StandIn, bring_in: Import) -> None:
    center.content.put(1, draft=True)
    center.content.put(3, body="<script>only()</script>")
    center.content.put(4, section_id=13)
    center.content.put(2, updated_at="not a time", title="Rusak")
    plan = bring_in()
    reasons = [s.reason for s in plan.skipped]
    assert sum(reason in {"is a draft", "has no text"} for reason in reasons) == 2
    assert any("section 13 has no category" in reason for reason in reasons)
    assert next(s.reason for s in plan.skipped if s.name == "Rusak").startswith("updated_at: Input should be a valid")
    assert [change.merged.fields["title"] for change in plan.added] == [center.content.articles[5]["title"]]


def test_a_section_without_a_like_category_waits_for_an_editor(root: Path, center: StandIn, bring_in: Import) -> None:
    center.content.put(4, section_id=13)
    bring_in()
    mapping = next(root.glob("_imports/*/sections.yml"))
    replaced(mapping, 'name: "ARKAS > Lain-lain", category: null', 'name: "ARKAS > Lain-lain", category: laporan-cetak')
    mapping.write_text(mapping.read_text(encoding="utf-8") + "# our note\n", encoding="utf-8")
    (change,) = bring_in().added  # all is read again, for the mapping is another one
    assert change.path.parent.name == "laporan-cetak"
    assert "# our note" in mapping.read_text(encoding="utf-8")


def test_a_default_category_takes_what_has_none(center: StandIn, bring_in: Import) -> None:
    center.content.put(4, section_id=13)
    assert len(bring_in(category="laporan-cetak").added) == 5


def test_only_a_section(center: StandIn, bring_in: Import) -> None:
    plan = bring_in(sections=(12,))
    assert {change.path.parent.name for change in plan.added} == {"pajak-coretax"}
    assert any("/sections/12/articles.json" in address for address in center.asked)


def test_too_many_requests_are_waited_for_as_long_as_the_server_asks(
    center: StandIn, bring_in: Import, waits: list[float]
) -> None:
    center.faults = [Response(status_code=429, headers={"Retry-After": "7"}), Response(status_code=429)]
    assert len(bring_in().added) == 5
    assert waits == [7.0, 2.0]


def test_a_server_that_stumbles_is_asked_again(center: StandIn, bring_in: Import, waits: list[float]) -> None:
    center.faults = [Response(status_code=503), Response(status_code=500)]
    assert len(bring_in().added) == 5
    assert waits == [1.0, 2.0]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Response(status_code=429, headers={"Retry-After": "3600"}), "asks to wait 3600 s"),
        (Response(status_code=404), "is refused (404 Not Found)"),
        (Response(status_code=301, headers={"Location": "https://new.example/"}), "has moved to https://new.example/"),
        (PlainTextResponse("<html>"), "answers with no JSON"),
        (JSONResponse([]), "answers with JSON of another shape"),
        (JSONResponse({"sections": {}}), "answers without 'sections'"),
        (JSONResponse({"sections": [], "next_page": "https://evil.example/"}), "leads away from"),
    ],
)
def test_an_answer_that_cannot_be_used_ends_the_import_and_changes_nothing(
    center: StandIn, bring_in: Import, unchanged: Callable[[], bool], fault: Response, message: str
) -> None:
    center.faults = [fault]
    with pytest.raises(ImportFailed, match=message.replace("(", r"\(").replace(")", r"\)")):
        bring_in()
    assert unchanged()


def test_a_server_that_never_recovers_is_given_up(center: StandIn, bring_in: Import, waits: list[float]) -> None:
    center.faults = [Response(status_code=502)] * 10
    with pytest.raises(ImportFailed, match=r"\(502\), 6 times"):
        bring_in()
    assert waits == [1, 2, 4, 8, 16, 32]


def test_pages_in_a_circle_are_noticed(center: StandIn) -> None:
    address = f"{center.origin}/api/v2/help_center/id/sections.json?again"
    center.faults = [JSONResponse({"sections": [], "next_page": address})] * 3
    with pytest.raises(ImportFailed, match="in a circle"):
        HttpHelpCenter(Fetcher(center.origin), locale="id").sections()


def test_only_https_is_read_from_other_machines() -> None:
    assert origin_of("http://127.0.0.1:8080/hc/id") == "http://127.0.0.1:8080"
    for address in (
        "http://bantuan.example",
        "ftp://bantuan.example",
        "bantuan.example",
        "https://u:p@bantuan.example",
    ):
        with pytest.raises(ImportFailed):
            origin_of(address)


def test_a_second_run_reads_only_what_changed_and_touches_no_file(
    center: StandIn, bring_in: Import, unchanged: Callable[[], bool]
) -> None:
    center.per_page = 2
    bring_in()
    unchanged()
    center.asked.clear()
    plan = bring_in()
    assert unchanged()
    assert plan.changes_nothing
    assert sum("/articles.json" in address for address in center.asked) == 1  # of three pages


def test_a_change_there_reaches_its_own_file_only(root: Path, center: StandIn, bring_in: Import) -> None:
    bring_in()
    before = {path: path.stat() for path in root.rglob("*.md")}
    center.content.put(2, body="<p>Teks baru.</p>", title="Judul baru")
    (change,) = bring_in().updated
    assert set(change.merged.taken) == {"title", "body"}
    article = load_articles(root).articles[126]
    assert (article.title, article.body) == ("Judul baru", "Teks baru.")
    touched = {p.name for p, s in before.items() if p.exists() and p.stat().st_mtime_ns != s.st_mtime_ns}
    assert touched == {article.path.name, "126.md"}


def test_what_was_edited_here_stays_when_nothing_changed_there(
    root: Path, bring_in: Import, unchanged: Callable[[], bool]
) -> None:
    bring_in()
    replaced(file_of(root, 126), "Buka **Menu 2**", "Buka menu utama")
    unchanged()
    assert bring_in(full=True).conflicts == []
    assert unchanged()


def test_changes_in_different_lines_are_woven_and_told(root: Path, center: StandIn, bring_in: Import) -> None:
    bring_in()
    replaced(file_of(root, 126), "Buka **Menu 2**", "Buka menu utama")
    old = center.content.articles[2]["body"]
    center.content.put(2, body=old.replace("<p>Karena", "<p>Sebab utamanya: karena"))
    (change,) = bring_in().updated
    assert change.merged.woven == ("body",)
    body = load_articles(root).articles[126].body
    assert "Buka menu utama" in body
    assert "Sebab utamanya" in body


def test_a_conflict_keeps_ours_and_reports_both_once(
    root: Path, center: StandIn, bring_in: Import, unchanged: Callable[[], bool]
) -> None:
    bring_in()
    replaced(file_of(root, 126), "Buka **Menu 2**", "Buka menu utama")
    old = center.content.articles[2]["body"]
    center.content.put(2, body=old.replace("Menu 2", "Menu Kedua"))
    plan = bring_in()
    assert [change.number for change in plan.conflicts] == [126]
    assert "Buka menu utama" in load_articles(root).articles[126].body
    report = next(root.glob("_imports/*/reports/*.md")).read_text(encoding="utf-8")
    assert "> Buka menu utama" in report
    assert "> Buka **Menu Kedua**" in report
    unchanged()
    assert bring_in(full=True).conflicts == []
    assert unchanged()


def test_another_section_there_moves_the_file(root: Path, center: StandIn, bring_in: Import) -> None:
    bring_in()
    before = file_of(root, 126)
    center.content.put(2, section_id=12)
    bring_in()
    assert file_of(root, 126).parent.name == "pajak-coretax"
    assert not before.exists()


def test_an_article_removed_here_is_not_brought_back_and_its_number_not_used_again(
    root: Path, center: StandIn, bring_in: Import
) -> None:
    bring_in()
    file_of(root, 129).unlink()
    center.content.put(5, title="Berubah")
    center.content.put(6)
    plan = bring_in()
    assert any("was removed here" in s.reason for s in plan.skipped)
    assert [change.number for change in plan.added] == [130]


def test_an_article_gone_there_is_told_and_kept(root: Path, center: StandIn, bring_in: Import) -> None:
    bring_in()
    del center.content.articles[3]
    assert bring_in().gone == []  # an incremental run cannot know
    assert bring_in(full=True).gone == [127]
    assert 127 in load_articles(root).articles


def test_a_title_that_two_articles_have_gives_two_files(center: StandIn, bring_in: Import) -> None:
    center.content.put(2, title="Sama", section_id=11)
    center.content.put(4, title="Sama", section_id=11)
    names = {c.path.name for c in bring_in().added}
    assert {"sama.md", "sama-2.md"} <= names


def test_a_huge_article_is_skipped_for_it_could_not_be_read(center: StandIn, bring_in: Import) -> None:
    center.content.put(1, body=f"<p>{'kata ' * 300_000}</p>")
    (skipped,) = bring_in().skipped
    assert "at most 1,000,000 are read" in skipped.reason


def test_broken_articles_here_stop_the_import(root: Path, bring_in: Import, unchanged: Callable[[], bool]) -> None:
    bring_in()
    replaced(root / OWN, "id: 124", "id: x")
    unchanged()
    with pytest.raises(Exception, match="id: Input should be a valid integer"):
        bring_in()
    assert unchanged()


def test_a_damaged_ledger_stops_the_import(root: Path, bring_in: Import) -> None:
    bring_in()
    next(root.glob("_imports/*/state.json")).write_text("{}", encoding="utf-8")
    with pytest.raises(ImportFailed, match=r"state\.json: is damaged"):
        bring_in()


def test_imported_articles_are_named_as_incomplete_and_do_not_fail_the_lint(root: Path, bring_in: Import) -> None:
    bring_in()
    replaced(root / OWN, "related: [123, 125, 116, 81, 126]", "related: [125, 126]")
    assert imported_numbers(root) == {125, 126, 127, 128, 129}
    report = lint(Folders(root, root / "none", root / "none"), today=date(2026, 11, 21))
    assert report.errors == ()
    assert sum("belum lengkap" in f.message for f in report.warnings) == 5


def test_the_ledger_remembers_by_the_help_center_s_own_number(root: Path, bring_in: Import) -> None:
    bring_in()
    state = json.loads(next(root.glob("_imports/*/state.json")).read_text(encoding="utf-8"))
    assert state["articles"]["9000003"]["number"] == 127
    assert state["read_until"] == "2026-01-01T00:05:00Z"


def test_the_command_says_what_it_did(root: Path, center: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    center.content.put(1, draft=True)
    monkeypatch.setenv("ARKAS_DATA_DIR", str(root.parent))
    words = ["import", "zendesk", f"{center.origin}/hc/id", "--section", "11"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0
    assert "tutup-edit-hapus-bku/kendala-" in result.output
    assert "2 new, 0 changed, 0 unchanged, 0 in conflict, 0 skipped" in result.output
    result = CliRunner().invoke(app, [*words[:3]])
    assert "is a draft" in result.output
    assert "2 new, 0 changed, 2 unchanged, 0 in conflict, 1 skipped" in result.output
