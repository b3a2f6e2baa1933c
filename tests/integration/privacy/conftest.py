"""A desk with one person's data in every table that holds some, and another person's beside it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import SettableClock
from tests.integration.consoles import House, open_house


@pytest.fixture
async def house(database_url: str, clock: SettableClock, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(database_url, clock, tmp_path) as house:
        yield house
