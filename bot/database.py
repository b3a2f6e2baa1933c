"""The database: SQLite (WAL) or PostgreSQL, chosen by its address. Tables live beside their repositories."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import BigInteger, DateTime, Integer, MetaData, event, text
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.types import TypeDecorator

from bot import sqlite

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only in a column of the exact type INTEGER.
RowId: Final = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. A naive one is a programming error and raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn an aware moment into UTC; SQLite drops the zone, so it must be UTC already."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the zone back that SQLite dropped."""
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


class Database:
    """Hands out transactions. Whoever opens one commits it, once, by leaving the block."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _make_engine(url)
        self._writer = self.engine.execution_options(arkas_write=True)
        # SQLite lets one writer in at a time, and those who wait are let in by chance: measured, one of sixteen waited
        # more than five seconds and failed. Within a process they queue here; PostgreSQL needs no queue.
        is_sqlite = self.engine.dialect.name == "sqlite"
        # PostgreSQL reads what is committed, statement by statement, in a transaction and without one; BEGIN and
        # ROLLBACK around a single statement only made three ways to the server of one.
        self._reader = self.engine if is_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._turn: AbstractAsyncContextManager[object] = asyncio.Lock() if is_sqlite else nullcontext()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """For reading alone; on SQLite as one moment saw it, on PostgreSQL each statement what is committed then."""
        async with self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction for writing: committed when the block ends, rolled back when it raises."""
        async with self._turn, self._writer.begin() as connection:
            yield connection

    async def answers(self) -> bool:
        """Whether the database can be asked anything at all."""
        async with self.read() as connection:
            return bool(await connection.scalar(text("SELECT 1")))

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()


def _make_engine(url: str) -> AsyncEngine:
    if make_url(url).get_backend_name() != "sqlite":
        engine = create_async_engine(url)
        event.listen(engine.sync_engine, "checkin", _note_use)
        event.listen(engine.sync_engine, "checkout", _check_connection)
        return engine
    folder = make_url(url).database
    if folder and folder != ":memory:":
        Path(folder).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, module=sqlite.driver())
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


_TRUSTED_FOR: Final = 15  # seconds: what was used just now is asked nothing, what rested longer is pinged first


def _note_use(_connection: object, record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's records are generic
    record.info["used"] = time.monotonic()


def _check_connection(connection: Any, record: Any, _proxy: object) -> None:  # noqa: ANN401 - the driver's own type
    """Have the pool take another connection for one that the server has closed; pinging each cost three ways more."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError
    if time.monotonic() - record.info.get("used", time.monotonic()) > _TRUSTED_FOR:
        try:
            connection.ping()
        except Exception as error:
            raise DisconnectionError from error


_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "busy_timeout=20000",
    # KiB for each connection, where SQLite would take 2,000: the system keeps the file in memory for all of them.
    # With SQLite's own the web process grew by 1 MB in 1,000 turns, with this by a third of it (docs/benchmarks.md).
    "cache_size=-128",
)


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type is private
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not by the driver
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another wrote in between, however long
    # busy_timeout is; taking the write lock at the beginning waits instead.
    write = connection.get_execution_options().get("arkas_write", False)
    adapted: Any = connection.connection.dbapi_connection
    adapted.begin_with("BEGIN IMMEDIATE" if write else "BEGIN")


def alembic_config(url: str) -> Config:
    """Alembic's configuration for the database at `url`, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Bring the database at `url` to the newest version (runs its own event loop: not for async callers)."""
    command.upgrade(alembic_config(url), "head")
