"""What an import tells: a summary for the terminal, and a report of what it could not merge for the editors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from bot.articles.importing.planning import Change, Plan

SHOWN: Final = 20  # lines of each kind; the rest is counted


def summary_of(plan: Plan) -> str:
    """What was done, most important last."""
    parts = [
        _listed("brought in", map(_named, plan.added)),
        _listed("changed", map(_told, plan.updated)),
        _listed("skipped", _reasons(plan)),
        _listed("no longer there (kept here)", (f"article {number}" for number in plan.gone)),
        _listed("changed on both sides, kept as it stands here", map(_conflict, plan.conflicts)),
    ]
    counts = (
        f"{len(plan.added):,} new, {len(plan.updated):,} changed, {plan.unchanged:,} unchanged, "
        f"{len(plan.conflicts):,} in conflict, {len(plan.skipped):,} skipped"
    )
    return "\n".join([part for part in parts if part] + [counts])


def _listed(heading: str, lines: Iterable[str]) -> str:
    found = list(lines)
    more = [f"  ... and {len(found) - SHOWN:,} more"] if len(found) > SHOWN else []
    return "\n".join([f"{heading}:", *(f"  {line}" for line in found[:SHOWN]), *more]) if found else ""


def _named(change: Change) -> str:
    return f"{change.path}: {change.merged.fields['title']}"


def _told(change: Change) -> str:
    woven = [f"{name} (both sides, in different lines)" for name in change.merged.woven]
    return f"{change.path}: {', '.join([*change.merged.taken, *woven])}"


def _conflict(change: Change) -> str:
    return f"{change.path}: {', '.join(c.field for c in change.merged.conflicts)}"


def _reasons(plan: Plan) -> Iterator[str]:
    """Each reason once, with the first name and how many more there are."""
    counts = Counter(skipped.reason for skipped in plan.skipped)
    for reason, count in counts.most_common():
        name = next(s.name for s in plan.skipped if s.reason == reason)
        yield f"{name}: {reason}" if count == 1 else f"{count:,} articles ({name} ...): {reason}"


def report_of(plan: Plan, now: datetime) -> str:
    """Both texts of everything that both sides changed; empty when there is nothing."""
    if not plan.conflicts:
        return ""
    parts = [
        f"# Import from {plan.ledger.source}, {now:%Y-%m-%d %H:%M} UTC",
        "Both sides changed these. What stands here was kept; take over by hand what is better there.",
    ]
    parts += [part for change in plan.conflicts for part in _sections(change)]
    return "\n\n".join(parts) + "\n"


def _sections(change: Change) -> Iterator[str]:
    yield f"## {change.path}"
    for field, mine, theirs in change.merged.conflicts:
        yield f"### {field}, here\n\n{_quoted(mine)}"
        yield f"### {field}, there\n\n{_quoted(theirs)}"


def _quoted(value: Any) -> str:  # noqa: ANN401 - JSON
    lines = map(str, value) if isinstance(value, list | tuple) else str(value).splitlines()
    return "\n".join(f"> {line}".rstrip() for line in lines) or ">"
