"""Writes an article as the file that `embeddings.load_articles` reads: the same fields give the same bytes."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from embeddings import Article

# The order in which every article file has them.
FIELDS: Final = (
    "id",
    "title",
    "category",
    "program",
    "solved_by",
    "questions",
    "keywords",
    "error_messages",
    "versions",
    "valid_from",
    "valid_until",
    "grounding",
    "sources",
    "checked",
    "related",
    "audience",
)
LONGEST_SLUG: Final = 60

_BARE: Final = frozenset({"category", "program", "solved_by", "grounding", "audience"})  # closed sets: no quotes needed
_ONE_A_LINE: Final = frozenset({"questions"})
# What YAML forbids or reads as a line's end, although JSON lets it stand.
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_NOT_IN_SLUG: Final = re.compile(r"[^a-z0-9]+")


def fields_of(article: Article) -> dict[str, Any]:
    """The front matter and `body` in the types of JSON."""
    values = article.model_dump(mode="json")
    return {key: values[key] for key in (*FIELDS, "body")}


def file_text(fields: Mapping[str, Any]) -> str:
    """The whole file: front matter in its fixed order, then the body.

    Bodies are stripped as the reader does it, so that reading and writing again changes nothing.
    """
    matter = "".join(_entry(key, fields[key]) for key in FIELDS)
    return f"---\n{matter}---\n{str(fields['body']).strip()}\n"


def _entry(key: str, value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    if key in _ONE_A_LINE and value:
        return f"{key}:\n" + "".join(f"  - {_scalar(key, item)}\n" for item in value)
    if isinstance(value, list | tuple):
        return f"{key}: [{', '.join(_scalar(key, item) for item in value)}]\n"
    return f"{key}: {_scalar(key, value)}\n"


def _scalar(key: str, value: Any) -> str:  # noqa: ANN401
    if value is None:
        return "null"
    if isinstance(value, int | date) or key in _BARE or key in {"valid_from", "valid_until", "checked"}:
        return str(value)
    # A JSON string is a double-quoted YAML scalar, whatever it holds: no word becomes a date or a boolean.
    return _UNPRINTABLE.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(str(value), ensure_ascii=False))


def slug_of(title: str) -> str:
    """A file name from a title, cut at a word.

    >>> slug_of('Kendala "NPSN sudah terdaftar" & lain-lain')
    'kendala-npsn-sudah-terdaftar-lain-lain'
    """
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    words = _NOT_IN_SLUG.sub("-", plain).strip("-")
    if len(words) > LONGEST_SLUG:
        words = words[: LONGEST_SLUG + 1].rpartition("-")[0] or words[:LONGEST_SLUG]
    return words or "artikel"


def free_path(category: str, title: str, taken: Collection[Path]) -> Path:
    """Where a new article's file goes, numbered when another has its name; relative to the articles' root."""
    slug = slug_of(title)
    candidates: Iterable[str] = (slug if n == 1 else f"{slug}-{n}" for n in range(1, len(taken) + 2))
    return next(path for name in candidates if (path := Path(category) / f"{name}.md") not in taken)
