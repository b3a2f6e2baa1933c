"""What the audit log's words mean to a reader."""

from collections.abc import Mapping
from typing import Final

from bot.officers.models import AuditEntry

# What the log's words mean to a reader; a word that is missing here stands as it is.
LABELS: Final[Mapping[str, str]] = {
    "session.opened": "Masuk",
    "session.refused": "Gagal masuk",
    "session.ended": "Keluar",
    "session.revoked": "Browser dikeluarkan",
    "officer.created": "Akun dibuat",
    "officer.changed": "Akun diubah",
    "officer.disabled": "Akun ditutup",
    "officer.enabled": "Akun dibuka kembali",
    "officer.reset": "Kata sandi baru diberikan",
    "officer.password_changed": "Kata sandi diganti",
    "officer.second_factor_on": "Kode verifikasi aktif",
    "officer.second_factor_off": "Kode verifikasi dimatikan",
    "officer.recovery_code_used": "Kode pemulihan dipakai",
    "audit.exported": "Catatan audit diunduh",
    "person.searched": "Data orang dicari",
    "person.exported": "Data orang diunduh",
    "person.erased": "Data orang dihapus",
    "personal_data.revealed": "Data pribadi ditampilkan",
    "ticket.read": "Tiket dibaca",
    "ticket.jawab": "Tiket dijawab",
    "ticket.tanya": "Keterangan diminta",
    "ticket.selesai": "Tiket diselesaikan",
    "ticket.catatan": "Catatan internal ditulis",
    "ticket.recalled": "Tulisan ditarik kembali",
    "ticket.changed": "Tiket diubah",
    "ticket.split": "Tiket dipisah",
    "ticket.merged": "Tiket digabung",
    "ticket.linked": "Tiket ditautkan",
    "ticket.spam": "Tanda spam diubah",
    "ticket.reopened": "Tiket dilanjutkan",
    "ticket.bulk": "Tiket diubah bersama",
    "file.read": "Lampiran dibuka",
    "mail.read": "Surat tertahan dibaca",
    "mail.released": "Surat tertahan dilepas",
    "mail.discarded": "Surat tertahan dibuang",
    "errand.retried": "Kiriman gagal dicoba lagi",
    "incident.open": "Gangguan dicatat",
    "incident.confirm": "Gangguan dipastikan",
    "incident.dismiss": "Gangguan ditolak",
    "incident.solve": "Gangguan selesai",
    "incident.attach": "Tiket masuk gangguan",
    "incident.detach": "Tiket keluar dari gangguan",
    "talk.read": "Percakapan dibaca",
    "verdict.article": "Pertanyaan dinilai: artikel",
    "verdict.no_article": "Pertanyaan dinilai: belum ada artikel",
    "verdict.outside": "Pertanyaan dinilai: di luar bidang",
    "verdict.bot_right": "Pertanyaan dinilai: bot benar",
    "verdict.skipped": "Pertanyaan dilewati",
    "verdict.withdrawn": "Penilaian diurungkan",
    "article.created": "Artikel baru dimulai",
    "article.saved": "Draf artikel disimpan",
    "article.published": "Artikel diterbitkan",
    "article.refused": "Artikel ditolak uji ulang",
    "article.discarded": "Draf artikel dibuang",
    "article.restored": "Isi artikel lama dipulihkan",
}
_DETAILS: Final[Mapping[str, str]] = {
    "reason": "alasan",
    "article": "artikel",
    "ticket": "tiket",
    "tickets": "tiket",
    "incident": "gangguan",
    "into": "ke tiket",
    "to": "ke tiket",
    "part": "tiket baru",
    "follow_up": "tiket baru",
    "deed": "tindakan",
    "kind": "jenis",
    "version": "versi",
    "role": "peran",
    "persons": "orang",
    "page": "halaman",
}


def label_of(action: str) -> str:
    """What an action is called here; a word that is not known stands as it is."""
    return LABELS.get(action, action)


def details_of(entry: AuditEntry) -> str:
    """The details in one line, without those that say nothing."""
    told = ((_DETAILS.get(name, name), value) for name, value in entry.details.items())
    return ", ".join(f"{name}: {value}" for name, value in told if value not in ("", None))
