"""Pure rules for what is said to the form and is no answer: a way out, a sigh, a question about the form itself."""

import re
from collections.abc import Sequence
from typing import Final

from bot.dialogue.colloquial import formal
from bot.dialogue.hearing import asks, words
from bot.dialogue.smalltalk import is_small_talk, telling
from bot.dialogue.stories import Field, of_our_field

_OPENERS: Final = r"^\W*(?:(?:eh|oh|ya|yaa?udah|sudah|maaf|min|pak|bu|kak|lah|deh|aduh|hm+|oke?|nah|wah)\W+){0,3}"
_OUT: Final = (
    r"(?:(?:di)?batal(?:kan|in|no)?|cancel|stop|berhenti|urung(?:kan)?|wurung|lupakan|"
    r"(?:tidak |ga|gak|ngga)jadi|tidak jd|tidak (?:usah|perlu) (?:jadi|lapor|dikirim|dilanjut\w*|diterus\w*)|"
    r"jangan (?:jadi|dikirim|kirim)|teu janten)"
)
_NEEDLESS: Final = r"(?:tidak (?:usah|perlu)|gausah|gak?usah)"
_PARTICLES: Final = (
    r"(?: (?:deh|lah|saja|dong|dulu|min|pak|bu|kak|ya|wae|lapor\w*|tiket\w*|laporan\w*|"
    r"kirim|isi|buat|bikin|semua|makasih|terima|kasih|trims|thanks))*"
)
_ENDS: Final = r"(?:$| (?=boleh|mau tanya|cuma|saya|tanya|kalau|bagaimana|apa|kapan|kenapa|nanti)|(?=,))"
_LEAVING: Final = re.compile(rf"{_OPENERS}{_OUT}{_PARTICLES}{_ENDS}")
_LEAVING_NEEDLESS: Final = re.compile(rf"{_OPENERS}{_NEEDLESS}{_PARTICLES}$")
_OUT_TYPED: Final = re.compile(r"^.*?\b(?:jadi|jd|batal\w*|cancel|stop|usah)\b\s*", re.IGNORECASE)
_CLAUSE: Final = re.compile(r"[,.;!\n]+")


def said_after_leaving(text: str) -> str:
    """What is said behind the way out ("ga jadi, boleh ga bos buat honor"), where that asks something; else nothing."""
    first, *rest = [part.strip() for part in _CLAUSE.split(text) if part.strip()] or [""]
    behind = ", ".join(rest) if rest else _OUT_TYPED.sub("", first)
    return behind if asks(behind) else ""


def goes_on_after_all(text: str) -> bool:
    """Whether a way out is taken back ("ga jadi batal", "jangan dibatalin").

    >>> goes_on_after_all("eh ga jadi batal, lanjut aja"), goes_on_after_all("ga jadi")
    (True, False)
    """
    said = formal(text)
    return bool(_TAKEN_BACK.search(said)) and len(said.split()) <= _WAITING_WORDS


_TAKEN_BACK: Final = re.compile(r"\b(?:tidak jadi|jangan|bukan|gajadi) (?:di)?(?:batal|cancel)\w*")


def leaves(text: str, asked: Field) -> bool:
    """Whether a text gives the form up in ordinary words, whatever follows: "ga usah deh", "batal. mau tanya dulu".

    Where more may be told, "ga usah" only says that nothing is to be added; and what begins like a way out may be
    the story ("batalkan pesanan siplah").

    >>> [leaves(t, Field.EMAIL) for t in ("ga usah deh", "ga jadi, boleh ga sih bos buat honor", "batalkan pesanan")]
    [True, True, False]
    """
    first, *rest = [formal(part) for part in _CLAUSE.split(text) if part.strip()] or [""]
    if asked is not Field.DETAILS and not rest and _LEAVING_NEEDLESS.search(first):
        return True
    found = None if goes_on_after_all(text) else _LEAVING.search(first)
    if not found or (asked in {Field.SUBJECT, Field.DETAILS} and rest and not any(map(asks, rest))):
        return False
    return found.end() == len(first) or asks(first[found.end() :])


_WAITING: Final = re.compile(
    r"^(?:(?:oke?|ya|iya|eh|oh|maaf)\s)*(?:sebentar|tunggu|nanti|entar|sabar)\b|"
    r"\b(?:cari|lihat|cek|tanya|buka|ambil)\w*(?: \w+){0,2} dulu\b"
)
_WAITING_WORDS: Final = 7


def waits(text: str) -> bool:
    """Whether somebody only asks for a moment.

    >>> [waits(t) for t in ("bentar saya tanya dulu", "entar deh cari emailnya", "tunggu dana cair ke rekening bos")]
    [True, True, False]
    """
    said = formal(text)
    return (
        bool(_WAITING.search(said)) and len(said.split()) <= _WAITING_WORDS and not asks(text) and not _is_matter(said)
    )


def _is_matter(said: str) -> bool:
    return of_our_field(said) and len(telling(said)) >= _MATTER_WORDS


_MATTER_WORDS: Final = 3
_HOURS: Final = re.compile(
    r"\b(?:berapa lama|jam berapa|jam (?:kerja|layanan|buka|operasional|pelayanan)|buka (?:jam|sampai|tidak)|hari apa|"
    r"(?:sabtu|minggu|libur|malam|besok|lusa|tanggal merah)\w* (?:buka|ada|libur|tetap|masuk)|(?:libur|buka) tidak|"
    r"(?:kapan|lama) (?:\w+ ){0,3}"
    r"(?:(?:di)?(?:jawab|balas|bales|proses|hubungi|respon|tangani)\w*|reply)|(?:di)?(?:jawab|balas|bales)\w* kapan|"
    r"when will (?:they|you) reply)\b"
)
HOURS_NOTE: Final = (
    "Petugas bekerja Senin sampai Jumat pukul 08.00-17.00 WIB, kecuali hari libur nasional, dan menjawab lewat email "
    "sesuai antrean."
)


def asks_hours(text: str) -> bool:
    """Whether a text asks when the desk works, or how long an answer takes.

    >>> [asks_hours(t) for t in ("lama ga nih dibalesnya", "sabtu buka ga", "kapan dana cair")]
    [True, True, False]
    """
    said = formal(text)
    other = of_our_field(_DESK.sub(" ", said))
    return bool(_HOURS.search(said)) and len(said.split()) <= _HOURS_WORDS and not other


_DESK: Final = re.compile(r"\b(?:helpdesk|tiket|laporan|aduan)\w*\b")
_HOURS_WORDS: Final = 9
_INTRODUCING: Final = re.compile(
    r"^\W*(?:perkenalkan\W+)?(?:nama(?: saya| sy| aku|ku)?|saya (?:pak|bu|ibu|bapak)|my name is)\s+"
    r"(?P<name>[A-Za-z.']+(?: [A-Za-z.']+){0,2})\W*$",
    re.IGNORECASE,
)


def name_told(text: str) -> str | None:
    """The name with which somebody introduces himself, and says nothing else.

    >>> name_told("nama saya dedi"), name_told("nama saya tidak muncul di arkas")
    ('Dedi', None)
    """
    found = _INTRODUCING.search(text)
    name = found["name"].strip(".") if found else ""
    return name.title() if name and len(telling(name)) == len(words(name)) and not of_our_field(name) else None


_SENDING: Final = re.compile(r"\b(?:(?:di)?kirim(?:kan|in|i|lah|aken|no)?|send|submit)\b")
_NOT_SENDING: Final = re.compile(
    r"\b(?:jangan|tidak|belum|batal\w*|ke|email\w*|kok|kenapa|kapan|foto\w*|gambar\w*|berkas\w*|file\w*|video\w*|nanti|cara)\b"
)
_DONE: Final = re.compile(r"\b(?:sudah|cukup|(?:itu|begitu|segitu) saja|that is all)\b")
_DONE_ONLY: Final = re.compile(
    r"(?:(?:sudah|cukup|itu|begitu|segitu|saja|ya|iya|oke?|deh|kok|pak|bu|min|kak|mas|mbak|dulu|lah|benar|semua|"
    r"tidak ada|lagi|boten wonten|gapapa|gakpapa|gpp|tidak (?:ado|wonten|aya)|makasih|terima|kasih|thanks)\s*)+"
)
_DONE_MOST: Final = 6


def sends(text: str) -> bool:
    """Whether a text at the summary sends it, whatever courtesy stands beside.

    >>> [sends(t) for t in ("ok kirim ya, makasih", "udah gitu aja", "jangan dikirim dulu", "kirim ke email lain")]
    [True, True, False, False]
    """
    said = formal(text)
    if text.rstrip().endswith("?") or _NOT_SENDING.search(said.replace("tidak ada", "")):
        return False
    if _SENDING.search(said):
        return not telling(_SENDING.sub(" ", said)) or is_small_talk(_SENDING.sub(" ", said))
    return bool(_DONE.search(said) and _DONE_ONLY.fullmatch(said)) and len(said.split()) <= _DONE_MOST


def is_done(text: str) -> bool:
    """Whether a text only says that nothing is to be added ("boten wonten")."""
    return bool(text and _DONE_ONLY.fullmatch(formal(text)))


_HOLDING_BACK: Final = re.compile(
    r"\b(?:jangan|belum|tidak usah) (?:di)?kirim\w* dulu\b|\bjangan dulu\b|^(?:eh )?(?:tunggu|sebentar) dulu\b"
)


def holds_back(text: str) -> bool:
    """Whether a report that is ready is not to be sent yet.

    >>> holds_back("jangan dikirim dulu"), holds_back("jangan dikirim")
    (True, False)
    """
    return bool(_HOLDING_BACK.search(formal(text)))


_OF_FILES: Final = re.compile(
    r"\b(?:(?:di)?(?:tambah|susul|lampir|kirim)|nambah|nyusul|menyusul|melampir|masuk|terlampir|lupa)\w*(?: \w+){0,3} "
    r"(?:foto|ss|screenshot|gambar|video|lampiran|berkas|file)\w*\b"
)


def speaks_of_files(text: str) -> bool:
    """Whether a few words at the summary speak of files that are to come, and of nothing else.

    >>> speaks_of_files("saya mau nyusulin ss"), speaks_of_files("gagal kirim file bku")
    (True, False)
    """
    said = formal(text)
    return bool(_OF_FILES.search(said)) and len(said.split()) <= _WAITING_WORDS and not of_our_field(said)


_COMMANDS: Final = re.compile(
    r"^\W*(?:tolong )?(?:hapus|buang|hilangkan|ganti|ubah|edit|ralat|koreksi)\w*\b", re.IGNORECASE
)


def commands_change(text: str) -> bool:
    """Whether a text tells to change what was filled in, without saying how."""
    return bool(_COMMANDS.search(text))


_SIGHS: Final = re.compile(
    r"\b(?:males|malas|ribet|ruwet|susah|capek|cape|lama|kesal|kesel|viral\w*|emosi|kok|suruh|isi|payah|amat|banget|"
    r"bete|bosan|pusing|bodo\w*)\b"
)
_BEFORE_STORY: Final = re.compile(r"\b(?:cerita\w*|masalah\w*|kendala\w*|jelas(?:kan|in)|sampaikan)\b")
_PATIENCE: Final = (
    "Mohon maaf merepotkan, Bapak/Ibu. Isiannya tinggal sedikit.",
    "Maaf, Bapak/Ibu, sebentar lagi selesai.",
    "Saya mengerti, Bapak/Ibu. Sedikit lagi laporannya siap.",
)
_NEUTRAL: Final = (
    "Baik, Bapak/Ibu. Kita selesaikan laporannya dulu.",
    "Siap. Petugas yang akan membantu setelah laporannya terkirim.",
    "Baik, sedikit lagi laporannya siap.",
)


def sighs(text: str) -> bool:
    """Whether a text only complains, and names no matter of ours."""
    return bool(_SIGHS.search(formal(text))) and not of_our_field(text)


def note_for(text: str, asked: Field, tries: int) -> str:
    """A warm line for what is no answer; another one each time."""
    said = formal(text)
    if _SENDING.search(said):
        return "Sebentar lagi bisa dikirim, Bapak/Ibu."
    if asked in {Field.EMAIL, Field.PROGRAM} and _BEFORE_STORY.search(said):
        return "Ceritanya sebentar lagi, Bapak/Ibu, setelah isian ini."
    return variant(_PATIENCE if _SIGHS.search(said) else _NEUTRAL, tries)


def variant(texts: Sequence[str], tries: int) -> str:
    """One of several ways to say the same, each in its turn."""
    return texts[tries % len(texts)]


_RATHER: Final = r"(?:harusnya|seharusnya|mestinya)"
_VALUE: Final = r"(?P<new>[\w/]+(?: [\w/]+){0,3})[\s.!]*$"
_SWAPPED: Final = (
    re.compile(
        rf"\b(?:bukan|bkn)\s+(?P<old>[\w/]+(?: [\w/]+)?)\s*,?\s+"
        rf"(?:tapi|tp|melainkan|{_RATHER}|(?:yang|yg) (?:benar|bener))?\s*{_VALUE}",
        re.IGNORECASE,
    ),
    re.compile(rf"(?:^|\s)(?P<old>[\w/]+)(?:nya)?(?: salah| keliru)?[\s,]+{_RATHER}\s+{_VALUE}", re.IGNORECASE),
)


def swapped_in(text: str, told: str) -> tuple[str, str] | None:
    """What of `told` is to be replaced, and by what; None when a text replaces nothing that stands there.

    >>> swapped_in("bukan april, mei", "bku bulan April hilang")
    ('April', 'mei')
    """
    for form in _SWAPPED:
        found = form.search(text)
        old = re.search(rf"\b{re.escape(found['old'])}\b", told, re.IGNORECASE) if found else None
        if found and old:
            return old.group(), found["new"].removeprefix("yang ").removeprefix("yg ")
    return None


# One line for whoever writes in another language.
IN_ENGLISH: Final = {
    Field.EMAIL: "Please write your e-mail address; the help desk answers there.",
    Field.PROGRAM: "Please choose the application that your problem is about.",
    Field.SUBJECT: "Please write what it is about, in a few words.",
    Field.DETAILS: "Please tell what happened, and what the screen says.",
    Field.CONFIRMATION: "Please tap Kirim to send the report, or Ubah to change it.",
}

ABOUT_PROGRAMS: Final = (
    "ARKAS untuk RKAS dan BKU, BOSP Salur untuk pencairan dana, SIPLah untuk belanja, MARKAS untuk dinas; bila ragu, "
    "pilih Lainnya."
)
_WHICH_PROGRAM: Final = re.compile(r"\b(?:apa|mana|maksud\w*|beda\w*|bukan)\b")


def asks_which(text: str) -> bool:
    """Whether a text asks about the programs rather than naming one.

    >>> [asks_which(t) for t in ("siplah itu arkas bukan?", "yang mana ya", "arkas")]
    [True, True, False]
    """
    said = formal(text)
    return bool(_WHICH_PROGRAM.search(said)) and len(said.split()) <= _WAITING_WORDS


_OBJECTING: Final = re.compile(r"\b(?:salah|keliru|belum|tidak|bukan|tetap|masih|kurang|tapi|jangan)\b")


def objects(text: str) -> bool:
    """Whether a yes is none: a complaint stands beside it.

    >>> objects("Ya salah semua"), objects("ya benar")
    (True, False)
    """
    return bool(_OBJECTING.search(formal(text))) and not _NO_OBJECTION.search(formal(text))


_NO_OBJECTION: Final = re.compile(
    r"\btidak (?:ada|apa|masalah|perlu)\b|\bsudah tidak\b|\btidak (?:usah )?(?:di)?ubah\b"
)


_YES_BUT: Final = re.compile(
    r"^(?:(?:ya|iya|oke?|ok|sip)\s)+(?:tapi |kok )?(?:masih |tetap )?"
    r"(?:salah|keliru|belum (?!sempat|dicoba)|tetap|masih|tidak (?:bisa|sesuai|cocok|nyambung|benar|mempan))"
)


def contradicts_yes(text: str) -> bool:
    """Whether what begins as a yes says that it did not help.

    >>> [contradicts_yes(t) for t in ("Ya salah semua", "ya belum sempat dicoba", "iya benar")]
    [True, False, False]
    """
    return bool(_YES_BUT.search(formal(text)))
