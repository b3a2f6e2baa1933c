"""Tables and folders of Markdown: in, out, and round."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.articles.exporting import ExportFailed, Format, export
from bot.articles.importing.files import MarkdownFolder, Table
from bot.articles.importing.incoming import Source
from bot.articles.importing.ledger import ImportFailed
from bot.articles.importing.planning import Plan
from bot.articles.importing.running import run_import
from bot.articles.importing.zendesk import ZendeskSource
from bot.articles.importing.zendesk_api import FileHelpCenter
from bot.articles.writing import fields_of
from bot.clock import SettableClock
from embeddings import load_articles
from tests.integration.articles.conftest import NOW, OURS, OWN

CATEGORY = "tutup-edit-hapus-bku"


def source_of(kind: Format, target: Path, root: Path) -> Source:
    if kind is Format.CSV:
        return Table(target)
    if kind is Format.MARKDOWN:
        return MarkdownFolder(target)
    return ZendeskSource(FileHelpCenter(target), root, load_articles(root), locale="id")


def bring_in(source: Source, root: Path) -> Plan:
    return run_import(source, root, SettableClock(NOW))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    root = tmp_path / "empty" / "articles"
    root.mkdir(parents=True)
    for name in ("categories.yml", "links.yml"):
        shutil.copy(OURS / name, root / name)
    return root


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OURS, tmp_path / "ours" / "articles"))


@pytest.mark.parametrize("kind", Format)
def test_all_our_articles_come_home_with_every_field(kind: Format, empty: Path, tmp_path: Path) -> None:
    collection = load_articles(OURS)
    target = tmp_path / "export.json" if kind is Format.ZENDESK_JSON else tmp_path / "export"
    export(collection, OURS, kind, target, public_url="http://127.0.0.1:8000")
    assert len(bring_in(source_of(kind, target, empty), empty).added) == len(collection.articles)
    again = load_articles(empty)
    assert [(a.slug, fields_of(a)) for a in again.articles.values()] == [
        (a.slug, fields_of(a)) for a in collection.articles.values()
    ]
    assert not (empty / "_imports").exists()  # known by their own numbers: nothing to remember


@pytest.mark.parametrize("kind", Format)
def test_what_was_changed_in_an_export_comes_back_unless_it_changed_here(
    kind: Format, ours: Path, tmp_path: Path
) -> None:
    target = tmp_path / "export.json" if kind is Format.ZENDESK_JSON else tmp_path / "export"
    export(load_articles(ours), ours, kind, target, public_url="http://127.0.0.1:8000")
    files = sorted(target.rglob("*.md")) if kind is Format.MARKDOWN else [target]
    for path in files:
        text = path.read_text(encoding="utf-8")
        changed = text.replace("Kendala tidak bisa tutup BKU", "Judul dari luar").replace("Apa itu SPTJM", "SPTJM itu")
        path.write_text(changed, encoding="utf-8")
    mine = next(ours.rglob("sptjm.md"))
    mine.write_text(mine.read_text(encoding="utf-8").replace("title: ", "title: Judul sini, ", 1), encoding="utf-8")
    plan = bring_in(source_of(kind, target, ours), ours)
    assert [(c.number, c.merged.taken) for c in plan.updated] == [(124, ("title",))]
    assert [c.number for c in plan.conflicts] == [143]
    articles = load_articles(ours).articles
    assert articles[124].title == "Judul dari luar"
    assert articles[143].title.startswith("Judul sini")


def test_an_exported_help_center_has_the_shape_of_zendesk_s(tmp_path: Path) -> None:
    target = tmp_path / "export.json"
    export(load_articles(OURS), OURS, Format.ZENDESK_JSON, target, public_url="https://bantuan.example/")
    content = json.loads(target.read_text(encoding="utf-8"))
    article = next(a for a in content["articles"] if a["id"] == 124)
    sections = {s["id"]: s for s in content["sections"]}
    assert sections[article["section_id"]]["name"] == "Tutup, Edit & Hapus BKU"
    assert "<ol>" in article["body"]
    assert article["html_url"] == "https://bantuan.example/artikel/124-tidak-bisa-tutup-bku"
    assert sections[article["section_id"]]["category_id"] in {c["id"] for c in content["categories"]}


def test_a_folder_that_holds_something_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "note").touch()
    with pytest.raises(ExportFailed, match="exists already"):
        export(load_articles(OURS), OURS, Format.MARKDOWN, tmp_path, public_url="")


def test_plain_markdown_takes_its_title_from_the_heading_and_its_category_from_the_folder(
    root: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "notes"
    (folder / CATEGORY).mkdir(parents=True)
    (folder / CATEGORY / "a.md").write_text("# Cara *cepat*\n\nTekan.\n\n## Mengapa lambat?\n\nIni.\n", "utf-8")
    (folder / "b.md").write_text("Tanpa judul.\n", encoding="utf-8")
    plan = bring_in(MarkdownFolder(folder), root)
    article = load_articles(root).articles[125]
    assert (article.title, article.slug, article.excerpt) == ("Cara *cepat*", "a", "Tekan.")
    assert article.questions == ("Cara *cepat*", "Mengapa lambat?")
    assert [s.reason for s in plan.skipped] == ["there is no category notes"]
    assert bring_in(MarkdownFolder(folder, CATEGORY), root).added[0].number == 126


def _latin(path: Path) -> None:
    path.write_bytes(b"# Judul\n\nBaris\xe9\n")


def _large(path: Path) -> None:
    path.write_bytes(b"x" * 5_000_000)


def _linked(path: Path) -> None:
    (path.parents[2] / "outside.md").write_text("# Rahasia\n\nIsi.\n", encoding="utf-8")
    path.symlink_to(path.parents[2] / "outside.md")


def _broken(path: Path) -> None:
    path.write_text("---\ntitle: [\n---\nIsi.\n", encoding="utf-8")


def _unknown(path: Path) -> None:
    path.write_text("---\nid: 7\ncolour: red\n---\nIsi.\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_latin, "is not UTF-8: byte 0xe9"),
        (_large, "has 5,000,000 bytes; at most 1,000,000 are read"),
        (_linked, "is a link out of the folder"),
        (_broken, "is not YAML"),
        (_unknown, "unknown fields colour"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_the_rest_comes_in(
    root: Path, tmp_path: Path, spoil: Callable[[Path], None], reason: str
) -> None:
    folder = tmp_path / "notes" / CATEGORY
    folder.mkdir(parents=True)
    (folder / "good.md").write_text("# Baik\n\nIsi.\n", encoding="utf-8")
    spoil(folder / "bad.md")
    plan = bring_in(MarkdownFolder(folder.parent), root)
    assert [c.merged.fields["title"] for c in plan.added] == ["Baik"]
    (skipped,) = plan.skipped
    assert "bad.md" in skipped.name
    assert reason in skipped.reason


def write_table(path: Path, rows: list[list[str]], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_small_table_needs_only_title_category_and_body(root: Path, tmp_path: Path, delimiter: str) -> None:
    rows = [["title", "category", "body", "questions"], ["Judul; satu", CATEGORY, "Isi.\n\nLagi.", "apa\nmengapa"]]
    table = write_table(tmp_path / "t.csv", rows, delimiter)
    assert [c.number for c in bring_in(Table(table), root).added] == [125]
    article = load_articles(root).articles[125]
    assert (article.title, article.body, article.questions) == ("Judul; satu", "Isi.\n\nLagi.", ("apa", "mengapa"))
    rows[1][2] = "Isi baru."
    assert [c.number for c in bring_in(Table(write_table(table, rows, delimiter)), root).updated] == [125]
    assert len(load_articles(root).articles) == 2


def test_rows_that_make_no_article_are_named_by_their_line(root: Path, tmp_path: Path) -> None:
    rows = [
        ["id", "title", "category", "body"],
        ["x", "Judul", CATEGORY, "Isi."],
        ["", "Judul", "tidak-ada", "Isi."],
        ["", "Judul dua", CATEGORY, "   "],
        ["", "Kurang"],
        ["124", "Judul", CATEGORY, "Isi."],
        ["124", "Judul", CATEGORY, "Isi."],
    ]
    plan = bring_in(Table(write_table(tmp_path / "t.csv", rows)), root)
    assert plan.added == []
    assert [c.number for c in plan.conflicts] == [124]  # nobody knows what this row was taken from
    assert {s.reason.partition(":")[0] for s in plan.skipped} == {
        "id",
        "there is no category tidak-ada",
        "body",
        "has another number of cells than the heading line",
        "124 stands twice in the source",
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"title,category\na,b\n", "1: the heading line lacks body"),
        (b"title,body\na,\xff\n", "2: is not UTF-8"),
        (b'title,body\n"a,b\n', "unexpected end of data"),
        (b"", "1: the heading line lacks body, title"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(root: Path, tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(ImportFailed, match=message):
        bring_in(Table(path), root)


def test_a_formula_in_an_article_stays_text_in_a_spreadsheet(root: Path, tmp_path: Path) -> None:
    own = root / OWN
    own.write_text(own.read_text(encoding="utf-8").replace("title: Kendala", 'title: "=CMD()"\nx: Kendala'), "utf-8")
    own.write_text(
        "\n".join(line for line in own.read_text("utf-8").split("\n") if not line.startswith("x: ")), "utf-8"
    )
    export(load_articles(root), root, Format.CSV, tmp_path / "t.csv", public_url="")
    assert "'=CMD()" in (tmp_path / "t.csv").read_text(encoding="utf-8")
    assert bring_in(Table(tmp_path / "t.csv"), root).unchanged == 1
