"""Real databases: SQLite always, PostgreSQL where ARKAS_TEST_POSTGRES_URL names one."""

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.clock import SettableClock
from bot.database import Database, upgrade


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path


EMPTYING = "arkas-tests-emptying"
# Only what a test has filled: to truncate all tables took 0.8 s a test, twenty times as long as most tests themselves.
_EMPTY_FILLED = """DO $$
DECLARE
    name text; filled text[] := '{}'; found boolean;
BEGIN
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO found;
        IF found THEN filled := filled || name; END IF;
    END LOOP;
    IF filled <> '{}' THEN EXECUTE 'TRUNCATE ' || array_to_string(filled, ', ') || ' CASCADE'; END IF;
END $$"""


async def _run(url: str, statement: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A database of this session's own on the named server, migrated; dropped afterwards."""
    server = os.environ.get("ARKAS_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("ARKAS_TEST_POSTGRES_URL names no PostgreSQL server; SQLite was tested")
    name = f"arkas_test_{uuid.uuid4().hex[:12]}"
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    asyncio.run(_run(server, f"CREATE DATABASE {name}"))
    # No test stops the server, so none needs its disk to have written what was committed.
    asyncio.run(_run(server, f"ALTER DATABASE {name} SET synchronous_commit = off"))
    try:
        upgrade(url)
        yield url
    finally:
        asyncio.run(_run(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def empty_postgres(postgres_url: str) -> Iterator[Callable[[], None]]:
    """Empties the database over one connection: to open one for each test took longer than to empty it."""
    with asyncio.Runner() as runner:
        plain = make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
        connection = runner.run(asyncpg.connect(plain, server_settings={"application_name": EMPTYING}))
        yield lambda: runner.run(connection.execute(_EMPTY_FILLED))
        runner.run(connection.close())


@pytest.fixture
def emptied_postgres(postgres_url: str, empty_postgres: Callable[[], None]) -> str:
    empty_postgres()
    return postgres_url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'arkas.db')}"
    url: str = request.getfixturevalue("emptied_postgres")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(datetime(2026, 11, 23, 3, 0, tzinfo=UTC))  # a Monday, 10.00 WIB
