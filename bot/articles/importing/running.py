"""One import from beginning to end: read, compare, build the new state beside the old, swap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from bot.articles.importing.incoming import Fields, Source
from bot.articles.importing.ledger import STATE_FILE, imported_numbers, ledger_folder, load_ledger, save_ledger
from bot.articles.importing.planning import Plan, Planner
from bot.articles.importing.reporting import report_of
from bot.articles.importing.swapping import Step, alone, replace_folder, write_anew
from bot.articles.writing import fields_of
from bot.clock import WIB, Clock
from embeddings import Article, load_articles
from embeddings.loading import split_front_matter

Say = Callable[[str], None]


def run_import(
    source: Source,
    root: Path,
    clock: Clock,
    *,
    full: bool = False,
    say: Say = lambda _: None,
    at: Step = lambda _: None,
) -> Plan:
    """Bring in what changed at the source (or all of it) and return what was done.

    Raises:
        ArticleErrors: when the articles here are broken: nothing is compared with what cannot be read.
        ImportFailed: when the source cannot be read, or the ledger is damaged.
        EditedMeanwhile: when somebody edited articles while this ran.
    """
    with alone(root, say):
        ledger = load_ledger(root, source.name)
        delivery = source.read(None if full else ledger.read_until, "" if full else ledger.settings)
        say(f"read {len(delivery.articles):,} articles")
        delivered = (ledger.articles.get(incoming.key) for incoming in delivery.articles)
        bases = _bases(root, source.name, {known.number for known in delivered if known})
        planner = Planner(load_articles(root), ledger, bases, imported_numbers(root))
        now = clock.now()
        plan = planner.plan(delivery, today=now.astimezone(WIB).date().isoformat())
        files = _changed_files(root, source.name, delivery.files)
        read_otherwise = bool(ledger.articles) and plan.ledger.settings != ledger.settings
        if files or read_otherwise or not plan.changes_nothing:
            replace_folder(root, lambda incoming: _build(incoming, plan, files, now), at)
        return plan


def _bases(root: Path, source: str, numbers: set[int]) -> Mapping[int, Fields]:
    folder = ledger_folder(root, source) / "base"
    paths = {number: folder / f"{number}.md" for number in numbers}
    return {number: _fields_in(path) for number, path in paths.items() if path.exists()}


def _fields_in(path: Path) -> Fields:
    matter, _, body = split_front_matter(path.read_text(encoding="utf-8"))
    return fields_of(Article.model_validate({**matter, "body": body, "slug": path.stem, "path": path}))


def _changed_files(root: Path, source: str, files: Mapping[str, str]) -> Mapping[str, str]:
    folder = ledger_folder(root, source)
    present = {name: (folder / name).read_text(encoding="utf-8") for name in files if (folder / name).exists()}
    return {name: text for name, text in files.items() if present.get(name) != text}


def _build(incoming: Path, plan: Plan, files: Mapping[str, str], now: datetime) -> None:
    """Write the plan into the copy, and make sure that what will be served can be read."""
    for path in plan.removals:
        (incoming / path).unlink()
    for path, text in plan.writes.items():
        write_anew(incoming / path, text)
    folder = ledger_folder(incoming, plan.ledger.source)
    for number, text in plan.bases.items():
        write_anew(folder / "base" / f"{number}.md", text)
    for name, text in files.items():
        write_anew(folder / name, text)
    if report := report_of(plan, now):
        write_anew(folder / "reports" / f"{now:%Y%m%dT%H%M%S}Z.md", report)
    if plan.ledger.articles:
        (folder / STATE_FILE).unlink(missing_ok=True)
        save_ledger(incoming, plan.ledger)
    load_articles(incoming)
