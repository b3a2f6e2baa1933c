"""Errors of incidents."""

from bot.errors import Conflict, NotFound


class UnknownIncident(NotFound):
    """No incident has this number."""

    code = "gangguan_tidak_ditemukan"
    sentence = "Gangguan ini tidak ditemukan. Silakan buka dari daftar gangguan."


class IncidentEnded(Conflict):
    """The incident is over, or somebody else decided about it meanwhile."""

    code = "gangguan_sudah_berakhir"
    sentence = "Gangguan ini sudah diputuskan atau berakhir. Silakan muat ulang halamannya."
