"""The help center's articles: Markdown files with a validated front matter (`docs/articles.md`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
ArticleNumber = Annotated[int, Field(strict=True, gt=0)]


class Program(StrEnum):
    """The application or subject that an article is about."""

    ARKAS = "ARKAS"
    BOSP_SALUR = "BOSP Salur"
    SIPLAH = "SIPLah"
    MARKAS = "MARKAS"
    PUSAT_BANTUAN = "Pusat Bantuan"
    BOSP = "BOSP"
    DAPODIK = "Dapodik"
    CORETAX = "Coretax"


class Solver(StrEnum):
    """Who can solve the problem that an article describes."""

    SEKOLAH = "sekolah"
    DINAS = "dinas"
    BOSP_SALUR = "bosp_salur"
    SIPLAH = "siplah"
    KPP = "kpp"
    BANK = "bank"
    DAPODIK = "dapodik"
    HELPDESK = "helpdesk"


class Grounding(StrEnum):
    """The best support found for what an article says."""

    SEED = "seed"
    OFFICIAL = "official"
    SEMI_OFFICIAL = "semi-official"
    THIRD_PARTY = "third-party"
    PRIOR = "prior"


class Audience(StrEnum):
    """For whom an article is written."""

    OPERATOR = "operator"
    BENDAHARA = "bendahara"
    KEPALA_SEKOLAH = "kepala_sekolah"
    DINAS = "dinas"


class Frozen(BaseModel):
    """A model that never changes and refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Section(Frozen):
    """One `##` section of a body; its text is Markdown."""

    heading: str
    text: str


class Link(Frozen):
    """One address of `links.yml`, named in bodies as `{{link:key}}`."""

    title: Text
    url: Text


class Category(Frozen):
    """A category; its slug is the name of its folder and part of addresses."""

    slug: Text
    name: Text
    description: Text


class Group(Frozen):
    """A group of the home page, with the slugs of its categories in the order shown."""

    slug: Text
    name: Text
    description: Text
    categories: tuple[Text, ...]


HEADING: Final = re.compile(r"^##[ \t]+(.+?)[ \t]*$", re.MULTILINE)


class Article(Frozen):
    """One help-center article; `body` is Markdown, `path` is relative to the articles' root."""

    id: ArticleNumber
    title: Text
    category: Text
    program: Program
    solved_by: tuple[Solver, ...] = Field(min_length=1)
    questions: tuple[Text, ...]
    keywords: tuple[Text, ...]
    error_messages: tuple[Text, ...]
    versions: tuple[Text, ...]
    valid_from: date | None
    valid_until: date | None
    grounding: Grounding
    sources: tuple[Text, ...]
    checked: date
    related: tuple[ArticleNumber, ...]
    audience: tuple[Audience, ...] = Field(min_length=1)
    body: Text
    slug: Text
    path: Path

    @cached_property
    def introduction(self) -> str:
        """The Markdown before the first heading."""
        return HEADING.split(self.body, maxsplit=1)[0].strip()

    @cached_property
    def excerpt(self) -> str:
        """The first paragraph as plain text: the card's text and the chat's short form."""
        return plain_text(self.introduction.split("\n\n", 1)[0])

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The `##` sections in order; each can be shown alone."""
        parts = HEADING.split(self.body)[1:]
        return tuple(Section(heading=h, text=t.strip()) for h, t in zip(parts[::2], parts[1::2], strict=True))


@dataclass(frozen=True)
class ArticleProblem:
    """Something wrong in one line (counted from 1) of one file."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class ArticleErrors(Exception):
    """The articles cannot be loaded; `problems` names all that is wrong, file and line each."""

    def __init__(self, problems: Iterable[ArticleProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (str(p.path), p.line, p.message)))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class ArticleCollection:
    """All articles by id in rising order, with their categories, groups and links.

    `content_hash` is the SHA-256 (hex) of every source file's name and bytes.
    """

    articles: Mapping[int, Article]
    categories: Mapping[str, Category]
    groups: tuple[Group, ...]
    links: Mapping[str, Link]
    content_hash: str

    def of_category(self, slug: str) -> tuple[Article, ...]:
        """The articles of one category, by id."""
        return tuple(a for a in self.articles.values() if a.category == slug)


LINK: Final = re.compile(r"\{\{link:([a-z0-9_]+)\}\}")
MARKDOWN: Final = (
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"[*_]{1,3}(?=\S)(.+?)(?<=\S)[*_]{1,3}"), r"\1"),
    (re.compile(r"`([^`]*)`"), r"\1"),
    (re.compile(r"^\s*(?:#+|>|[-*+]|\d+\.)\s+", re.MULTILINE), ""),
)


def plain_text(markdown: str, links: Mapping[str, Link] | None = None) -> str:
    """Markdown as one line of plain text; a link key becomes its title (or its own words).

    >>> plain_text("Buka **Menu** di {{link:bosp_salur}}.")
    'Buka Menu di Bosp Salur.'
    """
    text = LINK.sub(lambda m: _link_title(m[1], links or {}), markdown)
    for pattern, replacement in MARKDOWN:
        text = pattern.sub(replacement, text)
    return " ".join(text.split())


def _link_title(key: str, links: Mapping[str, Link]) -> str:
    return links[key].title if key in links else key.replace("_", " ").title()
