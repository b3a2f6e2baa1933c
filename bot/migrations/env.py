"""Alembic's entry: runs the migrations over the product's own async engine."""

import asyncio
from importlib import import_module
from pathlib import Path

from alembic import context
from sqlalchemy.engine import Connection

from bot.database import Database, metadata

for repository in sorted(Path(__file__).parent.parent.glob("*/repository.py")):  # tables register when imported
    import_module(f"bot.{repository.parent.name}.repository")


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


async def _upgrade() -> None:
    database = Database(context.config.attributes["url"])
    try:
        async with database.write() as connection:
            await connection.run_sync(_run)
    finally:
        await database.close()


asyncio.run(_upgrade())
