"""Three-way comparison: what the import last wrote (base), what stands here (mine), what the source has (theirs)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from merge3 import Merge3

from bot.articles.importing.incoming import Fields

_ABSENT: Final = object()


class Conflict(NamedTuple):
    """A field that both sides changed, each in its own way; mine is kept."""

    field: str
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class Merged:
    """The article's new fields; which of them came from the source, and which both sides changed."""

    fields: Fields
    taken: tuple[str, ...] = ()
    woven: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass
class _Weaving:
    fields: dict[str, Any]
    taken: list[str] = field(default_factory=list)
    woven: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


def merge(base: Fields | None, mine: Fields, theirs: Fields) -> Merged:
    """Take what only they changed, keep what only we changed, weave texts that both changed in different lines.

    Where both changed the same, mine is kept whole and the conflict is told. Without a base nobody can say who
    changed what, so every difference is a conflict.

    >>> merge({"title": "A"}, {"title": "A", "id": 1}, {"title": "B"}).fields
    {'title': 'B', 'id': 1}
    """
    weaving = _Weaving(dict(mine))
    for name, value in theirs.items():
        _merge_field(name, (base or {}).get(name, _ABSENT), mine.get(name), value, weaving)
    return Merged(weaving.fields, tuple(weaving.taken), tuple(weaving.woven), tuple(weaving.conflicts))


def _merge_field(name: str, base: Any, mine: Any, theirs: Any, weaving: _Weaving) -> None:  # noqa: ANN401 - JSON
    if theirs in (mine, base):
        return
    if mine == base:
        weaving.fields[name] = theirs
        weaving.taken.append(name)
    elif name == "body" and isinstance(base, str) and (text := _woven(base, mine, theirs)) is not None:
        weaving.fields[name] = text
        weaving.woven.append(name)
    else:
        weaving.conflicts.append(Conflict(name, mine, theirs))


def _woven(base: str, mine: str, theirs: str) -> str | None:
    """Both sides' changes in one text, or None where they touch the same lines."""
    before, here, there = (f"{text}\n".splitlines(keepends=True) for text in (base, mine, theirs))
    groups = list(Merge3(before, here, there).merge_groups())
    if any(group[0] == "conflict" for group in groups):
        return None
    return "".join(line for group in groups for line in group[1]).rstrip("\n")


def newest(mine: Mapping[str, Any], day: str | None) -> str:
    """The later of two dates in ISO form: what was taken over was checked when the source last edited it."""
    return max(str(mine["checked"]), day or "")
