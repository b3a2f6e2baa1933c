"""Writes facts the way people here read them: dates in Indonesian, official words for codes."""

from datetime import date
from typing import Final

from bot.calendar.rules import MONTHS

SOLVERS: Final = {
    "sekolah": "Sekolah (operator atau bendahara)",
    "dinas": "Dinas Pendidikan setempat",
    "bosp_salur": "Tim BOSP Salur",
    "siplah": "Tim SIPLah",
    "kpp": "Kantor Pelayanan Pajak (KPP)",
    "bank": "Bank penyalur",
    "dapodik": "Tim Dapodik",
    "helpdesk": "Tim Helpdesk",
}

# Why an article did not help; the codes are stored with the vote.
REASONS: Final = {
    "tidak_terkait": "Tidak sesuai dengan yang saya cari",
    "kurang_lengkap": "Sesuai, tetapi kurang lengkap",
    "sulit_dipahami": "Sulit dipahami",
    "sudah_berubah": "Sudah tidak sesuai dengan aplikasi",
    "lainnya": "Alasan lain",
}


def indonesian_date(day: date) -> str:
    """Write a date without its weekday.

    >>> indonesian_date(date(2026, 11, 21))
    '21 November 2026'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def file_size(size: int) -> str:
    """Bytes for a reader, in powers of ten as the limits of files are told.

    >>> file_size(11), file_size(6048), file_size(25_000_000)
    ('11 byte', '6 KB', '25 MB')
    """
    if size < 1000:
        return f"{size} byte"
    number, unit = (size / 1e6, "MB") if size >= 999_500 else (size / 1e3, "KB")
    return f"{number:.1f} {unit}".replace(".0 ", " ").replace(".", ",")
