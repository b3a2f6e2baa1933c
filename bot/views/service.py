"""Saving and listing views."""

from typing import Final

from bot.database import Database
from bot.errors import InvalidInput
from bot.views import repository
from bot.views.models import SavedView

_MOST: Final = 30
_NAME_LENGTH: Final = 60
_QUERY_LENGTH: Final = 500


class SavedViews:
    """Each officer's own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, officer: str) -> list[SavedView]:
        """An officer's views, by name."""
        async with self._database.read() as connection:
            return await repository.views_of(connection, officer)

    async def save(self, officer: str, name: str, query: str) -> None:
        """Keep a view. Raises InvalidInput without a name, for a name or a query too long, and above 30 views."""
        name = " ".join(name.split())
        if not 0 < len(name) <= _NAME_LENGTH or len(query) > _QUERY_LENGTH:
            raise InvalidInput("Beri nama tampilan ini, paling panjang 60 huruf.")
        async with self._database.write() as connection:
            await repository.save_view(connection, officer, name, query)
            if await repository.count_views(connection, officer) > _MOST:
                raise InvalidInput("Sudah ada 30 tampilan tersimpan. Hapus salah satu lalu simpan lagi.")

    async def forget(self, officer: str, view_id: int) -> None:
        """Drop a view; of somebody else's, nothing happens."""
        async with self._database.write() as connection:
            await repository.delete_view(connection, officer, view_id)
