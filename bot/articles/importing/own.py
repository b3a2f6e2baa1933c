"""Articles that carry our own fields: an export coming home, or another desk's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from bot.articles.importing.incoming import Incoming, Skipped
from bot.articles.writing import FIELDS

EXTRA: Final = frozenset({"slug", "fingerprint"})
KNOWN: Final = frozenset({*FIELDS, "body", *EXTRA})


def own_fields(values: Mapping[str, Any], key: str, skipped: list[Skipped]) -> Incoming | None:
    """An article from our fields, as many as are given; known by its number when it has one."""
    unknown = sorted(values.keys() - KNOWN)
    number = values.get("id")
    if unknown or not (number is None or (isinstance(number, int) and number > 0)):
        wrong = f"unknown fields {', '.join(unknown)}" if unknown else f"id {number!r} is no number"
        skipped.append(Skipped(str(values.get("title") or key), wrong))
        return None
    fields = {name: _plain(value) for name, value in values.items() if name not in EXTRA | {"id"}}
    return Incoming(
        key=key,
        version=str(values.get("checked", "")),
        fields=fields,
        number=number,
        fingerprint=str(values.get("fingerprint") or ""),
        slug=str(values.get("slug") or ""),
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - YAML gives dates, JSON text
    return value.isoformat() if isinstance(value, date) else value
