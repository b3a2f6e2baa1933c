"""SQLite under SQLAlchemy with one hop to the driver's thread for a statement.

The usual adapter asks aiosqlite's thread four times for each statement (make a cursor, execute, fetch, close), and a
transaction begins with a statement of its own. Measured on a turn of a talk, the hops were a third of the web process's
time. Here a statement is executed, read and closed in one hop, and BEGIN rides along with the first statement.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util.concurrency import await_


class _Executed(NamedTuple):
    """What a cursor tells after its statement, when the cursor itself is gone."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    arraysize: int = 1
    rows: Sequence[Any] = ()

    def close(self) -> None:
        """Nothing is open any more."""


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """Executes, reads and closes in one hop. The rows of a statement are all in memory, as with the usual adapter."""

    __slots__ = ()
    _awaitable_cursor_close = False

    def _make_new_cursor(self, _connection: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's shape
        return _Executed()

    def _aenter_cursor(self, cursor: Any) -> Any:  # noqa: ANN401
        return cursor

    async def _execute_async(self, operation: Any, parameters: Any) -> None:  # noqa: ANN401
        await self._hop(lambda cursor: cursor.execute(operation, parameters or ()))

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:  # noqa: ANN401
        await self._hop(lambda cursor: cursor.executemany(operation, seq_of_parameters))

    async def _hop(self, statement: Callable[[sqlite3.Cursor], object]) -> None:
        adapted: _Connection = self._adapt_connection  # type: ignore[assignment]
        async with adapted._execute_mutex:  # noqa: SLF001 - one statement at a time, as the class above has it
            executed: Any = await adapted.hop(statement)
        self._cursor = executed
        self._rows = deque(executed.rows)


def _execute(
    connection: sqlite3.Connection, begin: str | None, statement: Callable[[sqlite3.Cursor], object]
) -> _Executed:
    """In the driver's thread: begin if a transaction is due, execute, read, close."""
    cursor = connection.cursor()
    try:
        if begin:
            cursor.execute(begin)
        statement(cursor)
        rows = cursor.fetchall() if cursor.description else ()
        return _Executed(cursor.description, cursor.rowcount, cursor.lastrowid, rows=rows)
    finally:
        cursor.close()


class _Connection(AsyncAdapt_aiosqlite_connection):
    """A connection that knows how its next statement is to begin a transaction."""

    __slots__ = ("_begin", "_settled")
    _cursor_cls = _Cursor

    def __init__(self, dbapi: Any, connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's shape
        super().__init__(dbapi, connection)
        self._begin: str | None = None
        self._settled = True

    def begin_with(self, statement: str) -> None:
        """Begin a transaction, with this statement, once something is executed in it."""
        self._begin = statement

    async def hop(self, statement: Callable[[sqlite3.Cursor], object]) -> _Executed:
        """Have the driver's thread execute a statement, with the BEGIN that is due."""
        begin, self._begin = self._begin, None
        driver: Any = self._connection
        # Whoever is cancelled while he waits leaves a thread at work: what it holds is then not to be guessed.
        self._settled = False
        try:
            executed: _Executed = await driver._execute(_execute, driver._conn, begin, statement)  # noqa: SLF001
        except sqlite3.Error:
            self._settled = True
            raise
        self._settled = True
        return executed

    def commit(self) -> None:
        """Commit; a transaction in which nothing was executed has never begun."""
        if self._begin is None:
            super().commit()
        self._begin = None

    def rollback(self) -> None:
        """Roll back; costs no hop when nothing is open, as when the pool asks for it after a commit."""
        self._begin = None
        if not self._settled or self._in_transaction():
            super().rollback()
            self._settled = True

    def _in_transaction(self) -> bool:
        driver: Any = self._connection
        return bool(driver._connection and driver._conn.in_transaction)  # noqa: SLF001 - a flag, read without a hop


class _Dbapi(AsyncAdapt_aiosqlite_dbapi):
    """The module that SQLAlchemy takes for the driver."""

    def connect(self, *arguments: Any, **options: Any) -> _Connection:  # noqa: ANN401 - SQLAlchemy's shape
        connection = self.aiosqlite.connect(*arguments, **options)
        connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does: a forgotten connection ends with us
        return _Connection(self, await_(connection))


def driver() -> AsyncAdapt_aiosqlite_dbapi:
    """What `create_async_engine(url, module=...)` is to be given."""
    return _Dbapi(aiosqlite, sqlite3)
