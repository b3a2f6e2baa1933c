"""Pure rules for what people mean by few words: a choice, a greeting, a question that leans on the one before."""

import re
from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz

_WORD: Final = re.compile(r"[0-9a-zà-ÿ@.]+(?:['-][0-9a-zà-ÿ]+)*", re.IGNORECASE)
_LAST, _MIDDLE = -1, 0
_ORDINALS: Final = {
    "1": 1, "satu": 1, "pertama": 1, "kesatu": 1, "ke1": 1, "ke-1": 1, "siji": 1, "kapisan": 1, "hiji": 1, "kahiji": 1,
    "atas": 1, "awal": 1, "pertamanya": 1, "first": 1, "one": 1,
    "2": 2, "dua": 2, "kedua": 2, "keduanya": 2, "ke2": 2, "ke-2": 2, "kaduanya": 2, "loro": 2, "kapindho": 2,
    "kadua": 2, "second": 2, "two": 2,
    "3": 3, "tiga": 3, "ketiga": 3, "ke3": 3, "ke-3": 3, "telu": 3, "katelu": 3, "tilu": 3, "katilu": 3, "third": 3,
    "three": 3,
    "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
    "4": 4, "5": 5, "6": 6, "7": 7, "8": 8, "9": 9,
    "terakhir": _LAST, "akhir": _LAST, "bawah": _LAST, "trakhir": _LAST, "terahir": _LAST,
    "terakhirnya": _LAST, "pungkasan": _LAST, "last": _LAST, "tengah": _MIDDLE, "tengahnya": _MIDDLE,
}  # fmt: skip


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


CHOICE_FILLERS: Final = _set(
    """
    no nomor nomer nmr nmer yang yg yng pilih pilihan plih artikel aja saja aj sja min mimin pak bu kak ka deh
    dong mau mo coba lihat liat ke tadi itu bukan ini paling ya iya yaa oke ok opsi buka bukak tolong kayaknya
    kyknya kayak sepertinya mungkin lebih cocok sesuai nih sih lah angka urutan poin jawaban sing ingkang nu
    bkn td tdi lagi lg lho loh lha kok ini tuh itu nya soal kayanya pas dibuka dipilih bukain pilihannya opsinya
    nomornya artikelnya the number option tadinya barusan maaf eh oh wae mawon jg juga jga dulu dl dlu nggih inggih
    njih monggo pengen ingin liatin lihatin bacain langsung dibaca
    """
)


def words(text: str) -> list[str]:
    """The words of a text, in lower case.

    >>> words("No. 2, ya!")
    ['no', '2', 'ya']
    """
    return [word.strip(".").lower() for word in _WORD.findall(text) if word.strip(".")]


def choice_in(text: str, count: int) -> int | None:
    """The index of the open card (of `count`) that a text names by its place, or None.

    >>> [choice_in(t, 3) for t in ("2", "yg terakhir", "bukan itu, yang pertama tadi", "bos tahap 2", "4")]
    [1, 2, 0, None, None]
    """
    place = _place_in(text)
    if place is None or count == 0:
        return None
    if place == _MIDDLE:
        return count // 2 if count % 2 else None
    index = count - 1 if place == _LAST else place - 1
    return index if index < count else None


_GLUED: Final = re.compile(r"\b(?:no|nomor|nomer|nmr|opsi|artikel|pilihan)\.?(\d)\b", re.IGNORECASE)


def _place_in(text: str) -> int | None:
    rest = {word for word in words(_GLUED.sub(r"\1", text)) if word not in CHOICE_FILLERS}
    return _ORDINALS.get(rest.pop()) if len(rest) == 1 else None


def names_place(text: str) -> bool:
    """Whether a text names places in a list and nothing else, whatever list is open.

    >>> [names_place(t) for t in ("yg nomer dua aja", "1 sama 2", "12", "bos tahap 2")]
    [True, True, True, False]
    """
    rest = [word for word in words(_GLUED.sub(r"\1", text)) if word not in CHOICE_FILLERS | _BETWEEN]
    rest = rest or [word for word in words(text) if word in _BETWEEN]
    return bool(rest) and all(
        word in _ORDINALS or word in _BETWEEN or (word.isdigit() and len(word) < 3) for word in rest
    )


def is_only_number(text: str) -> bool:
    """Whether a text is one number, however it is grouped: of a telephone, an NPSN, or a place in a list.

    >>> [is_only_number(t) for t in ("0812-3456 7890", "1", "tiket 10003", "#10003")]
    [True, True, False, False]
    """
    return bool(re.fullmatch(r"\+?\d[\d\s().-]*", text.strip()))


_BETWEEN: Final = _set("dan sama atau & semua semuanya dua-duanya")
_TITLE_FILLERS: Final = CHOICE_FILLERS | _set("tentang soal cara bagaimana apa kendala mengapa di dan")
_SAME_WORD: Final = 85
_NAMING_WORDS: Final = 3
_POINTING_WORDS: Final = 5


def title_in(text: str, titles: Sequence[str]) -> int | None:
    """The index of the one title that holds all the telling words of a text (at least two), or None.

    >>> title_in("yang hapus bku aja", ["Cara menghapus BKU", "Cara menutup BKU"])
    0
    """
    wanted = [word for word in words(text) if word not in _TITLE_FILLERS]
    if len(wanted) < 2:
        return None
    fitting = [i for i, title in enumerate(titles) if all(_stands_in(word, words(title)) for word in wanted)]
    return fitting[0] if len(fitting) == 1 else None


def name_in(text: str, names: Sequence[str]) -> int | None:
    """The index of the one name that holds a telling word of a short text, or None.

    >>> name_in("yang pajak aja", ["Laporan & Cetak", "Pajak & Coretax"])
    1
    """
    wanted = [word for word in words(text) if word not in _TITLE_FILLERS]
    if not wanted or len(wanted) > _NAMING_WORDS:
        return None
    fitting = [i for i, name in enumerate(names) if any(_stands_in(word, words(name)) for word in wanted)]
    return fitting[0] if len(fitting) == 1 else None


_POINTING: Final = re.compile(
    r"^(?:bukan itu,? ?)?(?:yang|yg|yng|soal|tentang|ttg|sing|nu)\b|\b(?:dulu|dl|dlu|aja|saja|aj)\W*$", re.IGNORECASE
)


def points(text: str) -> bool:
    """Whether a few words point at something that is shown, rather than tell of something.

    >>> [points(t) for t in ("password dulu", "yg soal lupa", "lupa password")]
    [True, True, False]
    """
    return len(words(text)) <= _POINTING_WORDS and bool(_POINTING.search(text.strip()))


def pointed_at(text: str, titles: Sequence[str]) -> int | None:
    """The index of the one title that a pointing text means by a single telling word, or None.

    >>> pointed_at("yg soal lupa", ["Lupa kata sandi", "Kode aktivasi salah"]), pointed_at("lupa", ["Lupa kata sandi"])
    (0, None)
    """
    return name_in(text, titles) if _POINTING.search(text.strip()) else None


def _stands_in(word: str, title: Sequence[str]) -> bool:
    return any(word == other or (len(word) > 3 and fuzz.partial_ratio(word, other) >= _SAME_WORD) for other in title)


_STUCK: Final = re.compile(
    r"\b(?:belum|blm|blum|belom|masih|msh|tetap|tetep|ttp|bingung|gagal|durung|dereng|teu acan|"
    r"(?:ga|gak|nggak|ngga|tidak|tdk|ora) (?:bisa|bs|iso|mempan|berhasil|ngerti|paham|jelas))\b",
    re.IGNORECASE,
)


def still_stuck(text: str) -> bool:
    """Whether a no says that the problem is still there, rather than that nothing is wanted.

    >>> still_stuck("makasih tapi masih bingung"), still_stuck("tidak usah")
    (True, False)
    """
    return bool(_STUCK.search(text))


_ANOTHER: Final = re.compile(
    r"\b(?:bukan|salah|keliru|beda|nyambung|lain|tidak sesuai|gak? sesuai|ngga?k? sesuai|tidak cocok|ga cocok)\b",
    re.IGNORECASE,
)


def means_another(text: str) -> bool:
    """Whether a no says that this is the wrong article, rather than that it was enough.

    >>> means_another("bukan yang ini"), means_another("ga usah, cukup")
    (True, False)
    """
    return bool(_ANOTHER.search(text))


_SETTLED: Final = re.compile(
    r"\b(?:(?:su)?dah|sdh|udh|uda|dh|wis|wes|atos)\s+(?:\w+\s+)?(?:bisa|bs|jelas|paham|pahm|ngerti|mengerti|terjawab|beres|"
    r"ketemu|berhasil|normal|oke?|selesai|iso|tiasa|muncul|masuk|kebuka|kelar|teratasi)\b|\b(?:berhasil|terjawab|beres|paham|ngerti|alhamdulillah)\b",
    re.IGNORECASE,
)


def settled(text: str) -> bool:
    """Whether a yes says that the problem is out of the way.

    >>> [settled(t) for t in ("sudah bisa min", "ya lanjut", "belum paham")]
    [True, False, False]
    """
    return bool(_SETTLED.search(text)) and not still_stuck(text)


_FOLLOW_UP: Final = re.compile(
    r"^(?:(?:o+h?|ok(?:e)?|ya|iya|hmm+|nah|lah|loh|terus|trus|trs|lalu|kemudian|dan|tapi|tp|min|pak|bu|kak)[\s,.]+){0,3}"
    r"(?:kalau|kalo|klo|kl|klau|bila|jika|gimana kalau|bagaimana kalau|untuk yang|utk yg|kalo yang|yang untuk|nek|"
    r"lamun|itu|ini|berarti|brarti)\b",
    re.IGNORECASE,
)
_LEANING: Final = re.compile(
    r"^(?:terus|trus|trs|lalu|habis itu|abis itu|setelah itu|stlh itu|selanjutnya)\b", re.IGNORECASE
)
# What is said against an answer, or tells what was tried already: the problem is still the one before.
_OBJECTING: Final = re.compile(
    r"^(?:(?:ya+|iya+|ok(?:e|ay)?|sudah|udah|sdh|udh|oh|lho|loh|lah|min|pak|bu|kak)[\s,.]+){0,2}(?:tapi|tp|tetapi|cuma|namun)\b|"
    r"\bpadahal\b|^\w+(?:nya)? (?:jg|juga) (?:sudah|sdh|udah|udh|bagus|aman|lancar|lengkap|normal)\b",
    re.IGNORECASE,
)
_FOLLOW_UP_WORDS: Final = 9


def follows_up(text: str) -> bool:
    """Whether a short question leans on the one before ("kalau swasta?", "trus kalo ditolak?").

    >>> [follows_up(t) for t in ("kalau bulan sebelumnya?", "kenapa pagu belum muncul")]
    [True, False]
    """
    short = len(words(text)) <= _FOLLOW_UP_WORDS
    return short and any(form.search(text.strip()) for form in (_FOLLOW_UP, _LEANING, _OBJECTING))


_NUMBER: Final = re.compile(
    r"(?<![\w.])(?P<named>(?:tiket|ticket|nomor|nomer|nomornya|nmr|no|laporan|aduan)[\s.:#]*|\#)?(?P<digits>\d{1,10})(?![\w.]*\d)"
    r"(?P<unit>\s*(?:x|kali|hari|jam|menit|minggu|bulan|bln|tahun|thn|orang|persen|%|juta|ribu|rb|jt)\b)?",
    re.IGNORECASE,
)
_OTHER_NUMBERS: Final = re.compile(
    r"\b(?:npsn|nik|nip|npwp|hp|wa|telp|rekening|tahun|juknis|tahap)\W*\d+", re.IGNORECASE
)
_DOTTED: Final = re.compile(r"(?<![\d.])(\d{1,3})\.(\d{3})(?![\d.])")
_IS_SHORT_OR_YEAR: Final = re.compile(r"\d{1,2}|20[2-4]\d")  # of no ticket, where nothing calls it its number


def ticket_number_in(text: str) -> int | None:
    """The ticket number that a text names, the longest when there are several, or None.

    >>> [ticket_number_in(t) for t in ("tiket no 10.003", "sudah 3 hari tiket saya", "npsn 20212345", "tiket 7")]
    [10003, None, None, 7]
    """
    said = _DOTTED.sub(r"\1\2", _OTHER_NUMBERS.sub(" ", text))
    found = [
        match["digits"]
        for match in _NUMBER.finditer(said)
        if not match["unit"] and (match["named"] or not _IS_SHORT_OR_YEAR.fullmatch(match["digits"]))
    ]
    return int(max(found, key=len)) if found else None


_BARE_NUMBER: Final = re.compile(
    r"^\W*(?:(?:no|nomor|nomer|nomornya|nmr|tiket)\W*)*\d{4,10}\W*(?:min|pak|bu|kak|ya|itu)?\W*$", re.IGNORECASE
)


def is_ticket_number(text: str) -> bool:
    """Whether a text is a number too long for a choice, and nothing else.

    >>> is_ticket_number("#10003"), is_ticket_number("no 2"), is_ticket_number("2026")
    (True, False, False)
    """
    return bool(_BARE_NUMBER.search(text)) and not _IS_SHORT_OR_YEAR.fullmatch(text.strip())


_DOING: Final = re.compile(
    r"\b(?:mau|ingin|cara|gimana|bagaimana|bisa|tolong|pengen)\b.*\b(?:tutup|nutup|menutup|balas|bales|membalas|hapus|batalkan|"
    r"batalin|membatalkan|tambah\w*|nambah\w*|ubah|mengubah|edit|buka (?:lagi|kembali)|membuka kembali|lampirkan)\b|"
    r"\b(?:ditutup|tertutup|selesai)\b.*\b(?:padahal|tapi|tp|kenapa|knp)\b",
    re.IGNORECASE,
)


def does_something(text: str) -> bool:
    """Whether a text about a ticket wants something done to it, rather than to know how it stands.

    >>> does_something("mau balas tiket 10002"), does_something("tiket 10002 kok belum dibalas")
    (True, False)
    """
    return bool(_DOING.search(text))


_ABOUT_TICKET: Final = re.compile(
    r"\b(?:ti[ck]k?et\w*|(?:pe?ng)?aduan\w*|status\w*|kabar\w*|nomor\w*|no|sampai mana|smp mn|sampe mana|progres\w*|"
    r"(?:di|ter)?(?:balas|bales|jawab|tanggap|proses|tangan|tindak|respon)\w*|perkembangan\w*|kelanjutan\w*|nasib\w*|"
    r"lacak|helpdesk|petugas|lapor|ngadu|update|diterima|dibaca|dicek|antre|antri|diam)\b|\d{3,}",
    re.IGNORECASE,
)


def about_ticket(text: str) -> bool:
    """Whether a text speaks of a report to the desk: a "laporan" is also what ARKAS prints.

    >>> about_ticket("laporan saya kemarin belum dibalas"), about_ticket("laporan sekolah kok begini")
    (True, False)
    """
    return bool(_ABOUT_TICKET.search(text))


_FORGOTTEN: Final = re.compile(
    r"\b(?:lupa|lp|hilang|ilang|(?:ga|gak|nggak|ngga|tidak|tdk|belum|blm|ora|teu)\s*(?:ada|tau|tahu|inget|ingat|punya|dapat|dapet|"
    r"nyimpan|nyimpen|nyatet|dicatat|hafal|hapal|nemu|ketemu|eling))\b",
    re.IGNORECASE,
)


def lacks_number(text: str) -> bool:
    """Whether somebody who was asked for a number says that there is none to give.

    >>> lacks_number("ga inget nomornya"), lacks_number("10003")
    (True, False)
    """
    return bool(_FORGOTTEN.search(text))


_FORM_COMMAND: Final = re.compile(
    r"^\W*(?:batal(?:kan|in)?|cancel|stop|berhenti|keluar|(?:ga+k?|nggak|enggak|tidak|tdk) ?jadi|kembali|balik|mundur|"
    r"back|petugas|hubungkan (?:ke )?petugas)(?:\W+(?:min|pak|bu|kak|saja|aja|sj|deh|dulu|ya|tiket|tiketnya|laporan|"
    r"laporannya|formulir|formulirnya|semua|semuanya|lapor|ke|yang|sebelumnya|tadi|satu|lagi|langkah|pertanyaan|isian))*\W*$",
    re.IGNORECASE,
)


def commands_form(text: str) -> bool:
    """Whether a text where anything may be written is a command to the form, and nothing else.

    >>> [commands_form(t) for t in ("batal saja min", "Pembatalan", "batalkan pesanan siplah")]
    [True, False, False]
    """
    return bool(_FORM_COMMAND.search(text))


_QUESTION_START: Final = re.compile(
    r"^(?:(?:min|kak|pak|bu|oh|eh|maaf)[\s,]+)*(?:apa|apakah|bagaimana|gimana|gmn|kapan|kenapa|knp|mengapa|berapa|"
    r"di ?mana|siapa|kalau|kalo|bolehkah|boleh|bisakah|haruskah|emang|memangnya)\b",
    re.IGNORECASE,
)
_ASIDE_CHARACTERS: Final = 120


def asks(text: str) -> bool:
    """Whether a text asks something: it begins as a question does, or ends with a question mark.

    >>> asks("kapan dana cair ya"), asks("kode aktivasi saya salah terus")
    (True, False)
    """
    return text.rstrip().endswith("?") or bool(_QUESTION_START.search(text.strip()))


def is_aside(text: str) -> bool:
    """Whether a text in the middle of a form is a question rather than a value: short, and asked as one."""
    return len(text) <= _ASIDE_CHARACTERS and text.rstrip().endswith("?") and bool(_QUESTION_START.search(text.strip()))
