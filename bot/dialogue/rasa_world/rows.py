"""Rows of text by id in SQLite, PostgreSQL or Redis: all that the tracker store asks of a database."""
# mypy: disable-error-code="import-not-found, import-untyped, misc, no-untyped-call, type-arg"

import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from typing_extensions import override

_KEPT_DAYS = 90  # after that a talk begins anew; what was said stays in the product's own database


class Rows(Protocol):
    """A text for each id."""

    def read(self, key: str) -> str | None:
        """Return the text, or None."""

    def write(self, key: str, value: str) -> None:
        """Put the text in place of the old one; it is safe on disk or with the server when this returns."""

    def delete(self, key: str) -> None:
        """Remove the row; an unknown id is fine."""

    def keys(self) -> Iterable[str]:
        """Return all ids."""


class SqliteRows(Rows):
    """A file. Survives SIGKILL of the process: every write is one transaction in a write-ahead log."""

    def __init__(self, path: str) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS talk (id TEXT PRIMARY KEY, state TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID"
        )
        self._db.execute("DELETE FROM talk WHERE at < ?", (time.time() - _KEPT_DAYS * 86400,))

    @override
    def read(self, key: str) -> str | None:
        row = self._db.execute("SELECT state FROM talk WHERE id = ?", (key,)).fetchone()
        return row[0] if row else None

    @override
    def write(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO talk VALUES (?, ?, ?)", (key, value, time.time()))

    @override
    def delete(self, key: str) -> None:
        self._db.execute("DELETE FROM talk WHERE id = ?", (key,))

    @override
    def keys(self) -> list[str]:
        return [row[0] for row in self._db.execute("SELECT id FROM talk")]


class PostgresRows(Rows):
    """A table, for several Rasa processes behind one proxy."""

    def __init__(self, url: str) -> None:
        import psycopg2

        self._connect = lambda: psycopg2.connect(url, connect_timeout=5)
        self._db: Any = None
        self._run("CREATE TABLE IF NOT EXISTS rasa_talk (id TEXT PRIMARY KEY, state TEXT NOT NULL, at FLOAT8 NOT NULL)")
        self._run("DELETE FROM rasa_talk WHERE at < %s", time.time() - _KEPT_DAYS * 86400)

    def _run(self, sql: str, *values: object) -> list[Any]:
        import psycopg2

        for attempt in (1, 2):  # a connection that the server has dropped is noticed only by using it
            try:
                return self._run_once(sql, values)
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                self._db = None
                if attempt == 2:
                    raise
        return []

    def _run_once(self, sql: str, values: "tuple[object, ...]") -> list[Any]:
        if self._db is None:
            self._db = self._connect()
            self._db.autocommit = True
        with self._db.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall()) if cursor.description else []

    @override
    def read(self, key: str) -> str | None:
        rows = self._run("SELECT state FROM rasa_talk WHERE id = %s", key)
        return rows[0][0] if rows else None

    @override
    def write(self, key: str, value: str) -> None:
        self._run(
            "INSERT INTO rasa_talk VALUES (%s, %s, %s)"
            " ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state, at = EXCLUDED.at",
            key, value, time.time(),
        )  # fmt: skip

    @override
    def delete(self, key: str) -> None:
        self._run("DELETE FROM rasa_talk WHERE id = %s", key)

    @override
    def keys(self) -> list[str]:
        return [row[0] for row in self._run("SELECT id FROM rasa_talk")]


class RedisRows(Rows):
    """Keys that expire by themselves."""

    def __init__(self, url: str) -> None:
        import redis

        self._db = redis.Redis.from_url(url, decode_responses=True, socket_timeout=5)

    @override
    def read(self, key: str) -> str | None:
        value: str | None = self._db.get(f"arkas:talk:{key}")
        return value

    @override
    def write(self, key: str, value: str) -> None:
        self._db.set(f"arkas:talk:{key}", value, ex=_KEPT_DAYS * 86400)

    @override
    def delete(self, key: str) -> None:
        self._db.delete(f"arkas:talk:{key}")

    @override
    def keys(self) -> list[str]:
        return [key.split(":", 2)[2] for key in self._db.scan_iter("arkas:talk:*")]


def open_rows(url: str) -> Rows:
    """Return the rows at `url`. Raises ValueError for an unknown kind of address."""
    if url.startswith("sqlite:///"):
        return SqliteRows(url[len("sqlite:///") :])
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresRows(url)
    if url.startswith(("redis://", "rediss://")):
        return RedisRows(url)
    raise ValueError("the tracker's address must begin with sqlite:///, postgresql:// or redis://")
