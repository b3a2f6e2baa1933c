"""Takes all articles out: as the JSON of a Zendesk help center, as a table, or as Markdown files.

Each holds every field, so that `articles import` brings back the same articles, and a fingerprint of each: an article
that nobody changed here since the export takes over what was changed in the exported file.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from bot.articles.importing.files import FINGERPRINTS
from bot.articles.importing.incoming import fingerprint
from bot.articles.rendering import render_html
from bot.articles.rules import article_path
from bot.articles.tables import COLUMNS, LISTS, cell_of, lines_of
from bot.articles.writing import fields_of, file_text
from embeddings import Article, ArticleCollection

_SHARED_FILES: Final = ("categories.yml", "links.yml", "sources.yml")


class Format(StrEnum):
    """What an export can be."""

    ZENDESK_JSON = "zendesk-json"
    CSV = "csv"
    MARKDOWN = "markdown"


class ExportFailed(Exception):
    """The target cannot be written."""


def export(collection: ArticleCollection, root: Path, format_: Format, target: Path, *, public_url: str) -> None:
    """Write all articles to a file, or, as Markdown, to a new folder.

    Raises:
        ExportFailed: when the folder exists already, or the place cannot be written to.
    """
    try:
        if format_ is Format.MARKDOWN:
            _write_folder(collection, root, target)
        elif format_ is Format.CSV:
            _write_file(target, lambda path: _write_table(collection, path))
        else:
            text = json.dumps(zendesk_json(collection, public_url), ensure_ascii=False, indent=1)
            _write_file(target, lambda path: path.write_text(f"{text}\n", encoding="utf-8"))
    except OSError as error:
        raise ExportFailed(f"{target}: {error.strerror}") from None


def _write_file(target: Path, write: Any) -> None:  # noqa: ANN401 - takes a path, returns what it likes
    """Write beside the target and rename, so that a full disk leaves the last export as it is."""
    part = target.with_name(f".{target.name}.part")
    write(part)
    os.replace(part, target)  # noqa: PTH105 - the same


def _write_folder(collection: ArticleCollection, root: Path, target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ExportFailed(f"{target}: exists already; name a new folder")
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for article in collection.articles.values():
        path = part / article.path
        path.parent.mkdir(exist_ok=True)
        path.write_text(file_text(fields_of(article)), encoding="utf-8", newline="\n")
    for name in _SHARED_FILES:
        if (root / name).exists():
            shutil.copy(root / name, part / name)
    prints = "".join(f"{a.id},{fingerprint(fields_of(a))}\n" for a in collection.articles.values())
    (part / FINGERPRINTS).write_text(prints, encoding="utf-8")
    part.replace(target)


def _write_table(collection: ArticleCollection, path: Path) -> None:
    # With the byte order mark, spreadsheets take it for the UTF-8 that it is.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows(_row(article) for article in collection.articles.values())


def _row(article: Article) -> Iterator[str]:
    values = _whole(article)
    for column in COLUMNS:
        value = values[column]
        text = lines_of(map(str, value)) if column in LISTS else "" if value is None else str(value)
        yield cell_of(text)


def _whole(article: Article) -> dict[str, Any]:
    fields = fields_of(article)
    return {**fields, "slug": article.slug, "fingerprint": fingerprint(fields)}


def zendesk_json(collection: ArticleCollection, public_url: str) -> dict[str, Any]:
    """The help center in the shapes of Zendesk's API: groups are its categories, categories its sections.

    What Zendesk has no place for stands under `arkas`, which its importers pass over.
    """
    sections = {slug: number for number, slug in enumerate(collection.categories, start=1)}
    groups = {slug: n for n, group in enumerate(collection.groups, start=1) for slug in group.categories}
    return {
        "categories": [{"id": n, "name": g.name, "locale": "id"} for n, g in enumerate(collection.groups, start=1)],
        "sections": [
            {"id": number, "name": collection.categories[slug].name, "category_id": groups[slug], "locale": "id"}
            for slug, number in sections.items()
        ],
        "articles": [
            _zendesk_article(article, collection, sections[article.category], public_url)
            for article in collection.articles.values()
        ],
    }


def _zendesk_article(article: Article, collection: ArticleCollection, section: int, public_url: str) -> dict[str, Any]:
    checked = datetime.combine(article.checked, time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "id": article.id,
        "title": article.title,
        "body": render_html(article.body, collection.links),
        "section_id": section,
        "locale": "id",
        "draft": False,
        "label_names": list(article.keywords),
        "html_url": public_url.rstrip("/") + article_path(article),
        "created_at": checked,
        "updated_at": checked,
        "arkas": _whole(article),
    }
