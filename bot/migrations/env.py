"""Alembic's entry: runs the migrations over the product's own async engine."""

import asyncio

from alembic import context
from sqlalchemy.engine import Connection

import bot.articles.repository
import bot.attachments.repository
import bot.conversations.repository
import bot.outbox.repository
import bot.tickets.repository  # noqa: F401 - the tables register themselves when imported
from bot.database import Database, metadata


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
