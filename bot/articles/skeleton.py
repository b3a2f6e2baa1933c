"""The skeleton that `articles new` writes: it can be read at once, and the lint says that it is not written yet."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from bot.articles.importing.ledger import imported_numbers
from bot.articles.linting.bodies import UNFINISHED
from bot.articles.writing import file_text, free_path
from embeddings import Article, ArticleCollection, Grounding, Program, Solver

BODY = f"""\
{UNFINISHED} Satu kalimat jawaban, paling banyak 200 karakter.

## Yang perlu diperiksa

1. {UNFINISHED}

## Siapa yang menyelesaikan

{UNFINISHED}

## Sebelum menghubungi helpdesk

{UNFINISHED}
"""


def next_number(collection: ArticleCollection, root: Path) -> int:
    """A number that no article has or, by an import, had."""
    return max([0, *collection.articles, *imported_numbers(root)]) + 1


def blank_fields(category: str, program: Program, today: date) -> dict[str, Any]:
    """What the front matter of any new article holds before somebody knows better."""
    return {
        "id": 0,
        "title": "",
        "category": category,
        "program": program.value,
        "solved_by": [Solver.HELPDESK.value],
        "questions": [],
        "keywords": [],
        "error_messages": [],
        "versions": [],
        "valid_from": None,
        "valid_until": None,
        "grounding": Grounding.PRIOR.value,
        "sources": [],
        "checked": today.isoformat(),
        "related": [],
        "audience": ["operator"],
        "body": "",
    }


def write_skeleton(
    collection: ArticleCollection, root: Path, *, title: str, category: str, program: Program, today: date
) -> Path:
    """Write a new article's skeleton and return its path; the neighbours of its category are proposed as related."""
    neighbours = [a.id for a in collection.of_category(category)][:3]
    fields = blank_fields(category, program, today) | {
        "id": next_number(collection, root),
        "title": " ".join(title.split()),
        "questions": [title],
        "related": neighbours,
        "body": BODY,
    }
    taken = {article.path for article in collection.articles.values()}
    path = free_path(category, title, taken)
    Article.model_validate({**fields, "slug": path.stem, "path": path})
    target = root / path
    target.parent.mkdir(exist_ok=True)
    with target.open("x", encoding="utf-8") as file:
        file.write(file_text(fields))
    return target
