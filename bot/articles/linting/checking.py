"""Reads everything once and runs every rule over it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import yaml

from bot.articles.importing.ledger import imported_numbers
from bot.articles.linting import bodies, completeness, fields, questions
from bot.articles.linting.findings import Finding, Report
from bot.articles.linting.material import LOADER, EvaluationQuestion, Material
from embeddings import ArticleCollection, Lexicon, LexiconErrors, load_lexicon
from embeddings.loading import read_articles

Rule = Callable[[Material], Iterable[Finding]]

RULES: Final[tuple[Rule, ...]] = (
    fields.counts,
    fields.repeats,
    fields.references,
    fields.sources,
    fields.dates,
    fields.titles,
    fields.holes,
    fields.empty_categories,
    bodies.unfinished,
    bodies.length,
    bodies.first_sentence,
    bodies.form,
    bodies.ease,
    questions.duplicates,
    completeness.incomplete,
)
SOURCES_FILE: Final = "sources.yml"
_LEXICON_PROBLEM: Final = re.compile(r"(?P<file>[^:]+\.yml):(?P<line>\d+): (?P<message>.*)", re.DOTALL)


@dataclass(frozen=True)
class Folders:
    """Where the articles lie, and what they are held against; a folder that is missing holds nothing."""

    articles: Path
    lexicon: Path
    evaluation: Path


def lint(folders: Folders, *, today: date) -> Report:
    """Check everything; files that cannot be read are named, and the rest is checked without them."""
    findings: list[Finding] = []
    collection, problems = read_articles(folders.articles)
    findings += [Finding(folders.articles / p.path, p.line, "file", p.message) for p in problems]
    material = surroundings(folders, collection, today=today, findings=findings)
    findings += [finding for rule in RULES for finding in rule(material)]
    asked = sum(len(a.questions) for a in material.articles)
    return Report.of(findings, articles=len(material.articles), questions=asked)


def surroundings(folders: Folders, collection: ArticleCollection, *, today: date, findings: list[Finding]) -> Material:
    """A collection with all that it is held against; what cannot be read of that is added to `findings`."""
    return Material(
        root=folders.articles,
        collection=collection,
        today=today,
        lexicon=_lexicon(folders.lexicon, findings),
        evaluation=tuple(_evaluation(folders.evaluation, findings)),
        sources=_sources(folders.articles / SOURCES_FILE, findings),
        imported=imported_numbers(folders.articles),
    )


def _lexicon(folder: Path, findings: list[Finding]) -> Lexicon:
    try:
        return load_lexicon(folder)
    except LexiconErrors as error:
        for problem in error.problems:
            parts = _LEXICON_PROBLEM.match(problem)
            name, line, message = (parts["file"], int(parts["line"]), parts["message"]) if parts else ("", 1, problem)
            findings.append(Finding(folder / name, line, "lexicon", message))
        return Lexicon()


def _evaluation(folder: Path, findings: list[Finding]) -> Iterator[EvaluationQuestion]:
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), start=1):
            if not line.strip():
                continue
            try:
                yield EvaluationQuestion(path, number, str(json.loads(line)["q"]))
            except (ValueError, KeyError, TypeError):
                findings.append(Finding(path, number, "evaluation", "is no JSON object with a question in q"))


def _sources(path: Path, findings: list[Finding]) -> frozenset[str]:
    if not path.exists():
        return frozenset()
    try:
        values = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        findings.append(Finding(path, 1, "sources", f"is not YAML: {error}"))
        return frozenset()
    if not isinstance(values, dict):
        findings.append(Finding(path, 1, "sources", "is not a list of `code: title`"))
        return frozenset()
    return frozenset(map(str, values))
