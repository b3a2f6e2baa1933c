"""Reading articles, and naming what is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from embeddings import ArticleErrors, dangling_references, load_articles
from embeddings.loading import read_articles
from tests.unit.embeddings.conftest import article_text


def test_articles_come_by_id_with_slug_path_and_parts(articles_folder: Path) -> None:
    collection = load_articles(articles_folder)
    article = collection.articles[1]
    assert list(collection.articles) == [1, 2, 3, 4, 5, 6]
    assert (article.slug, article.path) == ("tidak-bisa-tutup", Path("tutup-bku/tidak-bisa-tutup.md"))
    assert article.excerpt == "Kendala tidak bisa tutup BKU dijawab di sini, singkat."
    assert [(s.heading, s.text) for s in article.sections] == [("Langkah", "1. Buka {{link:formulir}}.")]
    assert collection.groups[0].categories == ("tutup-bku", "akun")
    assert [a.id for a in collection.of_category("akun")] == [4, 5, 6]


def test_the_content_hash_changes_with_any_byte(articles_folder: Path) -> None:
    before = load_articles(articles_folder).content_hash
    path = articles_folder / "akun" / "email.md"
    path.write_text(path.read_text(encoding="utf-8") + "Selesai.\n", encoding="utf-8")
    assert load_articles(articles_folder).content_hash != before


def spoil(**changes: str) -> Callable[[Path], None]:
    return lambda path: _write(path, article_text(4, "Judul", ["satu"], "akun", **changes))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _link_out(path: Path) -> None:
    outside = path.parents[2] / "outside.md"
    path.rename(outside)
    path.symlink_to(outside)


def _instead(make: Callable[[Path], None]) -> Callable[[Path], None]:
    def replaced(path: Path) -> None:
        path.unlink()
        make(path)

    return replaced


@pytest.mark.parametrize(
    ("spoiled", "line", "message"),
    [
        (spoil(colour="red"), 19, "colour: Extra inputs are not permitted"),
        (spoil(id="1"), 1, "id 1 already belongs to"),
        (spoil(id="yes"), 2, "id: Input should be a valid integer"),
        (spoil(category="tutup-bku"), 4, "category tutup-bku is not the folder akun"),
        (spoil(grounding="hearsay"), 14, "grounding: Input should be"),
        (spoil(title="[unclosed"), 4, "is not YAML"),
        (spoil(slug="x"), 19, "slug: is no field"),
        (lambda path: _write(path, "tanpa"), 1, "does not begin with a front matter"),
        (lambda path: _write(path, "---\nid: 4\n"), 1, "has no end"),
        (lambda path: _write(path, "---\nid: 4\nid: 5\n---\nx"), 3, "stands twice"),
        (lambda path: path.write_bytes(b"---\nid: 4\n\xff") and None, 3, "is not UTF-8"),
        (lambda path: _write(path, "x" * 1_000_001), 1, "at most 1,000,000"),
        (_link_out, 1, "is a link out of the articles' folder"),
        (_instead(lambda path: path.symlink_to("nothing.md")), 1, "leads nowhere"),
        (_instead(lambda path: path.symlink_to(path.name)), 1, "cannot be read"),
        (_instead(lambda path: path.mkdir()), 1, "is no file"),
        (_instead(os.mkfifo), 1, "is no file"),
        # libyaml would end the process at this depth, not raise.
        (lambda path: _write(path, "---\nid: 4\ntitle: " + "[" * 100_000 + "\n---\nx"), 3, "is nested deeper than 10"),
        (lambda path: _write(path, "---\nid: &a [1]\ntitle: [*a, *a]\n---\nx"), 3, "holds an alias"),
        (lambda path: _write(path, "---\nid: 4\x00\n---\nx"), 2, "control characters are not allowed"),
        (lambda path: _write(path, '---\nid: !!python/object/apply:os.system ["x"]\n---\nx'), 2, "is not YAML"),
    ],
)
def test_each_fault_is_named_with_file_and_line(
    articles_folder: Path, spoiled: Callable[[Path], None], line: int, message: str
) -> None:
    spoiled(articles_folder / "akun" / "lupa-sandi.md")
    with pytest.raises(ArticleErrors) as caught:
        load_articles(articles_folder)
    (problem,) = caught.value.problems
    assert problem.path in {Path("akun/lupa-sandi.md"), Path("tutup-bku/tidak-bisa-tutup.md")}
    assert problem.line == line
    assert message in problem.message


def test_all_faults_are_told_at_once(articles_folder: Path) -> None:
    spoil(colour="red")(articles_folder / "akun" / "lupa-sandi.md")
    (articles_folder / "akun" / "email.md").write_text("nothing", encoding="utf-8")
    (articles_folder / "links.yml").unlink()
    with pytest.raises(ArticleErrors) as caught:
        load_articles(articles_folder)
    assert len(caught.value.problems) == 3


def test_a_category_that_no_catalogue_names_is_refused(articles_folder: Path) -> None:
    (articles_folder / "baru").mkdir()
    _write(articles_folder / "baru" / "a.md", article_text(7, "Baru", ["baru"], "baru"))
    with pytest.raises(ArticleErrors, match=r"category baru is not in categories\.yml"):
        load_articles(articles_folder)


def test_dangling_references_are_for_the_lint(articles_folder: Path) -> None:
    spoil(related="[1, 99]")(articles_folder / "akun" / "lupa-sandi.md")
    found = dangling_references(load_articles(articles_folder))
    assert "there is no other article 99" in {p.message.partition(": ")[2] for p in found}


def test_a_catalogue_of_the_wrong_shape_is_named(articles_folder: Path) -> None:
    (articles_folder / "categories.yml").write_text("groups: 3\ncategories: [a]\n", encoding="utf-8")
    with pytest.raises(ArticleErrors, match=r"categories\.yml:1: categories: is not a list of"):
        load_articles(articles_folder)


def test_what_can_be_read_is_read_beside_what_is_broken(articles_folder: Path) -> None:
    (articles_folder / "akun" / "email.md").write_text("nothing", encoding="utf-8")
    collection, problems = read_articles(articles_folder)
    assert list(collection.articles) == [1, 2, 3, 4, 5]
    assert [p.path for p in problems] == [Path("akun/email.md")]
