"""The console's menu. An entry is shown to those who may open it."""

from dataclasses import dataclass
from typing import Final

from bot.console.guard import SignedIn
from bot.officers.models import Permission


@dataclass(frozen=True)
class Entry:
    """One entry: where it leads, its title, who may open it, and the keys that do (see docs/console.md)."""

    path: str
    title: str
    permission: Permission
    key: str


ENTRIES: Final = (
    Entry("/petugas/tiket", "Tiket", Permission.READ_TICKETS, "g t"),
    Entry("/petugas/balasan", "Balasan tersimpan", Permission.WORK_TICKETS, "g l"),
    Entry("/petugas/surat", "Surat tertahan", Permission.READ_MAIL, "g s"),
    Entry("/petugas/kiriman", "Kiriman gagal", Permission.READ_MAIL, "g k"),
    Entry("/petugas/tinjauan", "Tinjauan", Permission.REVIEW_TALKS, "g r"),
    Entry("/petugas/kesenjangan", "Kesenjangan", Permission.REVIEW_TALKS, "g e"),
    Entry("/petugas/artikel", "Artikel", Permission.EDIT_ARTICLES, "g i"),
    Entry("/petugas/gangguan", "Gangguan", Permission.MANAGE_INCIDENTS, "g g"),
    Entry("/petugas/laporan", "Laporan", Permission.READ_INSIGHT, "g w"),
    Entry("/petugas/orang", "Data orang", Permission.MANAGE_PERSONS, "g n"),
    Entry("/petugas/akun", "Akun petugas", Permission.MANAGE_OFFICERS, "g p"),
    Entry("/petugas/audit", "Catatan audit", Permission.READ_AUDIT, "g a"),
)


def entries_for(officer: SignedIn) -> tuple[Entry, ...]:
    """What stands in this officer's menu."""
    return tuple(entry for entry in ENTRIES if officer.may(entry.permission))
