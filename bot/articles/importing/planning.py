"""Decides what an import changes: a pure function of the articles here, the ledger, and the delivery."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from bot.articles.importing.incoming import Delivery, Fields, Incoming, Skipped, fingerprint
from bot.articles.importing.ledger import Ledger, Remembered
from bot.articles.importing.merging import Merged, merge, newest
from bot.articles.writing import fields_of, file_text, free_path
from embeddings import Article, ArticleCollection
from embeddings.loading import LARGEST_FILE

# What an article has until an editor says otherwise.
DEFAULTS: Final[Fields] = {
    "program": "ARKAS",
    "solved_by": ["helpdesk"],
    "questions": [],
    "keywords": [],
    "error_messages": [],
    "versions": [],
    "valid_from": None,
    "valid_until": None,
    "grounding": "third-party",
    "sources": [],
    "related": [],
    "audience": ["operator", "bendahara"],
}


class Change(NamedTuple):
    """What was done to one article, and what could not be."""

    number: int
    path: Path
    merged: Merged


@dataclass
class Plan:
    """Files to write and to remove (relative to the articles' root), and what to tell about it."""

    ledger: Ledger
    writes: dict[Path, str] = field(default_factory=dict)
    removals: set[Path] = field(default_factory=set)
    bases: dict[int, str] = field(default_factory=dict)
    added: list[Change] = field(default_factory=list)
    updated: list[Change] = field(default_factory=list)
    conflicts: list[Change] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    unchanged: int = 0

    @property
    def changes_nothing(self) -> bool:
        """Whether no file would be touched."""
        return not (self.writes or self.removals or self.bases)


class Planner:
    """Goes through a delivery once. `bases` are the articles as the import last wrote them, by number."""

    def __init__(
        self, collection: ArticleCollection, ledger: Ledger, bases: Mapping[int, Fields], taken: Iterable[int]
    ) -> None:
        self._collection = collection
        self._bases = bases
        self._known = dict(ledger.articles)
        self._paths = {article.path for article in collection.articles.values()}
        self._next = max([0, *taken, *collection.articles]) + 1
        self._seen: set[int | str] = set()
        self._plan = Plan(ledger)

    def plan(self, delivery: Delivery, *, today: str) -> Plan:
        """Compare every delivered article with what stands here."""
        plan = self._plan
        plan.skipped += delivery.skipped
        for incoming in sorted(delivery.articles, key=_order):
            self._place_once(incoming, today)
        if delivery.complete:
            delivered = {incoming.key for incoming in delivery.articles}
            plan.gone = sorted(k.number for key, k in self._known.items() if key not in delivered)
        update: dict[str, Any] = {"articles": self._known, "settings": delivery.settings}
        if delivery.read_until:
            update["read_until"] = delivery.read_until
        plan.ledger = plan.ledger.model_copy(update=update)
        return plan

    def _place_once(self, incoming: Incoming, today: str) -> None:
        identity = incoming.number or incoming.key
        if identity in self._seen:
            self._skip(incoming, f"{identity} stands twice in the source")
            return
        self._seen.add(identity)
        try:
            self._place(as_read(incoming), today)
        except ValidationError as error:
            faults = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False))
            self._skip(incoming, "; ".join(faults))

    def _place(self, incoming: Incoming, today: str) -> None:
        number = incoming.number or self._number_of(incoming)
        mine = self._collection.articles.get(number) if number else None
        if mine is not None:
            self._update(incoming, mine)
        elif number and not incoming.number:
            self._skip(incoming, f"article {number} was removed here, so it is not brought back")
        else:
            self._add(incoming, today)

    def _number_of(self, incoming: Incoming) -> int | None:
        known = self._known.get(incoming.key)
        return known.number if known else None

    def _add(self, incoming: Incoming, today: str) -> None:
        number = incoming.number or self._next
        day = incoming.changed_on.isoformat() if incoming.changed_on else today
        fields = {**DEFAULTS, "checked": day, **incoming.initial, **incoming.fields, "id": number}
        path = self._path(incoming, fields)
        if reason := self._unfit(fields):
            self._skip(incoming, reason)
            return
        self._paths.add(path)
        self._next = max(self._next, number + 1)
        self._plan.writes[path] = file_text(fields)
        self._plan.added.append(Change(number, path, Merged(fields)))
        self._remember(incoming, number, fields)

    def _path(self, incoming: Incoming, fields: Fields) -> Path:
        return free_path(str(fields.get("category")), incoming.slug or str(fields.get("title")), self._paths)

    def _update(self, incoming: Incoming, mine: Article) -> None:
        current = fields_of(mine)
        base = self._base(incoming, mine.id, current)
        merged = merge(base, current, incoming.fields)
        if incoming.changed_on and (merged.taken or merged.woven):
            checked = newest(current, incoming.changed_on.isoformat())
            merged = Merged({**merged.fields, "checked": checked}, merged.taken, merged.woven, merged.conflicts)
        if reason := self._unfit(merged.fields):
            self._skip(incoming, reason)
            return
        self._write(mine, current, merged)
        self._rebase(incoming, mine.id, base)

    def _base(self, incoming: Incoming, number: int, current: Fields) -> Fields | None:
        if incoming.number:
            return current if incoming.fingerprint == fingerprint(current) else None
        return self._bases.get(number)

    def _write(self, mine: Article, current: Fields, merged: Merged) -> None:
        path = mine.path
        if merged.fields["category"] != current["category"]:
            path = free_path(str(merged.fields["category"]), mine.slug, self._paths)
        change = Change(mine.id, path, merged)
        if merged.conflicts:
            self._plan.conflicts.append(change)
        if merged.fields == current:
            self._plan.unchanged += not merged.conflicts
            return
        self._plan.writes[path] = file_text(merged.fields)
        self._plan.removals |= {mine.path} - {path}
        self._paths.add(path)
        self._plan.updated.append(change)

    def _rebase(self, incoming: Incoming, number: int, base: Fields | None) -> None:
        """What the source has now is the next run's base, taken over or not: a conflict is told once."""
        if incoming.number or (base and all(base.get(k) == v for k, v in incoming.fields.items())):
            return
        self._remember(incoming, number, {**DEFAULTS, **(base or {}), **incoming.fields, "id": number})

    def _remember(self, incoming: Incoming, number: int, fields: Fields) -> None:
        if incoming.number:
            return
        self._known[incoming.key] = Remembered(number=number, version=incoming.version)
        self._plan.bases[number] = file_text({"checked": "1970-01-01", **fields})

    def _unfit(self, fields: Fields) -> str:
        """Why these fields cannot stand in this collection, or nothing."""
        if fields["category"] not in self._collection.categories:
            return f"there is no category {fields['category']}"
        size = len(file_text(fields).encode())
        return f"has {size:,} bytes; at most {LARGEST_FILE:,} are read" if size > LARGEST_FILE else ""

    def _skip(self, incoming: Incoming, reason: str) -> None:
        self._plan.skipped.append(Skipped(str(incoming.fields.get("title") or incoming.key), reason))


def as_read(incoming: Incoming) -> Incoming:
    """The same with its values as they are when they were written to a file and read again.

    Raises:
        ValidationError: when they make no article.
    """
    given = {**incoming.initial, **incoming.fields}
    body = str(given.get("body", "")).replace("\r\n", "\n").replace("\r", "\n").strip()
    whole = {**DEFAULTS, "checked": "1970-01-01", **given, "body": body, "id": incoming.number or 1}
    values = fields_of(Article.model_validate({**whole, "slug": "x", "path": Path("x.md")}))
    fields, initial = ({name: values[name] for name in names} for names in (incoming.fields, incoming.initial))
    return replace(incoming, fields=fields, initial=initial)


def _order(incoming: Incoming) -> tuple[int, int, str]:
    """Our own numbers first, so that no new one takes them; then the source's ids as numbers where they are."""
    return (0, incoming.number, "") if incoming.number else (1, _as_number(incoming.key), incoming.key)


def _as_number(key: str) -> int:
    return int(key) if key.isdecimal() else 0


def usual(articles: Iterable[Article]) -> dict[str, Any]:
    """What most articles of a category have: what a new one of it most probably has too."""
    common = list(_most_common(articles))
    return dict(zip(("program", "solved_by"), common, strict=False))


def _most_common(articles: Iterable[Article]) -> Iterator[Any]:
    found = list(articles)
    if found:
        yield Counter(a.program.value for a in found).most_common(1)[0][0]
        yield [s.value for s in Counter(a.solved_by for a in found).most_common(1)[0][0]]
