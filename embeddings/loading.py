"""Reading a folder of articles, and naming everything that is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from embeddings.articles import (
    LINK,
    Article,
    ArticleCollection,
    ArticleErrors,
    ArticleProblem,
    Category,
    Group,
    Link,
)

T = TypeVar("T")

LARGEST_FILE: Final = 1_000_000  # bytes; the longest real article has some four thousand
CATALOGUE_FILES: Final = ("categories.yml", "links.yml")
DERIVED_FIELDS: Final = frozenset({"body", "slug", "path"})
# libyaml's parser, where PyYAML was built with it, reads thousands of articles eight times as fast.
LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST: Final = 10  # levels of nesting; a list of mappings needs three


def load_articles(root: Path) -> ArticleCollection:
    """Read `root/<category>/<slug>.md`, `categories.yml` and `links.yml`.

    Raises:
        ArticleErrors: with every problem of every file, so that an editor mends all in one go.
    """
    collection, problems = read_articles(root)
    if problems:
        raise ArticleErrors(problems)
    return replace(collection, content_hash=content_hash(root))


def read_articles(root: Path) -> tuple[ArticleCollection, tuple[ArticleProblem, ...]]:
    """What can be read of a folder, and every problem of the rest; for the lint, which goes on with the good part.

    The collection has no content hash: it is not all that the folder holds.
    """
    reader = _Reader(root)
    categories, groups, links = reader.catalogue()
    articles = {a.id: a for a in sorted(reader.articles(categories), key=lambda a: a.id)}
    collection = ArticleCollection(articles, categories, groups, links, content_hash="")
    return collection, tuple(reader.problems)


def content_hash(root: Path) -> str:
    """SHA-256 (hex) of the name and bytes of every source file under an articles' folder."""
    digest = hashlib.sha256()
    for path in sorted(chain(article_files(root), (root / name for name in CATALOGUE_FILES))):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def article_files(root: Path) -> Iterator[Path]:
    """The Markdown files of a collection: one level of folders, in a fixed order."""
    return iter(sorted(p for p in root.glob("*/*.md") if not p.name.startswith(".")))


def dangling_references(collection: ArticleCollection) -> tuple[ArticleProblem, ...]:
    """Related ids and link keys that name nothing: for the lint, since half a catalogue may still be served."""
    return tuple(chain.from_iterable(_dangling(a, collection) for a in collection.articles.values()))


def _dangling(article: Article, collection: ArticleCollection) -> Iterator[ArticleProblem]:
    for number in article.related:
        if number not in collection.articles or number == article.id:
            yield ArticleProblem(article.path, 1, f"related: there is no other article {number}")
    for key in LINK.findall(article.body):
        if key not in collection.links:
            yield ArticleProblem(article.path, 1, f"links.yml has no key {key}")


class _Reader:
    """Reads one folder and gathers its problems."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[ArticleProblem] = []

    def catalogue(self) -> tuple[dict[str, Category], tuple[Group, ...], dict[str, Link]]:
        shelves = self._yaml_file("categories.yml", {"groups", "categories"})
        described = shelves.get("categories") or {}
        if not isinstance(described, dict):
            self._say(self.root / "categories.yml", 1, "categories: is not a list of `slug: fields`")
            described = {}
        named = {slug: {"slug": slug, **f} if isinstance(f, dict) else f for slug, f in described.items()}
        categories = self._checked("categories.yml", dict[str, Category], named, {})
        groups = self._checked("categories.yml", tuple[Group, ...], shelves.get("groups"), ())
        links = self._checked("links.yml", dict[str, Link], self._yaml_file("links.yml"), {})
        self._each_category_in_one_group(categories, groups)
        return categories, groups, links

    def articles(self, categories: Mapping[str, Category]) -> list[Article]:
        seen: dict[int, Path] = {}
        found = []
        for path in article_files(self.root):
            article = self._article(path, categories)
            if article is None:
                continue
            if article.id in seen:
                self._say(path, 1, f"id {article.id} already belongs to {seen[article.id]}")
            seen.setdefault(article.id, article.path)
            found.append(article)
        return found

    def _article(self, path: Path, categories: Mapping[str, Category]) -> Article | None:
        try:
            text = self._text(path)
            matter, lines, body = split_front_matter(text)
        except _Unreadable as problem:
            self._say(path, problem.line, str(problem))
            return None
        derived = {"body": body, "slug": path.stem, "path": path.relative_to(self.root)}
        for key in DERIVED_FIELDS & matter.keys():
            self._say(path, lines[key], f"{key}: is no field of the front matter")
        try:
            article = Article.model_validate({**matter, **derived})
        except ValidationError as error:
            self._say_each(path, error, lines)
            return None
        self._check_folder(article, path, lines, categories)
        return article

    def _check_folder(
        self, article: Article, path: Path, lines: Mapping[str, int], categories: Mapping[str, Category]
    ) -> None:
        if article.category != path.parent.name:
            self._say(path, lines["category"], f"category {article.category} is not the folder {path.parent.name}")
        elif article.category not in categories:
            self._say(path, lines["category"], f"category {article.category} is not in categories.yml")

    def _text(self, path: Path) -> str:
        data = self._bytes(path)
        try:
            return data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise _Unreadable(f"is not UTF-8: byte 0x{data[error.start]:02x}", line) from None

    def _bytes(self, path: Path) -> bytes:
        try:
            if not path.resolve(strict=True).is_relative_to(self.root.resolve()):
                raise _Unreadable("is a link out of the articles' folder")
            if not path.is_file():  # a folder of that name, or a pipe that would be waited for
                raise _Unreadable("is no file")
            if path.stat().st_size > LARGEST_FILE:
                raise _Unreadable(f"has {path.stat().st_size:,} bytes; at most {LARGEST_FILE:,} are read")
            return path.read_bytes()
        except FileNotFoundError:
            raise _Unreadable("leads nowhere" if path.is_symlink() else "is missing") from None
        except (OSError, RuntimeError) as error:  # a link in a loop, a file without leave to read it
            raise _Unreadable(f"cannot be read: {error}") from None

    def _yaml_file(self, name: str, keys: set[str] | None = None) -> dict[str, Any]:
        path = self.root / name
        try:
            values, lines = _mapping(self._text(path), first_line=1)
        except _Unreadable as problem:
            self._say(path, problem.line, str(problem))
            return {}
        for key in values.keys() - keys if keys else ():
            self._say(path, lines[key], f"{key}: unknown key")
        return values

    def _checked(self, name: str, kind: type[T], values: object, otherwise: T) -> T:
        try:
            return TypeAdapter(kind).validate_python(values)
        except ValidationError as error:
            self._say_each(self.root / name, error, {})
            return otherwise

    def _each_category_in_one_group(self, categories: Mapping[str, Category], groups: tuple[Group, ...]) -> None:
        shelved = [slug for group in groups for slug in group.categories]
        for slug in sorted(set(shelved) ^ categories.keys()):
            self._say(self.root / "categories.yml", 1, f"{slug}: is in no group, or no category")
        for slug in sorted({s for s in shelved if shelved.count(s) > 1}):
            self._say(self.root / "categories.yml", 1, f"{slug}: stands in two groups")

    def _say(self, path: Path, line: int, message: str) -> None:
        self.problems.append(ArticleProblem(path.relative_to(self.root), line, message))

    def _say_each(self, path: Path, error: ValidationError, lines: Mapping[str, int]) -> None:
        for detail in error.errors(include_url=False):
            where = ".".join(map(str, detail["loc"]))
            self._say(path, lines.get(str(detail["loc"][0]) if detail["loc"] else "", 1), f"{where}: {detail['msg']}")


class _Unreadable(ValueError):
    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def split_front_matter(text: str) -> tuple[dict[str, Any], dict[str, int], str]:
    """Front matter, the line of each of its keys, and the body.

    Raises:
        ValueError: when there is no front matter, or it is no YAML mapping.
    """
    if not text.startswith("---\n"):
        raise _Unreadable("does not begin with a front matter (---)")
    matter, fence, body = text[4:].partition("\n---\n")
    if not fence:
        raise _Unreadable("the front matter has no end (---)")
    values, lines = _mapping(matter + "\n", first_line=2)
    return values, lines, body.strip()


def _mapping(text: str, *, first_line: int) -> tuple[dict[str, Any], dict[str, int]]:
    try:
        _refuse_tricks(text, first_line)
        node = yaml.compose(text, Loader=LOADER)
        values = yaml.load(text, Loader=LOADER)  # noqa: S506 - both loaders are safe ones
    except _Unreadable:
        raise
    except yaml.MarkedYAMLError as error:
        _refuse(error, first_line)
    except (yaml.YAMLError, ValueError) as error:
        raise _Unreadable(f"is not YAML: {' '.join(str(error).split())}", first_line) from None
    if not isinstance(node, yaml.MappingNode) or not isinstance(values, dict):
        raise _Unreadable("is not a list of `key: value`", first_line)
    lines: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + first_line
        if key.value in lines:
            raise _Unreadable(f"{key.value}: stands twice", line)
        lines[key.value] = line
    return {str(k): v for k, v in values.items()}, lines


def _refuse_tricks(text: str, first_line: int) -> None:
    """Deep nesting ends the process inside libyaml, and an alias of aliases unfolds without end: neither is needed."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST or isinstance(event, yaml.AliasEvent):
            what = "holds an alias (*)" if depth <= DEEPEST else f"is nested deeper than {DEEPEST} levels"
            raise _Unreadable(what, first_line + (event.start_mark.line if event.start_mark else 0))


def _refuse(error: yaml.MarkedYAMLError, first_line: int) -> NoReturn:
    mark = error.problem_mark or error.context_mark
    raise _Unreadable(f"is not YAML: {error.problem}", first_line + (mark.line if mark else 0)) from None
