"""What all rings share."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import heap
from bot.logs import configure_logs

_RINGS = ("unit", "integration", "acceptance")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the product logs meanwhile, at the most talkative level."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure_logs("debug", "json")
    written = io.StringIO()
    [handler] = [each for each in root.handlers if isinstance(each, logging.StreamHandler)][:1]
    handler.setStream(written)
    yield written
    root.handlers[:], root.level = before, level


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Play the rings from the inside out: the quick ones tell first, and the browser, whose driver holds an event
    loop of its own for the rest of the session, comes when nobody else needs one."""
    items.sort(key=lambda item: _ring(item.path))


def pytest_collection_finish() -> None:
    """Leave all modules and tests out of later collections, as the product does with what it has loaded."""
    heap.settle()


def _ring(path: Path) -> int:
    return next((place for place, ring in enumerate(_RINGS) if ring in path.parts), 0)
