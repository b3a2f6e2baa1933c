"""Building the index from the console: in a process of its own, through the check on past questions."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from bootstrap.running import Runner
from bot.editing.errors import BuildFailed
from bot.editing.models import Built
from bot.settings import Settings
from bot.supervision.article_index import REFUSED, ArticleIndex
from bot.supervision.failures import WorkFailed
from embeddings import Verdict, append_verdict


class Builder(Protocol):
    """What publishing needs."""

    def build(self, force: str, known: Iterable[Verdict]) -> Built:
        """Build and serve the index of the files as they lie; `force` is a reason, `known` more past questions.

        Raises BuildFailed.
        """
        ...


class IndexBuilder:
    """The product's own index."""

    def __init__(self, settings: Settings) -> None:
        self._index = ArticleIndex(settings)

    def build(self, force: str, known: Iterable[Verdict]) -> Built:
        """See Builder. Waits for another build that is under way."""
        with tempfile.TemporaryDirectory(prefix="replay-") as folder:
            past, report = Path(folder) / "known.jsonl", Path(folder) / "report.json"
            for verdict in known:
                append_verdict(past, verdict)
            try:
                self._index.build(Runner(), force, {"known": str(past), "report": str(report)})
            except WorkFailed as failure:
                if failure.code != REFUSED:
                    raise BuildFailed from failure
                return Built(refused=True, report=_read(report))
            return Built(refused=False, report=_read(report))


def _read(report: Path) -> dict[str, object] | None:
    found: dict[str, object] | None = json.loads(report.read_text(encoding="utf-8")) if report.is_file() else None
    return found
