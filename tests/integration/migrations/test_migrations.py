"""Every migration runs up and down on both databases, keeps what was stored, and ends at the tables of the code."""

import asyncio
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.database import Database, alembic_config, metadata
from bot.tickets.search_repository import Wanted, find_numbers
from bot.tickets.words import parse_query

pytestmark = pytest.mark.integration


def run(url: str, *statements: str, autocommit: bool = False) -> list[Any]:
    async def execute() -> list[Any]:
        engine = create_async_engine(url, isolation_level="AUTOCOMMIT" if autocommit else None)
        rows: list[Any] = []
        async with engine.connect() as connection:
            for statement in statements:
                result = await connection.execute(text(statement))
                rows = list(result) if result.returns_rows else []
            await connection.commit()
        await engine.dispose()
        return rows

    return asyncio.run(execute())


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
        return
    server = os.environ.get("ARKAS_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("ARKAS_TEST_POSTGRES_URL names no PostgreSQL server; SQLite was tested")
    name = f"arkas_test_{uuid.uuid4().hex[:12]}"
    run(server, f"CREATE DATABASE {name}", autocommit=True)
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    run(server, f"DROP DATABASE {name} WITH (FORCE)", autocommit=True)


_BY_HAND = "ticket_search"  # bot/tickets/search_repository.py: no table of the metadata, and FTS5 makes more beside it


def is_ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
    return not (kind == "table" and (name or "").startswith(_BY_HAND))


def differences(url: str) -> list[Any]:
    def compare(connection: Connection) -> list[Any]:
        found: list[Any] = compare_metadata(
            MigrationContext.configure(connection, opts={"include_object": is_ours}), metadata
        )
        return found

    async def ask() -> list[Any]:
        database = Database(url)
        async with database.read() as connection:
            found = await connection.run_sync(compare)
        await database.close()
        return found

    return asyncio.run(ask())


def found(url: str, query: str) -> list[int]:
    """The tickets in which the words stand."""

    async def ask() -> list[int]:
        database = Database(url)
        async with database.read() as connection:
            numbers = await find_numbers(connection, Wanted(parse_query(query), ()))
        await database.close()
        return numbers

    return asyncio.run(ask())


def test_newest_version_has_the_tables_of_the_code(empty_url: str) -> None:
    command.upgrade(alembic_config(empty_url), "head")
    assert differences(empty_url) == []


def test_every_version_can_be_left_and_reached_again(empty_url: str) -> None:
    config = alembic_config(empty_url)
    command.upgrade(config, "head")
    command.downgrade(config, "base")
    assert run(empty_url, "SELECT count(*) FROM alembic_version")[0][0] == 0
    command.upgrade(config, "head")
    assert differences(empty_url) == []


def test_tickets_of_the_first_version_live_on(empty_url: str) -> None:
    config = alembic_config(empty_url)
    command.upgrade(config, "0001")
    columns = "email, program, subject, details, source, created_at"
    one = "'a@b.id', 'ARKAS', 'Tutup BKU', 'rinciannya di sini', 'form', '2026-11-20 03:00:00+00:00'"
    event = "INSERT INTO ticket_events (ticket_number, kind, at, actor, data) VALUES"
    log = [f"{event} ({n}, 'opened', '2026-11-20 03:00:00+00:00', 'reporter', '{{}}')" for n in (10001, 10002)]
    run(empty_url, *[f"INSERT INTO tickets ({columns}) VALUES ({one})"] * 2, *log)  # noqa: S608 - constants of a test
    command.upgrade(config, "0002")
    rows = run(empty_url, "SELECT number, status, priority, spam, reporter_waits_since FROM tickets ORDER BY number")
    assert [(row[0], row[1], row[2], bool(row[3])) for row in rows] == [
        (10001, "QUEUED", "normal", False),
        (10002, "QUEUED", "normal", False),
    ]
    assert all(row[4] is not None for row in rows)
    assert [row[0] for row in run(empty_url, "SELECT seq FROM ticket_events")] == [1, 1]
    command.upgrade(config, "head")
    assert found(empty_url, "rinciannya") == [10002, 10001]


def test_numbers_go_on_after_a_ticket_was_removed(empty_url: str) -> None:
    command.upgrade(alembic_config(empty_url), "head")
    columns = "email, program, subject, details, source, created_at"
    one = "'a@b.id', 'ARKAS', 'Tutup BKU', 'rinciannya di sini', 'form', '2026-11-20 03:00:00+00:00'"
    insert = f"INSERT INTO tickets ({columns}) VALUES ({one})"  # noqa: S608 - constants of a test
    run(empty_url, insert, insert, "DELETE FROM tickets WHERE number = 10002")
    assert run(empty_url, insert, "SELECT max(number) FROM tickets")[0][0] == 10003


def test_answer_on_its_way_meanwhile_is_looked_for_from_when_it_was_written(empty_url: str) -> None:
    config = alembic_config(empty_url)
    command.upgrade(config, "0015")
    columns = "channel, key, person, position, created_at, due_at, attempts"
    rows = [f"'telegram', '{n}', '7', 0, '2026-11-20 03:00:00+00:00', '2026-11-20 04:00:00+00:00', {n}" for n in (0, 1)]
    run(empty_url, *[f"INSERT INTO channel_outbox ({columns}) VALUES ({row})" for row in rows])  # noqa: S608 - constants
    command.upgrade(config, "0016")
    found = run(empty_url, "SELECT begun_at IS NULL, begun_at = created_at FROM channel_outbox ORDER BY attempts")
    assert [tuple(row) for row in found] == [(1, None), (0, 1)]
