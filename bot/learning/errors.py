"""What can go wrong while reviewing."""

from bot.errors import Conflict, InvalidInput, NotFound


class UnknownQuestion(NotFound):
    """No question of a talk has this number."""

    code = "pertanyaan_tidak_ditemukan"
    sentence = "Pertanyaan ini tidak ada lagi. Lanjutkan ke pertanyaan berikutnya."


class ReviewedByAnother(Conflict):
    """Another officer is reviewing this talk."""

    code = "sedang_ditinjau"
    sentence = "Percakapan ini sedang ditinjau petugas lain. Lanjutkan ke pertanyaan berikutnya."


class WrongVerdict(InvalidInput):
    """A verdict that names no article, or one that does not exist."""

    code = "putusan_tidak_valid"
    sentence = "Pilih artikel yang masih ada, atau putusan lain."
