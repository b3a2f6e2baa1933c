"""A folder of Markdown files, or a table, as a source of articles."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bot.articles.importing.incoming import Delivery, Incoming, Skipped
from bot.articles.importing.ledger import ImportFailed
from bot.articles.importing.own import own_fields
from bot.articles.importing.zendesk import questions_of
from bot.articles.tables import INTEGERS, LISTS, MAY_BE_EMPTY, cell_value, items_of
from bot.articles.writing import slug_of
from embeddings.loading import LARGEST_FILE, split_front_matter

FINGERPRINTS: Final = "export.csv"  # beside an export of Markdown files: number and fingerprint of each
_TITLE: Final = re.compile(r"\A\s*#[ \t]+(.+?)[ \t]*#*[ \t]*$\n?", re.MULTILINE)


class MarkdownFolder:
    """Markdown files below a folder: our own, or plain ones, whose first heading is the title.

    A plain file's category is the folder that it lies in, or the one given.
    """

    def __init__(self, folder: Path, category: str | None = None) -> None:
        if not folder.is_dir():
            raise ImportFailed(f"{folder}: is no folder")
        self.name = f"markdown-{slug_of(folder.resolve().name)}"
        self._folder = folder
        self._category = category
        self._fingerprints = _fingerprints(folder / FINGERPRINTS)

    def read(self, since: datetime | None, settings: str) -> Delivery:  # noqa: ARG002 - files are quick: all are read
        """Deliver every file."""
        skipped: list[Skipped] = []
        return Delivery(list(self._articles(skipped)), skipped)

    def _articles(self, skipped: list[Skipped]) -> Iterator[Incoming]:
        for path in sorted(self._folder.rglob("*.md")):
            name = path.relative_to(self._folder).as_posix()
            try:
                found = self._article(path, name, _text(path, self._folder), skipped)
            except (OSError, ValueError) as error:
                line = getattr(error, "line", 1)
                skipped.append(Skipped(f"{name}:{line}", str(error)))
                continue
            if found:
                yield found

    def _article(self, path: Path, name: str, text: str, skipped: list[Skipped]) -> Incoming | None:
        matter: Mapping[str, Any] = {}
        if text.startswith("---\n"):
            matter, _, text = split_front_matter(text)
        if "id" in matter:
            own = {**matter, "body": text, "slug": path.stem}
            return own_fields({**own, "fingerprint": self._fingerprints.get(str(matter["id"]), "")}, name, skipped)
        heading = _TITLE.match(text)
        title = str(matter.get("title") or (heading[1] if heading else path.stem.replace("-", " ").capitalize()))
        body = text[heading.end() :] if heading else text
        fields = {"title": title, "category": self._category or path.parent.name, "body": body}
        version = hashlib.sha256(text.encode()).hexdigest()[:16]
        return Incoming(name, version, fields, {"questions": questions_of(title, body)}, slug=path.stem)


def _text(path: Path, folder: Path) -> str:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError("is a link out of the folder")
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError(f"has {path.stat().st_size:,} bytes; at most {LARGEST_FILE:,} are read")
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"is not UTF-8: byte 0x{error.object[error.start]:02x}") from None


def _fingerprints(path: Path) -> Mapping[str, str]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return dict(row[:2] for row in csv.reader(file) if len(row) >= 2)


class Table:
    """A CSV file with a heading line: `title`, `category`, `body` at least; the rest as in an article's front matter.

    Lists hold one item a line within their cell.
    """

    def __init__(self, path: Path, category: str | None = None) -> None:
        self.name = f"csv-{slug_of(path.stem)}"
        self._path = path
        self._category = category

    def read(self, since: datetime | None, settings: str) -> Delivery:  # noqa: ARG002 - files are quick: all are read
        """Deliver every row."""
        skipped: list[Skipped] = []
        found = (self._article(number, row, skipped) for number, row in self._rows())
        return Delivery([article for article in found if article], skipped)

    def _rows(self) -> Iterator[tuple[int, Mapping[str | None, Any]]]:
        try:
            text = self._path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise ImportFailed(f"{self._path}:{line}: is not UTF-8; save the table as CSV UTF-8") from None
        except OSError as error:
            raise ImportFailed(f"{self._path}: cannot be read: {error.strerror}") from None
        csv.field_size_limit(LARGEST_FILE)
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        missing = {"title", "body"} - set(rows.fieldnames or ())
        if missing:
            raise ImportFailed(f"{self._path}:1: the heading line lacks {', '.join(sorted(missing))}")
        try:
            for row in rows:
                yield rows.line_num, dict(row)
        except csv.Error as error:
            raise ImportFailed(f"{self._path}:{rows.line_num}: {error}") from None

    def _article(self, line: int, row: Mapping[str | None, Any], skipped: list[Skipped]) -> Incoming | None:
        name = f"{self._path.name}:{line}"
        if None in row or None in row.values():
            skipped.append(Skipped(name, "has another number of cells than the heading line"))
            return None
        given = {str(key): cell_value(str(cell)) for key, cell in row.items()}
        try:
            values: dict[str, Any] = {key: _typed(key, text) for key, text in given.items() if _says(key, text)}
        except ValueError as error:
            skipped.append(Skipped(name, str(error)))
            return None
        if self._category:
            values.setdefault("category", self._category)
        # Without a number, the title is what tells one row from the next over several runs.
        return own_fields(values, str(values.get("title", name)).casefold(), skipped)


def _delimiter(text: str) -> str:
    """Where the decimal sign is a comma, as in Indonesia, spreadsheets separate cells by semicolons."""
    heading = text.partition("\n")[0]
    return ";" if heading.count(";") > heading.count(",") else ","


def _says(key: str, text: str) -> bool:
    """Whether a cell says something: an empty one does where a field may be empty."""
    return bool(text) or key in MAY_BE_EMPTY


def _typed(key: str, text: str) -> Any:  # noqa: ANN401 - JSON
    if key in LISTS:
        items = items_of(text)
        return [_number(key, item) for item in items] if key in INTEGERS else items
    if key in INTEGERS:
        return _number(key, text)
    return text or None


def _number(key: str, text: str) -> int:
    if not text.strip().isdecimal():
        raise ValueError(f"{key}: {text!r} is no number")
    return int(text)
