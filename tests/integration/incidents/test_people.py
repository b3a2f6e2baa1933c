"""Who asked about what, counted by both databases."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from bot.clock import SettableClock
from bot.database import Database
from bot.incidents.models import NOWHERE, Signal
from bot.incidents.repository import people_since, store_signals
from bot.tickets.models import NewTicket
from tests.integration.desks import Desk

pytestmark = [pytest.mark.integration, pytest.mark.anyio]

BKU, SALUR = 124, 7


class Square:
    """A place where people ask; each question and report is a signal of its own."""

    def __init__(self, database: Database, clock: SettableClock) -> None:
        self.database, self.clock = database, clock
        self._desk = Desk(database, clock)
        self._asked = 0

    async def ask(self, article: int, *talks: str) -> None:
        first, self._asked = self._asked + 1, self._asked + len(talks)
        await self._keep(
            Signal("question", first + place, article, self.clock.now(), talk) for place, talk in enumerate(talks)
        )

    async def report(self, article: int, email: str, talk: str | None = None) -> None:
        new = NewTicket(email, "ARKAS", "Tidak bisa tutup BKU", "Tombolnya abu-abu sejak tadi pagi.")
        number = (await self._desk.tickets.open(new)).number
        await self._keep([Signal("ticket", number, article, self.clock.now(), talk, number)])

    async def _keep(self, signals: Iterable[Signal]) -> None:
        async with self.database.write() as connection:
            await store_signals(connection, list(signals))

    async def people(self, hours: float = 2) -> dict[int, int]:
        async with self.database.read() as connection:
            now = self.clock.now()
            return await people_since(connection, now - timedelta(hours=hours), now)


@pytest.fixture
def square(database: Database, clock: SettableClock) -> Square:
    return Square(database, clock)


async def test_nobody_asked(square: Square) -> None:
    assert await square.people() == {}


async def test_one_person_who_asks_often_counts_once_for_each_article(square: Square) -> None:
    await square.ask(BKU, *["rina"] * 50, "budi")
    await square.ask(SALUR, "rina")
    assert await square.people() == {BKU: 2, SALUR: 1}


async def test_a_report_counts_by_its_address_unless_it_came_out_of_a_talk(square: Square) -> None:
    await square.ask(BKU, "rina")
    await square.report(BKU, "rina@sdn1.sch.id", talk="rina")
    await square.report(BKU, "budi@sdn2.sch.id")
    await square.report(BKU, "budi@sdn2.sch.id")
    assert await square.people() == {BKU: 2}


async def test_what_is_near_no_article_and_what_is_past_is_left_out(square: Square) -> None:
    await square.ask(BKU, "rina")
    square.clock.advance(timedelta(hours=3))
    await square.ask(NOWHERE, "budi")
    await square.ask(SALUR, "ani")
    assert await square.people() == {SALUR: 1}
    assert await square.people(hours=4) == {SALUR: 1, BKU: 1}
