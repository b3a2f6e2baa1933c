"""The one-hop driver keeps what a database promises, and asks its thread once for a statement."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, func, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.database import Database

_metadata = MetaData()
_things = Table("things", _metadata, Column("id", Integer, primary_key=True), Column("name", String, unique=True))


async def _made(path: Path) -> Database:
    database = Database(f"sqlite+aiosqlite:///{path / 'things.db'}")
    async with database.write() as connection:
        await connection.run_sync(_metadata.create_all)
    return database


async def _open(path: Path) -> AsyncIterator[Database]:
    database = await _made(path)
    yield database
    await database.close()


async def _add(database: Database, *names: str, patience_ms: int = 20_000) -> None:
    async with database.read() as connection:
        await connection.exec_driver_sql(f"PRAGMA busy_timeout={patience_ms}")
    async with database.write() as connection:
        for name in names:
            await connection.execute(insert(_things).values(name=name))


async def _names(database: Database) -> list[str]:
    async with database.read() as connection:
        return list((await connection.execute(select(_things.c.name).order_by(_things.c.name))).scalars())


@contextmanager
def _counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    asked: list[str] = []
    usual: Any = aiosqlite.Connection._execute

    async def counting(self: aiosqlite.Connection, fn: object, *args: object, **kwargs: object) -> object:
        asked.append(getattr(fn, "__name__", "?"))
        return await usual(self, fn, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(aiosqlite.Connection, "_execute", counting)
        yield asked


def test_a_statement_is_one_hop_and_carries_the_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        async for database in _open(tmp_path):
            with _counted(monkeypatch) as asked:
                async with database.write() as connection:
                    row = await connection.execute(insert(_things).values(name="bku").returning(_things.c.id))
                    assert row.scalar_one() == 1
            assert asked == ["_execute", "commit"]

    asyncio.run(play())


def test_many_rows_are_one_hop(tmp_path: Path) -> None:
    async def play() -> None:
        async for database in _open(tmp_path):
            async with database.write() as connection:
                await connection.execute(insert(_things), [{"name": "a"}, {"name": "b"}])
            assert await _names(database) == ["a", "b"]

    asyncio.run(play())


def test_an_empty_transaction_asks_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        async for database in _open(tmp_path):
            with _counted(monkeypatch) as asked:
                async with database.write():
                    pass
            assert asked == []
            assert await _names(database) == []  # and the connection that came home is as good as new

    asyncio.run(play())


def test_a_broken_rule_is_told_by_its_type_and_undoes_all(tmp_path: Path) -> None:
    async def play() -> None:
        async for database in _open(tmp_path):
            with pytest.raises(IntegrityError):
                await _add(database, "a", "a")
            assert await _names(database) == []

    asyncio.run(play())


def test_the_first_statement_takes_the_write_lock_even_if_it_only_reads(tmp_path: Path) -> None:
    async def play() -> None:
        async for database in _open(tmp_path):
            other = Database(database.url)
            async with database.write() as connection:
                await connection.execute(select(func.count()).select_from(_things))
                with pytest.raises(OperationalError, match="locked"):
                    await _add(other, "second", patience_ms=1)
            await other.close()

    asyncio.run(play())


def test_reads_of_one_transaction_see_one_state(tmp_path: Path) -> None:
    async def play() -> None:
        async for database in _open(tmp_path):
            async with database.read() as connection:
                before = (await connection.execute(select(func.count()).select_from(_things))).scalar_one()
                async with database.write() as writer:
                    await writer.execute(insert(_things).values(name="later"))
                after = (await connection.execute(select(func.count()).select_from(_things))).scalar_one()
            assert (before, after) == (0, 0)
            assert await _names(database) == ["later"]

    asyncio.run(play())


def test_who_is_cancelled_in_a_statement_leaves_no_open_transaction(tmp_path: Path) -> None:
    async def writing(database: Database) -> None:
        async with database.write() as connection:
            await connection.execute(insert(_things).values(name="half"))
            await asyncio.sleep(10)

    async def play() -> None:
        async for database in _open(tmp_path):
            for pause in (0.0, 0.0005, 0.002, 0.02):
                task = asyncio.create_task(writing(database))
                await asyncio.sleep(pause)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                async with database.write() as connection:  # would wait for ever on a lock that was left behind
                    await connection.execute(insert(_things).values(name=f"whole {pause}"))
            assert await _names(database) == [f"whole {pause}" for pause in (0.0, 0.0005, 0.002, 0.02)]

    asyncio.run(play())
