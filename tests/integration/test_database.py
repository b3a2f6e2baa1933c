"""Connections that PostgreSQL has closed, by a restart or by an administrator, are replaced and nobody notices."""

import asyncio

import pytest
from sqlalchemy import text

from bot import database as module
from bot.database import Database
from tests.integration.conftest import EMPTYING

pytestmark = [pytest.mark.anyio, pytest.mark.integration]

OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND datname = :name AND application_name <> :tests"""


async def closed_by_the_server(database: Database, administrator: Database) -> None:
    """Open three connections, leave them to the pool, and have the server close them."""

    async def used() -> None:
        async with database.read() as connection:
            await connection.execute(text("SELECT pg_sleep(0.05)"))

    await asyncio.gather(*(used() for _ in range(3)))
    async with administrator.write() as connection:
        await connection.execute(text(OTHERS), {"name": database.engine.url.database, "tests": EMPTYING})
    await asyncio.sleep(0.2)


async def test_a_closed_connection_is_replaced(emptied_postgres: str) -> None:
    database, administrator = Database(emptied_postgres), Database(emptied_postgres)
    await closed_by_the_server(database, administrator)
    for _ in range(3):
        assert await database.answers()
    async with database.write() as connection:
        assert await connection.scalar(text("SELECT 1")) == 1
    await database.close()
    await administrator.close()


async def test_one_that_rested_is_pinged_first(emptied_postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database, administrator = Database(emptied_postgres), Database(emptied_postgres)
    monkeypatch.setattr(module, "_TRUSTED_FOR", -1)
    for _ in range(3):
        assert await database.answers()
    await closed_by_the_server(database, administrator)
    assert await database.answers()
    await database.close()
    await administrator.close()


async def test_reading_opens_no_transaction_and_writing_opens_one(emptied_postgres: str) -> None:
    database = Database(emptied_postgres)
    this_one = text("SELECT txid_current()")
    async with database.read() as connection:
        assert await connection.scalar(this_one) != await connection.scalar(this_one)
    async with database.write() as connection:
        assert await connection.scalar(this_one) == await connection.scalar(this_one)
    async with database.read() as connection:
        assert await connection.scalar(this_one) != await connection.scalar(this_one)
    await database.close()
