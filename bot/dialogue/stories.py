"""Pure rules for what a story tells of a ticket: its program, its subject, its details, its labelled values."""

import re
from enum import StrEnum
from typing import Final

from bot.dialogue.greeting import beside_greeting
from bot.dialogue.hearing import words


class Field(StrEnum):
    """The questions of the ticket form, in order. These are the slots of Rasa's `ticket_form` too."""

    EMAIL = "email"
    PROGRAM = "program"
    SUBJECT = "subject"
    DETAILS = "details"
    CONFIRMATION = "confirmation"


_NAMES: Final = {
    Field.EMAIL: "email e-mail surel imel alamat emailnya",
    Field.PROGRAM: "program aplikasi programnya",
    Field.SUBJECT: "perihal judul subject subjek hal perihalnya judulnya subjeknya",
    Field.DETAILS: "detail rincian cerita kendala masalah isi permasalahan keterangan detailnya isinya ceritanya",
}


def field_named_in(text: str) -> Field | None:
    """The field of the form that a short text names ("ubah emailnya")."""
    said = set(words(text))
    return next((name for name, names in _NAMES.items() if said & set(names.split())), None)


_INSTEAD: Final = re.compile(
    r"(?:\b(?:jadi|menjadi|jd|jadikan|harusnya|seharusnya|yang benar(?:nya)?|yg bene?r|adalah|dengan|ke)\b|[:=])"
    r"\s*(\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_LAST_WORDS: Final = re.compile(
    r"[\s,.]+(?:saja|aja|sj|ya|yaa|min|pak|bu|kak|dong|deh|tolong|makasih|terima kasih)$", re.IGNORECASE
)


def corrected_to(name: Field, text: str) -> str | None:
    """The value that is told beside the name of a field, or None when only the name is told.

    >>> [corrected_to(Field.SUBJECT, t) for t in ("perihalnya ganti jadi Dana belum masuk ya", "perihal salah")]
    ['Dana belum masuk', None]
    >>> corrected_to(Field.PROGRAM, "programnya arkas aja")
    'ARKAS'
    """
    found = _INSTEAD.search(text)
    if name is Field.PROGRAM:
        return program_told(re.sub(r"program\w*|aplikasi\w*", " ", found[1] if found else text, flags=re.IGNORECASE))
    value = found[1] if found else ""
    while (shorter := _LAST_WORDS.sub("", value)) != value:
        value = shorter
    value = value.strip(" \"'“”")
    return value if len(words(value)) >= _VALUE_WORDS else None


_VALUE_WORDS: Final = 2
_LABEL: Final = re.compile(
    r"(?:^|[\n;,.\s])\s*(e-?mail|surel|program|aplikasi|perihal|judul|subjek|detail(?:\s+permasalahan)?|kendala|masalah)"
    r"\s*[:=]\s*",
    re.IGNORECASE,
)


def labelled_in(text: str) -> dict[Field, str]:
    """The values of a message written like a form.

    >>> labelled_in("email: a@b.id, program: ARKAS")
    {<Field.EMAIL: 'email'>: 'a@b.id', <Field.PROGRAM: 'program'>: 'ARKAS'}
    """
    parts = _LABEL.split(text)
    found = ((field_named_in(label), value) for label, value in zip(parts[1::2], parts[2::2], strict=True))
    return {name: value.strip(" ,;.\n") for name, value in found if name is not None}


# Words that belong to one program only. ARKAS comes last: people say "arkas" of everything.
_TELLING: Final = (
    ("MARKAS", r"markas"),
    ("SIPLah", r"sip ?lah|pbj|pb3|bast|pesanan|marketplace"),
    ("BOSP Salur", r"(?:bosp?|dana) ?salur|salur|cair|pencairan|penyaluran|tahap [12]|rekening sekolah"),
    (
        "ARKAS",
        r"a?rkas|bku|kertas kerja|pagu|kode aktivasi|pengesahan|pergeseran|sinkron\w*|nota|tarik tunai|spj|sptjm",
    ),
)


def program_told(text: str) -> str | None:
    """The program that a text is about, when its words tell.

    >>> program_told("pesanan siplah tidak bisa dibatalkan"), program_told("tidak bisa masuk")
    ('SIPLah', None)
    """
    return next((name for name, telling in _TELLING if re.search(rf"\b(?:{telling})\b", text, re.IGNORECASE)), None)


_FIELD: Final = re.compile(
    r"\b(?:a?rkas\w*|markas|bku|bosp?|boss|siplah|pagu|silpa|rkas|nota|kwitansi|kuitansi|kertas kerja|anggaran|"
    r"pergeseran|pengesahan|saldo|tunai|rekening|pajak|ppn|pph|npwp|coretax|honor\w*|belanja|realisasi|sptjm|spj|dana|cair|pencairan|salur|"
    r"penyaluran|tahap|dapodik|npsn|bendahara|dinas|sinkron\w*|database|aktivasi|registrasi|juknis|pbj|pb3|bast|tiket|"
    r"helpdesk|penatausahaan|penerimaan|aplikasi|laporan|pesanan|login|password|sandi|akun)(?:nya|ku|mu|kan)?\b",
    re.IGNORECASE,
)


_ERROR_TEXT: Final = re.compile(
    r"\b(?:error|eror|failed|failure|forbidden|unauthori[sz]ed|denied|cannot|can't|could not|not found|timed? ?out|"
    r"timeout|exception|invalid|unknown|refused|server|proxy|gateway|sqlite\w*|database|constraint|dll|exe|captcha|"
    r"terjadi kesalahan|kesalahan sistem|tidak ditemukan|tidak valid|silah?kan coba|coba beberapa saat|[45]0[0-9]|"
    r"0x[0-9a-f]{4,})\b",
    re.IGNORECASE,
)


def quotes_error(text: str) -> bool:
    """Whether a text reads like what a screen shows when something went wrong, whatever application it is of.

    >>> [quotes_error(t) for t in ("403 forbidden", "The system cannot find the path specified", "harga emas")]
    [True, True, False]
    """
    return bool(_ERROR_TEXT.search(text))


# Other people's applications and programs, which are called applications and have logins too.
_OTHERS: Final = re.compile(
    r"\b(?:e-?rapor|e-?raport|rapor digital|rdm|emis|simpkb|info ?gtk|ruang gtk|anbk|sipintar|pip|kip|pmm|tpg|"
    r"sertifikasi|ppg|ppdb|spmb|snbp|snbt|bpjs|simdik|e-?kinerja|myasn|sapk|mola|sister|pddikti|vervalpd|nuptk|nisn|ijazah)\b",
    re.IGNORECASE,
)
_OURS: Final = re.compile(r"\b(?:a?rkas\w*|markas|bku|bosp?|siplah|pagu|silpa|kertas kerja)\b", re.IGNORECASE)


_OURS_ALONE: Final = re.compile(r"\b(?:a?rkas\w*|bku|bosp?|pagu|silpa|kertas kerja|tiket|helpdesk)\b", re.IGNORECASE)


def of_ours_alone(text: str) -> bool:
    """Whether a text names what nobody but this help center stands for.

    >>> of_ours_alone("data dapodik beda dengan arkas"), of_ours_alone("cara input rombel di dapodik")
    (True, False)
    """
    return bool(_OURS_ALONE.search(text))


def names_others(text: str) -> bool:
    """Whether a text names somebody else's application or program."""
    return bool(_OTHERS.search(text))


def of_our_field(text: str) -> bool:
    """Whether a text speaks of what the help center is about, whatever it asks.

    >>> [of_our_field(t) for t in ("pagu belum muncul", "resep nasi goreng", "aplikasi e-rapor error")]
    [True, False, False]
    """
    if _OTHERS.search(text) and not _OURS.search(text):
        return False
    return bool(_FIELD.search(text))


def matters_named(text: str) -> int:
    """How many different words of our field a text holds."""
    return len({match.group().lower() for match in _FIELD.finditer(text)})


_WRONG: Final = re.compile(
    r"\b(?:ti?dak|tdk|ga+k?(?:bisa|bs)?|ngga?k?|enggak|ndak|ora|teu|belum|blm|blum|belom|gagal|error|eror|salah|keliru|(?:di|ter)tolak|"
    r"dobel|double|ganda|kosong|nol|hilang|ilang|minus|lupa|rusak|lemot|lambat|macet|hang|beda|berbeda|selisih|terkunci|"
    r"kurang|lewat|kelebihan|melebihi|terhapus|tertukar|terlambat|telat)\b",
    re.IGNORECASE,
)
_THING_AND_WRONG: Final = 2


def says_what_is_wrong(text: str) -> bool:
    """Whether a text is whole by itself: it names a thing, and what is the matter with it.

    >>> [says_what_is_wrong(t) for t in ("nota dobel", "dana belum masuk", "nota", "bku bulan juni")]
    [True, True, False, False]
    """
    return len(words(text)) >= _THING_AND_WRONG and bool(_WRONG.search(text))


_GOES_ON: Final = re.compile(
    r"^(?:ti?dak|tdk|ga+k?|ngga?k?|enggak|ndak|ora|teu|belum|blm|blum|belom|bisa|bs|mau|ingin|akan|harus|sudah|sdh|udah|udh|masih|"
    r"msh|tetap|jadi|sering|selalu|malah|muncul|ada|di|ke|dari|saat|ketika|waktu|setelah|juga|itu|ini|\w{2,}nya)\b",
    re.IGNORECASE,
)


def leans_on_words_before(text: str) -> bool:
    """Whether a part of a text names no thing of its own at its beginning, and so speaks of the one named before it.

    >>> [leans_on_words_before(t) for t in ("tidak bisa dihapus", "uangnya belum kembali", "pagu kosong")]
    [True, True, False]
    """
    return bool(_GOES_ON.search(text.strip()))


_PROBLEM_TOLD_WORDS: Final = 3


def tells_problem(text: str) -> bool:
    """Whether a text that sounds like small talk tells a problem after all ("sialan, nota saya hilang")."""
    return len(words(text)) >= _PROBLEM_TOLD_WORDS and of_our_field(text)


_SUBJECT_CHARACTERS: Final = 90
_OPENING: Final = re.compile(
    r"^(?:(?:iya|ya|oh|eh|min|admin|pak|bu|kak|halo|hai|pagi|siang|sore|malam|selamat|mohon|tolong|maaf|permisi|assalamualaikum|izin|"
    r"ijin|bertanya|mau|tanya)\b[\s,.!]*)+",
    re.IGNORECASE,
)


def subject_told(question: str) -> str | None:
    """A subject for the ticket from the person's own question, or None when it says too little.

    >>> subject_told("min tolong bku tidak bisa ditutup. sudah 3 hari")
    'Bku tidak bisa ditutup'
    """
    text = _OPENING.sub("", " ".join(beside_greeting(question).split()))
    first = re.split(r"(?<=[.!?])\s", text)[0].rstrip(" .,!?")
    if len(words(first)) < 2:
        return None
    cut = first if len(first) <= _SUBJECT_CHARACTERS else first[:_SUBJECT_CHARACTERS].rsplit(" ", 1)[0] + " ..."
    return cut[:1].upper() + cut[1:]
