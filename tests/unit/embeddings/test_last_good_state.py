"""Articles that cannot be read stop the building of an index, and never the answering from the last good one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from embeddings import ArticleErrors, Ranker, build_index, load_articles
from tests.unit.embeddings.conftest import article_text

QUESTION = "lupa password arkas"


def files_of(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(p): (p.stat().st_ino, p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()}


def _double(path: Path) -> None:
    path.write_text(article_text(1, "Judul", ["satu"], "akun"), encoding="utf-8")


def _linked_out(path: Path) -> None:
    outside = path.parents[2] / "outside.md"
    path.rename(outside)
    path.symlink_to(outside)


@pytest.mark.parametrize(
    ("spoil", "place", "message"),
    [
        (
            lambda path: path.write_text("---\ntitle: [\n---\nx", "utf-8") and None,
            "akun/lupa-sandi.md:3",
            "is not YAML",
        ),
        (lambda path: path.write_text("---\ncolour: 1\n---\nx", "utf-8") and None, "akun/lupa-sandi.md:2", "colour"),
        (_double, "tutup-bku/tidak-bisa-tutup.md:1", "id 1 already belongs to"),
        (
            lambda path: path.write_bytes("---\nid: 4\ntitle: é".encode("latin-1")) and None,
            "akun/lupa-sandi.md:3",
            "UTF-8",
        ),
        (lambda path: path.write_bytes(b"x" * 5_000_000) and None, "akun/lupa-sandi.md:1", "has 5,000,000 bytes"),
        (_linked_out, "akun/lupa-sandi.md:1", "is a link out of the articles' folder"),
        (lambda path: os.truncate(path, 40), "akun/lupa-sandi.md:1", "the front matter has no end"),
    ],
)
def test_the_index_keeps_serving_while_an_article_is_broken(
    articles_folder: Path,
    encoder_folder: Path,
    lexicon_folder: Path,
    index_folder: Path,
    spoil: Callable[[Path], None],
    place: str,
    message: str,
) -> None:
    serving = Ranker.open(index_folder)
    before = files_of(index_folder)
    spoil(articles_folder / "akun" / "lupa-sandi.md")
    with pytest.raises(ArticleErrors) as caught:
        build_index(
            load_articles(articles_folder), encoder_dir=encoder_folder, lexicon_dir=lexicon_folder, target=index_folder
        )
    assert [p for p in map(str, caught.value.problems) if p.startswith(place) and message in p]
    assert files_of(index_folder) == before
    for ranker in (serving, Ranker.open(index_folder)):
        assert ranker.rank(QUESTION).articles[0].id == 4
