"""PostgreSQL's part of a backup: every table by COPY, all as one moment saw them. Needs no pg_dump on the machine."""

from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_COLUMNS = (
    "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 "
    "AND is_generated = 'NEVER' ORDER BY ordinal_position"
)
_SEQUENCES = "SELECT sequencename AS name, last_value AS value FROM pg_sequences WHERE schemaname = 'public'"
# From every table to those that it refers to, itself left out: rows come back after the rows that they need.
_REFERENCES = (
    "SELECT conrelid::regclass::text AS table, confrelid::regclass::text AS needs FROM pg_constraint "
    "WHERE contype = 'f' AND conrelid <> confrelid"
)


class OtherVersion(Exception):
    """The backup's tables are those of another version of the product."""


async def _connect(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    return await asyncpg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))


async def dump(url: str, folder: Path) -> dict[str, Any]:
    """Write each table into a file of `folder`; returns what `load` has to know."""
    connection = await _connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            tables = {
                row["tablename"]: await _columns(connection, row["tablename"])
                for row in await connection.fetch(_TABLES)
            }
            for table in tables:
                await connection.copy_from_table(table, columns=tables[table], output=folder / f"database.{table}")
            sequences = {row["name"]: row["value"] for row in await connection.fetch(_SEQUENCES)}
            revision = await connection.fetchval("SELECT version_num FROM alembic_version")
    finally:
        await connection.close()
    return {"tables": tables, "sequences": sequences, "revision": revision}


async def load(url: str, manifest: dict[str, Any], folder: Path) -> None:
    """Replace all rows by those of a backup, in one transaction. Raises OtherVersion before anything is changed."""
    connection = await _connect(url)
    try:
        async with connection.transaction():
            if await connection.fetchval("SELECT version_num FROM alembic_version") != manifest["revision"]:
                raise OtherVersion(f"the backup is of version {manifest['revision']}: restore it with that version")
            order = await _in_order(connection, list(manifest["tables"]))
            names = ", ".join(f'"{table}"' for table in order)
            await connection.execute(f"TRUNCATE {names}")
            for table in order:
                columns = manifest["tables"][table]
                await connection.copy_to_table(table, columns=columns, source=folder / f"database.{table}")
            for name, value in manifest["sequences"].items():
                await connection.execute("SELECT setval($1::regclass, $2, $3)", name, value or 1, value is not None)
    finally:
        await connection.close()


async def _columns(connection: "asyncpg.Connection[asyncpg.Record]", table: str) -> list[str]:
    return [row["column_name"] for row in await connection.fetch(_COLUMNS, table)]


async def _in_order(connection: "asyncpg.Connection[asyncpg.Record]", tables: list[str]) -> list[str]:
    needs: dict[str, set[str]] = {table: set() for table in tables}
    for row in await connection.fetch(_REFERENCES):
        needs[row["table"]].add(row["needs"])
    order: list[str] = []
    while len(order) < len(needs):
        order += [table for table in tables if table not in order and needs[table] <= set(order)]
    return order
