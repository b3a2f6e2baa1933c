"""What the lint found, and in which line of which file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """An error must be mended before the articles go out; a warning wants a look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Finding:
    """One problem in one line (counted from 1) of one file; `rule` is its name for machines."""

    path: Path
    line: int
    rule: str
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Report:
    """All findings in the order of their files, and how much was read."""

    findings: tuple[Finding, ...]
    articles: int
    questions: int

    @classmethod
    def of(cls, findings: Iterable[Finding], *, articles: int, questions: int) -> Report:
        """Sort the findings and drop repeats."""
        return cls(tuple(sorted(set(findings))), articles, questions)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What makes the lint fail."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What it only names."""
        return tuple(f for f in self.findings if f.severity is Severity.WARNING)
