"""What the rules look at: everything is read once, and a line is looked up only for what is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

from bot.articles.linting.findings import Finding, Severity
from embeddings import Article, ArticleCollection, Lexicon, plain_text

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class EvaluationQuestion(NamedTuple):
    """A held-out question, and where it stands."""

    path: Path
    line: int
    text: str


class Lines(NamedTuple):
    """Where a front matter's keys, their list items, and the body begin (counted from 1)."""

    keys: Mapping[str, int]
    items: Mapping[str, tuple[int, ...]]
    body: int


@dataclass(frozen=True)
class Material:
    """The articles of `root` with what they are held against. `imported` are the numbers that an import gave.

    With `only`, that one article is looked at, among all others.
    """

    root: Path
    collection: ArticleCollection
    today: date
    lexicon: Lexicon = field(default_factory=Lexicon)
    evaluation: tuple[EvaluationQuestion, ...] = ()
    sources: frozenset[str] = frozenset()
    imported: frozenset[int] = frozenset()
    only: int | None = None

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles that are looked at, by id."""
        every = self.collection.articles
        return tuple(every.values()) if self.only is None else (every[self.only],)

    @property
    def written(self) -> tuple[Article, ...]:
        """Those of them that were written here: they must be complete."""
        return tuple(a for a in self.articles if a.id not in self.imported)

    def plain(self, markdown: str) -> str:
        """Markdown as a reader sees it, in one line."""
        return plain_text(markdown, self.collection.links)

    def problem(
        self,
        article: Article,
        rule: str,
        message: str,
        *,
        at: str = "id",
        index: int | None = None,
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        """A finding at a key (and list item) of the front matter, or at a line (from 0) of the body."""
        path = self.root / article.path
        return Finding(path, _line(path, at, index), rule, message, severity)


def _line(path: Path, key: str, index: int | None) -> int:
    lines = _lines(path, path.stat().st_mtime_ns)
    if key == "body":
        return lines.body + (index or 0)
    items = lines.items.get(key, ())
    return items[index] if index is not None and index < len(items) else lines.keys.get(key, 1)


@lru_cache(maxsize=4096)
def _lines(path: Path, _changed: int) -> Lines:
    matter, _, body = path.read_text(encoding="utf-8-sig").removeprefix("---\n").partition("\n---\n")
    node = yaml.compose(matter + "\n", Loader=LOADER)
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    keys = {key.value: key.start_mark.line + 2 for key, _ in pairs}
    items = {
        key.value: tuple(item.start_mark.line + 2 for item in value.value)
        for key, value in pairs
        if isinstance(value, yaml.SequenceNode)
    }
    blank = len(body) - len(body.lstrip("\n"))
    return Lines(keys, items, matter.count("\n") + 4 + blank)
