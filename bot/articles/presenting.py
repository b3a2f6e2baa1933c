"""Articles in a terminal: the table of `articles list`, the page of `articles show`, the lines of `articles lint`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.markdown import Markdown
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.articles.linting import Finding, Report
from bot.articles.rules import solved_by
from embeddings import Article, ArticleCollection, plain_text

WIDE: Final = 200  # columns; whoever reads a pipe wants one line for each article


def console() -> Console:
    """As wide as the terminal; wide where there is none."""
    return Console(width=None if sys.stdout.isatty() else WIDE)


def table_of(articles: Iterable[Article], *, today: date) -> Table:
    """One line for each article; expired ones are marked."""
    table = Table("No", "Title", box=None)
    for column in ("Category", "Grounding", "Questions", "Checked", "Valid until"):
        table.add_column(column, no_wrap=True)
    for a in articles:
        until = Text(str(a.valid_until or ""), style="red" if a.valid_until and a.valid_until < today else "")
        row = (str(a.id), a.title, a.category, a.grounding.value, str(len(a.questions)), str(a.checked))
        table.add_row(*map(Text, row), until)
    return table


def page_of(article: Article, collection: ArticleCollection) -> RenderableType:
    """The whole article: its fields, its text as Markdown, its questions."""
    facts = Table.grid(padding=(0, 2))
    for name, value in _facts(article, collection).items():
        facts.add_row(Text(name, style="bold"), Text(value))
    body = Markdown(_with_links(article.body, collection))
    questions = Text("\n".join(f"- {q}" for q in article.questions))
    return Group(Panel(facts, title=Text(f"{article.id}. {article.title}")), body, Panel(questions, title="Questions"))


def _facts(article: Article, collection: ArticleCollection) -> dict[str, str]:
    related = (f"{n} {collection.articles[n].title}" for n in article.related if n in collection.articles)
    validity = f"{article.valid_from or ''} - {article.valid_until or ''}".strip(" -")
    facts = {
        "File": str(article.path),
        "Category": collection.categories[article.category].name,
        "Program": article.program.value,
        "Solved by": solved_by(article),
        "Grounding": f"{article.grounding.value} ({', '.join(article.sources) or 'no source'})",
        "Checked": str(article.checked),
        "Valid": validity,
        "Versions": ", ".join(article.versions),
        "Keywords": ", ".join(article.keywords),
        "Messages": "\n".join(article.error_messages),
        "Related": "\n".join(related),
    }
    return {name: value for name, value in facts.items() if value}


def _with_links(body: str, collection: ArticleCollection) -> str:
    """Link keys become their titles; Markdown itself stays."""
    return "\n".join(plain_text(line, collection.links) if "{{link:" in line else line for line in body.splitlines())


def report_lines(report: Report) -> str:
    """Errors, then warnings apart, then the count."""
    parts = [_block("", report.errors), _block("Warnings:", report.warnings)]
    counts = f"{len(report.errors)} errors, {len(report.warnings)} warnings"
    parts.append(f"{report.articles} articles, {report.questions:,} questions: {counts}")
    return "\n\n".join(part for part in parts if part)


def _block(heading: str, findings: Iterable[Finding]) -> str:
    lines = [str(shortened(f)) for f in findings]
    return "\n".join(([heading] if heading else []) + lines) if lines else ""


def shortened(finding: Finding) -> Finding:
    """The same finding with its path as seen from here, where it lies below."""
    path = finding.path.absolute()
    here = Path.cwd()
    shown = path.relative_to(here) if path.is_relative_to(here) else path
    return Finding(shown, finding.line, finding.rule, finding.message, finding.severity)


def report_json(report: Report) -> str:
    """The same for machines."""
    findings = [asdict(shortened(f)) | {"path": str(shortened(f).path)} for f in report.findings]
    errors = [f for f in findings if f["severity"] == "error"]
    warnings = [f for f in findings if f["severity"] == "warning"]
    values = {"articles": report.articles, "questions": report.questions, "errors": errors, "warnings": warnings}
    return json.dumps(values, ensure_ascii=False, indent=1)
