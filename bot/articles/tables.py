"""How an article's fields stand in the cells of a table, and come back the same.

A cell that a spreadsheet would take for a formula gets an apostrophe before it ("CSV injection": OWASP), and so does
one that begins with an apostrophe itself, so that reading can take exactly one away.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.articles.writing import FIELDS

COLUMNS: Final = (*FIELDS, "body", "slug", "fingerprint")
LISTS: Final = frozenset(
    {"solved_by", "questions", "keywords", "error_messages", "versions", "sources", "related", "audience"}
)
MAY_BE_EMPTY: Final = LISTS - {"solved_by", "audience"} | {"valid_from", "valid_until"}
INTEGERS: Final = frozenset({"id", "related"})
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "'")


def cell_of(text: str) -> str:
    """The text of a cell.

    >>> cell_of("=1+1"), cell_value(cell_of("=1+1"))
    ("'=1+1", '=1+1')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def cell_value(cell: str) -> str:
    """What `cell_of` was given."""
    rest = cell.removeprefix("'")
    return rest if rest.startswith(_FORMULA) else cell


def lines_of(items: Iterable[str]) -> str:
    """A list in one cell: one item a line, its own line breaks and backslashes escaped.

    >>> items_of(lines_of(["a", "b\\\\n\\nc"]))
    ['a', 'b\\\\n\\nc']
    """
    return "\n".join(item.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r") for item in items)


def items_of(text: str) -> list[str]:
    """The items of a cell; empty lines are none."""
    return [_unescaped(line) for line in text.replace("\r\n", "\n").split("\n") if line.strip()]


def _unescaped(line: str) -> str:
    signs = {"n": "\n", "r": "\r"}
    parts = line.split("\\\\")
    for sign, meaning in signs.items():
        parts = [part.replace(f"\\{sign}", meaning) for part in parts]
    return "\\".join(parts)
