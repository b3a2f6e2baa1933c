"""What goes wrong around accounts and sign-in; the tree that these hang on is drawn in bot/errors.py."""

from bot.errors import ArkasError, Conflict, InvalidInput, NotAuthorised, NotFound, TooManyRequests


class InvalidOfficer(InvalidInput):
    """A name, display name or role that no account can have."""

    code = "petugas_tidak_valid"
    sentence = "Nama masuk diisi 3-64 huruf kecil, angka, titik, atau tanda hubung, misalnya: rina.s"


class WeakPassword(InvalidInput):
    """A new password that is too short, too long, or among the first that anybody would try."""

    code = "kata_sandi_lemah"
    sentence = "Kata sandi ini belum cukup kuat."


class WrongPassword(InvalidInput):
    """The present password, asked again before something important, is another one."""

    code = "kata_sandi_salah"
    sentence = "Kata sandi saat ini tidak cocok."


class WrongFactor(InvalidInput):
    """A code of the second factor that is wrong, too old, or used; which of these is not told."""

    code = "kode_verifikasi_salah"
    sentence = "Kodenya salah atau sudah dipakai. Tunggu kode berikutnya di aplikasi, lalu coba lagi."


class SignInRefused(NotAuthorised):
    """Name and password do not go together, or the account is closed; which of these is not told."""

    code = "masuk_ditolak"
    sentence = "Nama atau kata sandi tidak cocok. Periksa kembali, atau hubungi admin."


class NotSignedIn(NotAuthorised):
    """Nobody is signed in, or the session is over."""

    code = "belum_masuk"
    sentence = "Silakan masuk terlebih dahulu."


class NotPermitted(NotAuthorised):
    """The officer's role may not do this."""

    code = "tidak_diizinkan"
    status = 403
    sentence = "Peran Anda tidak mencakup halaman ini. Bila memerlukannya, hubungi admin."


class FormExpired(NotAuthorised):
    """A form without the session's own token: an old page, or another site."""

    code = "formulir_kedaluwarsa"
    status = 403
    sentence = "Halaman ini sudah kedaluwarsa, jadi tidak ada yang diubah. Muat ulang lalu kirim kembali."


class UnknownOfficer(NotFound):
    """No account has this name."""

    code = "petugas_tidak_ditemukan"
    sentence = "Akun petugas tidak ditemukan."


class OfficerTaken(Conflict):
    """The name or the address belongs to another account."""

    code = "petugas_sudah_ada"
    sentence = "Nama atau email itu sudah dipakai akun lain."


class LastAdmin(Conflict):
    """Without this account nobody could look after accounts any more."""

    code = "admin_terakhir"
    sentence = "Ini admin aktif terakhir. Angkat admin lain lebih dahulu."


class SignInThrottled(TooManyRequests):
    """Too many failures: even the right password is not heard for a while."""

    code = "masuk_ditunda"
    sentence = "Terlalu banyak percobaan masuk. Tunggu paling lama 15 menit, lalu coba lagi."


class IdentityAway(ArkasError):
    """The identity provider does not answer, or not as OpenID Connect says."""

    code = "layanan_identitas_tidak_tersedia"
    status = 503
    sentence = "Layanan identitas sedang tidak menjawab. Masuk dengan kata sandi, atau coba beberapa menit lagi."
