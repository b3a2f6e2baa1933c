"""What was kept long enough is emptied, once, and nothing else."""

from datetime import timedelta

import pytest

from bot.privacy.models import Retention
from bot.privacy.retention import RetentionKeeper
from tests.integration.consoles import House
from tests.integration.lives import PNG, Words, everything, live, work

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

OLD = Words("lama@sdn1.sch.id", "Katalama dari tahun lalu", PNG + b"lama" * 700)
NEW = Words("baru@sdn1.sch.id", "Katabaru dari minggu ini", PNG + b"baru" * 700)
YEAR = timedelta(days=365)


def keeper(house: House, retention: Retention) -> RetentionKeeper:
    sessions = timedelta(hours=12), timedelta(hours=2)
    return RetentionKeeper(house.database, house.clock, retention, sessions=sessions)


async def test_old_words_go_and_new_ones_stay(house: House) -> None:
    old = await live(house, OLD)
    await house.services.desk.solve(old.ticket, "petugas", "")
    house.clock.advance(timedelta(minutes=5))
    await work(house.services)
    house.clock.advance(YEAR * 2)
    new = await live(house, NEW)
    retention = keeper(house, Retention(YEAR, YEAR, timedelta(days=90)))
    assert await retention.round() == timedelta(days=1)
    transcript = await house.services.conversations.transcript(old.talk)
    assert "Katalama" not in transcript
    assert "Katabaru" in await house.services.conversations.transcript(new.talk)
    ticket, theirs = await house.services.tickets.find(old.ticket), await house.services.tickets.find(new.ticket)
    assert ticket is not None
    assert theirs is not None
    assert "Katalama" in ticket.details  # the desk's record stays
    files = await house.services.tickets.files(theirs)
    assert not any((await house.services.tickets.files(ticket)).values())
    assert any(files.values())
    kept = await everything(house.database)
    assert await retention.round() == timedelta(days=1)
    assert await everything(house.database) == kept


async def test_without_limits_everything_stays(house: House) -> None:
    await live(house, OLD)
    house.clock.advance(YEAR * 20)
    await keeper(house, Retention(None, None, None)).round()
    kept = await everything(house.database)
    assert kept.count("Katalama") > 5


async def test_file_of_an_open_ticket_stays(house: House) -> None:
    life = await live(house, OLD)
    house.clock.advance(YEAR * 2)
    await keeper(house, Retention(YEAR, YEAR, YEAR)).round()
    ticket = await house.services.tickets.find(life.ticket)
    assert ticket is not None
    assert any((await house.services.tickets.files(ticket)).values())
