"""The second half of `./arkas doctor`: what only the product's own code can look at."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from typing import Final

from bootstrap.doctor import Finding
from bot.settings import DEFAULT_SECRET, Settings
from bot.supervision import ports
from bot.supervision.article_index import ArticleIndex
from bot.supervision.rasa_model import RasaModel
from bot.supervision.serving import rasa_port

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


def look(settings: Settings, host: str, port: int) -> Iterator[Finding]:
    """The findings, cheapest first."""
    yield _port(host, port)
    yield _rasa_port(rasa_port(settings))
    yield _secrets(settings)
    yield _built("the Rasa model", RasaModel(settings).is_current())
    yield _built("the article index", ArticleIndex(settings).is_current())
    yield _database(settings)
    yield _browser()


def _port(host: str, port: int) -> Finding:
    if ports.is_free(host, port):
        return Finding(True, f"port {port} is free")
    return Finding(True, f"port {port} is taken (by ./arkas serve itself?); another: ./arkas serve --port {port + 1}")


def _rasa_port(port: int) -> Finding:
    free = ports.is_free("127.0.0.1", port)
    return Finding(True, f"port {port} for Rasa is {'free' if free else 'taken; serve will use another'}")


def _secrets(settings: Settings) -> Finding:
    if settings.secret_key.get_secret_value() != DEFAULT_SECRET:
        return Finding(True, "the secrets are set")
    return Finding(True, "the secrets are the defaults: good for development, refused in production")


def _built(what: str, current: bool) -> Finding:
    return Finding(True, f"{what} is up to date" if current else f"{what} is missing or outdated; serve builds it")


def _database(settings: Settings) -> Finding:
    from bot.database import Database  # loads SQLAlchemy, which the supervisor does not need

    async def answers() -> bool:
        database = Database(settings.database)
        try:
            return await database.answers()
        finally:
            await database.close()

    try:
        asyncio.run(answers())
    except Exception as error:  # noqa: BLE001 - every driver fails in its own way, and each way is a finding
        remedy = "check ARKAS_DATABASE_URL and that the server runs"
        return Finding(False, f"the database does not answer ({type(error).__name__})", remedy)
    return Finding(True, "the database answers")


def _browser() -> Finding:
    named = os.environ.get("ARKAS_TEST_CHROMIUM")
    found = named or next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found:
        return Finding(True, f"the browser tests can use {found}")
    return Finding(True, "no Chromium: the browser tests of ./arkas test are left out (apt-get install chromium)")
