"""What can go wrong while editing articles."""

from collections.abc import Mapping
from typing import Any

from bot.errors import ArkasError, Conflict, InvalidInput


class DraftChanged(Conflict):
    """Somebody else has saved this article meanwhile."""

    code = "artikel_berubah"
    sentence = "Artikel ini baru saja disimpan orang lain. Salin tulisan Anda, muat ulang, lalu gabungkan."


class FileChanged(Conflict):
    """The article's file was changed since the draft was begun."""

    code = "berkas_berubah"
    sentence = "Berkas artikel ini berubah sejak draf dibuat. Buang draf lalu mulai dari yang terbaru."


class NotReady(InvalidInput):
    """The article has errors."""

    code = "artikel_belum_siap"
    sentence = "Artikel belum dapat diterbitkan. Perbaiki dahulu isian yang ditandai."


class WorsePublication(Conflict):
    """Past questions would be answered significantly worse; nothing was changed."""

    code = "pertanyaan_lama_memburuk"
    sentence = "Tidak diterbitkan: pertanyaan lama jadi kurang terjawab. Tulis alasan bila tetap harus terbit."

    def __init__(self, report: Mapping[str, Any]) -> None:
        super().__init__()
        self.report = report


class BuildFailed(ArkasError):
    """The index could not be built; the file is as it was."""

    code = "indeks_gagal"
    status = 503
    sentence = "Indeks gagal dibuat, jadi tidak ada yang berubah. Coba lagi, atau hubungi admin (var/logs/index.log)."
