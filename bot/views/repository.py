"""All SQL of saved views."""

from typing import Any, Final

from sqlalchemy import Column, String, Table, UniqueConstraint, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import RowId, metadata
from bot.views.models import SavedView

saved_views: Final = Table(
    "saved_views",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("officer", String(100), nullable=False, index=True),
    Column("name", String(60), nullable=False),
    Column("query", String(500), nullable=False),
    UniqueConstraint("officer", "name"),
    sqlite_autoincrement=True,
)


async def save_view(connection: AsyncConnection, officer: str, name: str, query: str) -> None:
    """Store a view; the same name again is the same view, changed."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(saved_views).values(officer=officer, name=name, query=query)
    changed = statement.on_conflict_do_update(index_elements=["officer", "name"], set_={"query": query})
    await connection.execute(changed)


async def views_of(connection: AsyncConnection, officer: str) -> list[SavedView]:
    """An officer's views, by name."""
    statement = select(saved_views).where(saved_views.c.officer == officer).order_by(saved_views.c.name)
    return [SavedView(row.id, row.name, row.query) for row in await connection.execute(statement)]


async def count_views(connection: AsyncConnection, officer: str) -> int:
    """How many views an officer has."""
    statement = select(func.count()).where(saved_views.c.officer == officer)
    return int((await connection.execute(statement)).scalar_one())


async def delete_view(connection: AsyncConnection, officer: str, view_id: int) -> None:
    """Forget one of an officer's views."""
    await connection.execute(delete(saved_views).where(saved_views.c.officer == officer, saved_views.c.id == view_id))
