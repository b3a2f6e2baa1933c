"""Errors that a person or a machine may meet; each knows its HTTP status and says what to do next in Indonesian.

    ArkasError
    |- InvalidInput (422)
    |  |- BrokenJson (400), EmptyMessage, MessageTooLong (413)
    |  |- InvalidEmail, InvalidProgram, InvalidSubject, InvalidDetails
    |  |- EmptyFile, UnsupportedFile (415), PackedByOutlook (415), FileTooLarge (413), TooManyFiles (413)
    |  |- FileBomb, LockedArchive, InfectedFile, UnreadablePdf
    |  `- CodeWrong
    |- NotAuthorised (401)
    |  `- OfficersOnly, OriginRefused (403), IdentityRefused (403)
    |- NotFound (404)
    |  |- UnknownConversation, UnknownArticle, UnknownTicket, UnknownItem, UnknownFile
    |  `- LinkExpired (410)
    |     `- LinkCodeExpired
    |- Conflict (409)
    |  `- TicketChanged, TicketClosed, TicketOpen, CannotMerge, TooLateToRecall
    |- ScannerAway (503), CodeNotSent (503)
    `- TooManyRequests (429)

An expected conflict is never a 500: that status is what calls an engineer.
"""

from typing import ClassVar


class ArkasError(Exception):
    """Base of all errors with a code for machines, a status for HTTP and a sentence for people."""

    code: ClassVar[str] = "galat"
    status: ClassVar[int] = 500
    sentence: ClassVar[str] = "Maaf, ada gangguan di sistem kami. Silakan coba beberapa saat lagi."

    def __init__(self, sentence: str | None = None) -> None:
        self.detail = sentence or self.sentence
        super().__init__(self.detail)


class InvalidInput(ArkasError):
    """What was sent cannot be used as it is."""

    code = "masukan_tidak_valid"
    status = 422
    sentence = "Maaf, isian belum sesuai. Silakan periksa kembali lalu kirim ulang."


class BrokenJson(InvalidInput):
    """The request's body is no JSON or no form, or not of the documented shape."""

    code = "json_rusak"
    status = 400
    sentence = "Maaf, data yang dikirim tidak dapat dibaca. Silakan muat ulang halaman lalu coba lagi."


class EmptyMessage(InvalidInput):
    """A message without text, payload or file."""

    code = "pesan_kosong"
    sentence = "Pesannya masih kosong. Silakan ketik pertanyaan Bapak/Ibu terlebih dahulu."


class MessageTooLong(InvalidInput):
    """A message above the limit of characters."""

    code = "pesan_terlalu_panjang"
    status = 413
    sentence = "Pesannya terlalu panjang. Mohon ringkas inti kendalanya, atau kirim rinciannya lewat formulir bantuan."


class InvalidEmail(InvalidInput):
    """An address that no mail can reach; `suggestion` holds what was probably meant."""

    code = "email_tidak_valid"
    sentence = "Alamat email belum benar. Contoh penulisan: nama@sekolah.sch.id"

    def __init__(self, sentence: str | None = None, *, suggestion: str | None = None) -> None:
        super().__init__(sentence)
        self.suggestion = suggestion


class InvalidProgram(InvalidInput):
    """A program that the help desk does not serve."""

    code = "program_tidak_dikenal"
    sentence = "Program belum dikenali. Pilih salah satu: ARKAS, BOSP Salur, SIPLah, MARKAS, atau Lainnya."


class InvalidSubject(InvalidInput):
    """A subject outside the allowed length."""

    code = "perihal_tidak_valid"
    sentence = "Perihal diisi 3 sampai 150 karakter, misalnya: Tidak bisa tutup BKU bulan Juni."


class InvalidDetails(InvalidInput):
    """Details outside the allowed length."""

    code = "detail_tidak_valid"
    sentence = "Detail permasalahan diisi 10 sampai 5.000 karakter. Ceritakan langkah terakhir dan pesan yang muncul."


class EmptyFile(InvalidInput):
    """A file of zero bytes."""

    code = "berkas_kosong"
    sentence = "Berkasnya kosong (0 byte). Silakan pilih berkas lain lalu kirim ulang."


class UnsupportedFile(InvalidInput):
    """A file whose content is not on the allow-list."""

    code = "jenis_berkas_ditolak"
    status = 415
    sentence = "Jenis berkas ini tidak dapat kami terima. Kirim gambar, video, PDF, dokumen Office, atau ZIP."


class PackedByOutlook(UnsupportedFile):
    """Files in Outlook's own packing (TNEF, winmail.dat), which nobody else can open."""

    sentence = "Lampiran terkemas khusus Outlook (winmail.dat). Kirim ulang email dengan format HTML, bukan Rich Text."


class FileTooLarge(InvalidInput):
    """A file, or all files of one message, above the limit."""

    code = "berkas_terlalu_besar"
    status = 413
    sentence = "Berkasnya terlalu besar. Batasnya 25 MB per berkas dan 60 MB per pesan."


class TooManyFiles(InvalidInput):
    """More files than one message may carry."""

    code = "berkas_terlalu_banyak"
    status = 413
    sentence = "Berkasnya terlalu banyak. Kirim paling banyak 10 berkas dalam satu pesan."


class FileBomb(InvalidInput):
    """A file that unpacks to far more than it holds."""

    code = "berkas_berbahaya"
    sentence = (
        "Berkas ini mengembang terlalu besar saat dibuka sehingga tidak dapat kami terima. Kirim berkas yang lain."
    )


class LockedArchive(InvalidInput):
    """An archive with a password: nobody can look inside before an officer opens it."""

    code = "berkas_terkunci"
    sentence = "ZIP berkata sandi tidak dapat kami periksa. Buat ulang ZIP tanpa kata sandi lalu kirim kembali."


class InfectedFile(InvalidInput):
    """A file in which the scanner found something."""

    code = "berkas_terinfeksi"
    sentence = (
        "Pemindai menemukan virus pada berkas ini sehingga ditolak. Bersihkan komputer lalu kirim berkas yang lain."
    )


class UnreadablePdf(InvalidInput):
    """A PDF that cannot be shown: broken, with a password, or too much work."""

    code = "pdf_tidak_terbaca"
    sentence = "PDF ini tidak dapat ditampilkan di sini. Unduh berkasnya, lalu buka dengan pembaca PDF."


class CodeWrong(InvalidInput):
    """A code that is wrong, used, or too old; which of these is not told."""

    code = "kode_salah"
    sentence = "Kodenya salah atau sudah kedaluwarsa. Periksa email terakhir, atau minta kode baru."


class NotAuthorised(ArkasError):
    """The token is missing or does not open this conversation."""

    code = "tidak_berwenang"
    status = 401
    sentence = "Sesi percakapan ini tidak dapat dibuka. Silakan mulai percakapan baru."


class OfficersOnly(NotAuthorised):
    """No officer's token, or none that is known."""

    sentence = "Halaman ini khusus petugas. Gunakan token petugas yang masih berlaku."


class OriginRefused(NotAuthorised):
    """A page of a site that is not on the list of `ARKAS_ALLOWED_ORIGINS`."""

    code = "asal_ditolak"
    status = 403
    sentence = "Situs ini belum diizinkan memakai ARKAS Bot. Silakan buka Pusat Informasi langsung."


class IdentityRefused(NotAuthorised):
    """Who a visitor is was told without a right signature, or too late."""

    code = "identitas_ditolak"
    status = 403
    sentence = "Identitas pengunjung tidak dapat dipastikan. Silakan muat ulang halaman lalu coba lagi."


class NotFound(ArkasError):
    """Nothing stands at this address."""

    code = "tidak_ditemukan"
    status = 404
    sentence = "Halaman yang dicari tidak ditemukan. Silakan periksa kembali alamatnya."


class UnknownConversation(NotFound):
    """No conversation has this id."""

    code = "percakapan_tidak_ditemukan"
    sentence = "Percakapan tidak ditemukan. Silakan mulai percakapan baru."


class UnknownArticle(NotFound):
    """No article has this number."""

    code = "artikel_tidak_ditemukan"
    sentence = "Artikel tidak ditemukan. Silakan cari dengan kata lain."


class UnknownTicket(NotFound):
    """No ticket has this number."""

    code = "tiket_tidak_ditemukan"
    sentence = "Nomor tiket tidak ditemukan. Periksa kembali nomor di email dari Tim Helpdesk."


class UnknownItem(NotFound):
    """No dead letter has this id."""

    code = "antrean_tidak_ditemukan"
    sentence = "Kiriman gagal dengan nomor ini tidak ditemukan. Muat ulang daftarnya."


class UnknownFile(NotFound):
    """No file has this id, or the link to it was not made by us."""

    code = "berkas_tidak_ditemukan"
    sentence = "Berkas tidak ditemukan. Buka kembali tautannya dari email atau halaman tiket."


class LinkExpired(NotFound):
    """A signed link whose time is over."""

    code = "tautan_kedaluwarsa"
    status = 410
    sentence = "Tautan ini sudah kedaluwarsa. Buka kembali halaman tiket untuk mendapatkan tautan baru."


class LinkCodeExpired(LinkExpired):
    """A code that carries a talk over, and leads nowhere: wrong, used, or too old."""

    sentence = "Kode sambungan tidak berlaku atau sudah kedaluwarsa. Buat kode baru dari percakapan asalnya."


class Conflict(ArkasError):
    """What was asked does not fit how things stand now."""

    code = "bertabrakan"
    status = 409
    sentence = "Keadaan sudah berubah. Muat ulang halaman lalu periksa kembali."


class TicketChanged(Conflict):
    """Somebody else worked on the ticket since it was read."""

    code = "tiket_berubah"
    sentence = "Tiket ini baru saja berubah. Muat ulang, baca perubahannya, lalu kirim kembali."


class TicketClosed(Conflict):
    """The ticket is closed; only a follow-up goes on."""

    code = "tiket_sudah_selesai"
    sentence = "Tiket ini sudah selesai. Buka tiket lanjutan untuk meneruskannya."


class TicketOpen(Conflict):
    """The ticket is still open, so nothing needs to follow it."""

    code = "tiket_masih_terbuka"
    sentence = "Tiket ini masih terbuka. Lanjutkan langsung di tiket ini."


class TooLateToRecall(Conflict):
    """What was written has left, or something happened since."""

    code = "terlambat_dibatalkan"
    sentence = "Sudah terlambat dibatalkan: tulisan ini sudah dikirim, atau tiketnya sudah berubah."


class CannotMerge(Conflict):
    """The two tickets cannot become one."""

    code = "tiket_tidak_dapat_digabung"
    sentence = "Kedua tiket ini tidak dapat digabung. Pilih tiket tujuan yang lain."


class ScannerAway(ArkasError):
    """The virus scanner does not answer; nothing is let in unseen."""

    code = "pemindai_tidak_tersedia"
    status = 503
    sentence = (
        "Lampiran belum dapat diperiksa saat ini. Kirim laporannya tanpa lampiran, atau coba lagi beberapa menit lagi."
    )


class CodeNotSent(ArkasError):
    """The mail server did not take a code."""

    code = "kode_belum_terkirim"
    status = 503
    sentence = "Kode konfirmasi belum dapat dikirim. Periksa alamatnya, lalu coba lagi beberapa menit lagi."


class TooManyRequests(ArkasError):
    """More requests than the limit allows."""

    code = "terlalu_sering"
    status = 429
    sentence = "Permintaan terlalu sering. Mohon tunggu sebentar lalu coba lagi."
