"""Articles being edited, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

Fields = Mapping[str, Any]  # front matter and `body` in the types of JSON, as bot/articles/writing.py has them


class DraftState(StrEnum):
    """Whether what stands in the draft is what the file has."""

    DRAFT = "draft"
    PUBLISHED = "published"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class Draft:
    """An article as somebody saved it. `version` counts savings; `base` is the digest of the file it began from."""

    number: int
    version: int
    state: DraftState
    fields: Fields
    base: str
    origin: str
    officer: str
    at: datetime | None


@dataclass(frozen=True)
class ArticleVersion:
    """A file's text as it was published, by whom and why."""

    id: int
    number: int
    text: str
    officer: str
    note: str
    at: datetime


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field; an error keeps the article from being published."""

    field: str
    text: str
    error: bool


@dataclass(frozen=True)
class Built:
    """What came of building the index: what past questions say, and whether it was refused."""

    refused: bool
    report: Mapping[str, Any] | None


@dataclass(frozen=True)
class Check:
    """All problems of an article."""

    problems: Sequence[Problem]

    @property
    def passes(self) -> bool:
        """Whether nothing keeps it from being published."""
        return not any(problem.error for problem in self.problems)

    def of(self, field: str) -> list[Problem]:
        """The problems of one field."""
        return [problem for problem in self.problems if problem.field == field]
