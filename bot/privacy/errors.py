"""What stands in the way of erasing somebody; the tree that these hang on is drawn in bot/errors.py."""

from bot.errors import Conflict, NotFound


class NobodyKnown(NotFound):
    """Nothing is kept of this person."""

    code = "orang_tidak_ditemukan"
    sentence = "Tidak ada data yang tersimpan untuk alamat itu."


class TicketsStillOpen(Conflict):
    """A ticket is still worked on: without the address nobody could be answered."""

    code = "tiket_masih_terbuka"
    sentence = "Masih ada tiket terbuka. Selesaikan tiketnya lebih dahulu, lalu hapus datanya."
