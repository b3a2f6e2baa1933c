"""`./arkas replay`: past questions asked again, of what serves and of what would be built now."""

import asyncio
import json
from datetime import datetime, time
from pathlib import Path
from typing import Any

from bot.clock import WIB, SystemClock
from bot.database import Database, upgrade
from bot.learning.replaying import EVER, ReplayService, Sources, lines_of, replayed
from bot.settings import Settings
from bot.supervision.article_index import ArticleIndex


def sources_of(settings: Settings) -> Sources:
    """Where this product keeps what its index is made of."""
    index = ArticleIndex(settings)
    return Sources(settings.articles_dir, settings.lexicon_dir, Path(index.encoder), index.verdicts, index.folder)


def replay(settings: Settings, since: datetime | None) -> dict[str, Any]:
    """Run a replay over the questions asked since a day (WIB), and keep what it tells."""
    upgrade(settings.database)
    start = datetime.combine(since.date(), time(), WIB) if since else EVER
    return asyncio.run(_replay(settings, start))


async def _replay(settings: Settings, since: datetime) -> dict[str, Any]:
    database = Database(settings.database)
    try:
        service = ReplayService(database, SystemClock())
        report = replayed(sources_of(settings), await service.past(since))
        await service.keep(report, about="terminal", actor="cli", refused=report["gate"]["worse"])
    finally:
        await database.close()
    return report


def as_text(report: dict[str, Any], *, as_json: bool) -> str:
    """What the command prints."""
    return json.dumps(report, ensure_ascii=False) if as_json else "\n".join(lines_of(report))
