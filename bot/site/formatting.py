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
