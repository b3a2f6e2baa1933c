"""What all rings share."""

from pathlib import Path

import pytest

_RINGS = ("unit", "integration", "acceptance")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Play the rings from the inside out: the quick ones tell first, and the browser, whose driver holds an event
    loop of its own for the rest of the session, comes when nobody else needs one."""
    items.sort(key=lambda item: _ring(item.path))


def _ring(path: Path) -> int:
    return next((place for place, ring in enumerate(_RINGS) if ring in path.parts), 0)
