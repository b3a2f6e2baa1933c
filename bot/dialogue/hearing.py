"""Pure rules for what people mean by few words: a choice, a greeting, a question that leans on the one before."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from rapidfuzz import fuzz

from bot.clock import WIB

_WORD: Final = re.compile(r"[0-9a-zà-ÿ@.]+(?:['-][0-9a-zà-ÿ]+)*", re.IGNORECASE)
_LAST, _MIDDLE = -1, 0
_ORDINALS: Final = {
    "1": 1, "satu": 1, "pertama": 1, "kesatu": 1, "ke1": 1, "ke-1": 1, "kesiji": 1, "siji": 1, "atas": 1,
    "2": 2, "dua": 2, "kedua": 2, "ke2": 2, "ke-2": 2, "kaduanya": 2, "loro": 2,
    "3": 3, "tiga": 3, "ketiga": 3, "ke3": 3, "ke-3": 3, "telu": 3,
    "4": 4, "5": 5, "6": 6, "7": 7, "8": 8, "9": 9,
    "terakhir": _LAST, "akhir": _LAST, "bawah": _LAST, "trakhir": _LAST, "terahir": _LAST, "tengah": _MIDDLE,
}  # fmt: skip


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_CHOICE_FILLERS: Final = _set(
    """
    no nomor nomer nmr nmer yang yg yng pilih pilihan plih artikel aja saja aj sja min mimin pak bu kak ka deh
    dong mau mo coba lihat liat ke tadi itu bukan ini paling ya iya yaa oke ok opsi buka bukak tolong kayaknya
    kyknya kayak sepertinya mungkin lebih cocok sesuai nih sih lah angka urutan poin jawaban sing ingkang nu
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
    rest = [word for word in words(text) if word not in _CHOICE_FILLERS]
    if len(set(rest)) != 1 or rest[0] not in _ORDINALS or count == 0:
        return None
    place = _ORDINALS[rest[0]]
    if place == _MIDDLE:
        return count // 2 if count % 2 else None
    index = count - 1 if place == _LAST else place - 1
    return index if index < count else None


_TITLE_FILLERS: Final = _CHOICE_FILLERS | _set("tentang soal cara bagaimana apa kendala mengapa di dan")
_SAME_WORD: Final = 85
_NAMING_WORDS: Final = 3


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


def _stands_in(word: str, title: Sequence[str]) -> bool:
    return any(word == other or (len(word) > 3 and fuzz.partial_ratio(word, other) >= _SAME_WORD) for other in title)


_STUCK: Final = re.compile(
    r"\b(?:belum|blm|blum|masih|msh|tetap|tetep|ttp|bingung|gagal|durung|dereng|teu acan)\b", re.IGNORECASE
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
    r"ketemu|berhasil|normal|oke?|selesai|iso|tiasa)\b|\b(?:berhasil|terjawab|beres|paham|ngerti|alhamdulillah)\b",
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
    r"lamun)\b",
    re.IGNORECASE,
)
_LEANING: Final = re.compile(
    r"^(?:terus|trus|trs|lalu|habis itu|abis itu|setelah itu|stlh itu|selanjutnya)\b", re.IGNORECASE
)
_FOLLOW_UP_WORDS: Final = 9


def follows_up(text: str) -> bool:
    """Whether a short question leans on the one before ("kalau swasta?", "trus kalo ditolak?").

    >>> [follows_up(t) for t in ("kalau bulan sebelumnya?", "kenapa pagu belum muncul")]
    [True, False]
    """
    short = len(words(text)) <= _FOLLOW_UP_WORDS
    return short and bool(_FOLLOW_UP.search(text.strip()) or _LEANING.search(text.strip()))


_GREETING_WORDS: Final = _set(
    """
    halo hallo hallow hai hay hi hei hey helo hello assalamualaikum assalamu'alaikum asalamualaikum assalamu
    alaikum 'alaikum wr wb warahmatullahi wabarakatuh salam selamat slmt met pagi siang sore malam malem mlm pg
    permisi punten misi min mimin admin minta ijin izin tanya nanya bertanya mau numpang kak kakak pak bapak bu
    ibu bapak/ibu mas mbak bos gan om bang tim helpdesk arkas bot arkasbot ya dong nih maaf sebelumnya mohon
    maap apa kabar kabarnya tes test ping p sugeng enjing enjang dalu sonten wilujeng rahayu good morning
    afternoon evening everyone semua semuanya ingin boleh bisa saya sy aku
    """
)


def beside_greeting(text: str) -> str:
    """What a text says beside greeting: the text itself when that is more than a word, else nothing.

    >>> beside_greeting("Selamat pagi min"), beside_greeting("pagi min, pagu belum muncul")
    ('', 'pagi min, pagu belum muncul')
    """
    rest = [word for word in words(text) if word not in _GREETING_WORDS]
    return text if len(rest) >= 2 and not text.startswith("/") else ""


def is_salam(text: str) -> bool:
    """Whether the Islamic greeting was said, which is answered in kind."""
    return bool(re.search(r"as+alam", text, re.IGNORECASE))


def greeting_at(moment: datetime) -> str:
    """The greeting for the time of day in WIB."""
    hour = moment.astimezone(WIB).hour
    for until, greeting in ((4, "Selamat malam"), (11, "Selamat pagi"), (15, "Selamat siang"), (18, "Selamat sore")):
        if hour < until:
            return greeting
    return "Selamat malam"


_NUMBER: Final = re.compile(r"(?<![\w.])#?(\d{1,10})(?![\w.]*\d)")


def ticket_number_in(text: str) -> int | None:
    """The number that a text names, the longest when there are several, or None."""
    found = [match[1] for match in _NUMBER.finditer(text)]
    return int(max(found, key=len)) if found else None


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
