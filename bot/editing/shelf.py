"""The articles' files as the editor sees them: read, checked in a copy, and replaced one at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from bot.articles.importing.ledger import imported_numbers
from bot.articles.importing.swapping import alone, write_anew
from bot.articles.linting import Folders, Neighbours
from bot.articles.writing import free_path
from bot.editing.errors import FileChanged
from bot.editing.models import Check, Fields, Problem
from bot.editing.rules import as_article, digest, problems_of, whole_text, wrong_fields
from embeddings import Article, ArticleCollection


class Shelf:
    """The folder of the articles, with what they are held against."""

    def __init__(self, folders: Folders) -> None:
        self._neighbours = Neighbours(folders)
        self.root = folders.articles

    def collection(self) -> ArticleCollection:
        """All articles as they lie there. Raises ArticleErrors."""
        return self._neighbours.collection()

    def prepare(self, *, today: date) -> None:
        """Read what the next article is checked against, so that whoever saves it need not wait for that."""
        self._neighbours.prepare(today=today)

    def text(self, number: int) -> str | None:
        """The file of an article, or None when there is none."""
        article = self.collection().articles.get(number)
        return (self.root / article.path).read_text(encoding="utf-8") if article else None

    def highest(self) -> int:
        """The highest number that a file has, or that an import ever gave."""
        return max([0, *self.collection().articles, *imported_numbers(self.root)])

    def place(self, fields: Fields) -> Path:
        """Where an article's file lies, or is to lie; relative to the root."""
        articles = self.collection().articles
        mine = articles.get(int(fields["id"]))
        if mine is not None and mine.category == fields["category"]:
            return mine.path
        return free_path(str(fields["category"]), str(fields["title"]), {a.path for a in articles.values()})

    def check(self, fields: Fields, *, today: date) -> Check:
        """What is wrong with an article, among all others as they lie."""
        try:
            as_article(fields, Path("x.md"))
        except ValidationError as error:
            return Check(wrong_fields(error))
        if fields["category"] not in self.collection().categories:  # a folder's name, and forms may hold anything
            return Check([Problem("category", "Pilih kategori yang ada.", error=True)])
        number, path = int(fields["id"]), self.place(fields)
        return Check(problems_of(self._neighbours.held(path, whole_text(fields), number=number, today=today)))

    @contextmanager
    def replaced(self, fields: Fields, base: str) -> Iterator[Callable[[], None]]:
        """Put an article's file in place; the block gets what brings the folder back to how it was.

        Raises FileChanged when the file is neither as it was when the draft was begun (`base`: its digest, "" for none)
        nor what is to be written.
        """
        with alone(self.root, lambda _: None):
            number, new = int(fields["id"]), whole_text(fields)
            old = self.text(number)
            if (digest(old) if old is not None else "") not in (base, digest(new)):
                raise FileChanged
            before = self.collection().articles.get(number)
            path = self.place(fields)
            self._put(fields, before, path)
            yield lambda: self._bring_back(before.path if before else None, old, path)

    def _put(self, fields: Fields, before: Article | None, path: Path) -> None:
        target = self.root / path
        part = target.with_name(f".{target.name}.part")
        write_anew(part, whole_text(fields))
        os.replace(part, target)  # noqa: PTH105 - the same
        if before is not None and before.path != path:
            (self.root / before.path).unlink()

    def _bring_back(self, before: Path | None, old: str | None, path: Path) -> None:
        if before is None or old is None:
            (self.root / path).unlink(missing_ok=True)
            return
        write_anew(self.root / before, old)
        if before != path:
            (self.root / path).unlink(missing_ok=True)
