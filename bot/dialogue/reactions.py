"""Pure rules for what a few words say about what was just shown: that it did not help, that it is being tried ..."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.dialogue.colloquial import formal
from bot.dialogue.hearing import settled, still_stuck
from bot.dialogue.smalltalk import asks_after, telling
from bot.dialogue.stories import of_our_field, says_what_is_wrong

_LONGEST: Final = 300  # characters; a longer text is a story, and the patterns are not made for it


class Reaction(StrEnum):
    """What is said about an answer or cards, in whatever words."""

    STUCK = "stuck"  # it was read or tried, and the problem is still there
    DONE = "done"  # it was done, and nobody said whether it helped
    TRYING = "trying"  # it is going to be tried: nobody knows yet
    SOLVED = "solved"  # the problem is out of the way, or no more is wanted
    LEAVE = "leave"  # it is given up
    WRONG = "wrong"  # another thing was meant
    AGAIN = "again"  # the answer is wanted once more
    MORE = "more"  # other articles are wanted
    GIST = "gist"  # it is too long to read


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(" ".join(text.split()).replace(" | ", "|"))


# All of these are held against formal words (colloquial.py).
_STUCK: Final = _pattern(
    r"\btidak (?:(?:me|m|nge)?(?:bantu|mempan|ngaruh|pengaruh|ngefek|efek|guna|nolong)|membantu|ngebantu|berpengaruh|"
    r"berhasil|berguna|terbantu|ada (?:hasil|efek|pengaruh|perubahan|gunanya)|bisa (?:juga|saja|terus)|"
    r"ngerti|paham|jelas)\w*\b | "
    r"\b(?:tetap|masih) (?:saja )?"
    r"(?:sama|tidak|belum|gagal|error|eror|begitu|begini|seperti|bingung|muncul|macet|stuck)\b | "
    r"\bsama saja\b | \b(?:percuma|nihil|zonk|sia-sia)\b | \bgagal (?:lagi|terus|juga)\b | "
    r"\bbelum (?:bisa|berhasil|juga|ketemu|jelas|paham|ngerti|mengerti|terjawab|menjawab|beres|tuntas|kelar|"
    r"ada perubahan)\b | "
    r"^(?:itu |yang itu |ini |yang \w+ tadi |yang \w+ )?(?:juga )?sudah (?:saya )?(?:di)?"
    r"(?:baca|coba|lakukan|lakuin|ikuti|ikutin|kerjakan|kerjain|praktekkan|praktekin)\b | "
    r"\bsudah (?:\w+ ){0,2}semua\b | \bsemua (?:\w+ ){0,2}sudah\b"
)
_DONE: Final = _pattern(
    r"^(?:ya |iya |oke? |itu |ini |saya |kalau itu |semua |juga )*sudah (?:saya |di)?\w+ ?(?!jelas)(?:\w+ ?){0,4}$"
)
_SOLVED: Final = _pattern(
    r"^(?:ya |iya |oke? |sip |siap |baik |nah |wah |oh )*(?:sudah )?"
    r"(?:jelas|paham|ngerti|mengerti|cukup|berhasil|ketemu)\b | "
    r"\bsudah (?:\w+ ){0,2}"
    r"(?:bisa|jelas|paham|ngerti|mengerti|beres|normal|berhasil|selesai|kelar|teratasi|muncul|masuk|cair|"
    r"hilang sendiri|ketemu|terjawab)\b"
)
_LEAVE: Final = _pattern(
    r"^(?:ya |oke? |eh )*"
    r"(?:sudahlah|sudah lah|yaudah|yaudahlah|yasudah|yasudahlah|ywdh|yowis|tidak jadi|gajadi|gak jadi|"
    r"lupakan|lupain|abaikan saja)\b | ^ya sudah(?: lah| deh)?$"
)
_WRONG: Final = _pattern(r"^(?:loh |lho |eh |lah )*(?:ya )?(?:bukan|salah|keliru)\b")
_AGAIN: Final = _pattern(
    r"^(?:tolong |coba |bisa |minta )*(?:di)?"
    r"(?:ulang|ulangi|ulangin|kirim ulang|kirim lagi|jelaskan lagi|tampilkan lagi)\b | "
    r"\b(?:jawaban|yang) (?:tadi|sebelumnya)(?: apa| mana| dong)*$"
)
_TRYING: Final = _pattern(
    r"\b(?:coba|cek|praktek\w*|lihat|baca|kerjakan|tanya\w*|koordinasi|konfirmasi)(?:kan|in)? dulu\b | "
    r"\bnanti (?:saya )?(?:coba|cek|kabari|kabarin|lapor|infokan|hubungi|balik)\w*\b | "
    r"^(?:oke?|baik|siap|ya|iya)? ?(?:sebentar|tunggu)\b | \bsaya coba(?:kan)?(?: ya)?$"
)
_MORE: Final = _pattern(
    r"^(?:tolong |coba |mau |bisa )*"
    r"(?:tampil\w*|lihat\w*|liat\w*|kasih\w*|beri\w*|tunjuk\w*|munculkan|ada|mana|minta|cari\w*)"
    r"(?: (?:artikel|jawaban|pilihan|opsi|solusi|cara|info|yang|saja|saya))* (?:semua|lain|lainnya|lagi)\b | "
    r"^(?:artikel |jawaban |pilihan |opsi |yang )?(?:lain|lainnya)(?: dong| ada| lagi| saja| min)*$"
)
_GIST: Final = _pattern(
    r"\b(?:intinya|singkatnya|ringkasnya|pendeknya|kesimpulannya|poinnya|ringkasannya)\b | "
    r"\b(?:secara |versi |jelaskan |jelasin |yang )(?:singkat|ringkas|pendek)\b | "
    r"\b(?:kepanjangan|kelamaan|panjang (?:banget|amat|sekali|bgt)|malas baca\w*|males baca\w*|pusing baca\w*)\b"
)


@dataclass(frozen=True)
class _Form:
    """How a reaction is put: a pattern, in how many words at most, and how many of them may be of another kind."""

    reaction: Reaction
    pattern: re.Pattern[str]
    words_most: int
    own_most: int
    asked: bool = False  # whether it may be a question
    settles: bool = False  # whether it may tell good news
    of_field: bool = False  # whether it may speak of our field
    plainly: bool = False  # whether nothing may be asked, denied or wrong beside it


_FORMS: Final = (
    _Form(Reaction.SOLVED, _SOLVED, 9, 3, settles=True, of_field=True, plainly=True),
    _Form(Reaction.STUCK, _STUCK, 14, 1),
    _Form(Reaction.TRYING, _TRYING, 8, 2),
    _Form(Reaction.LEAVE, _LEAVE, 6, 0),
    _Form(Reaction.WRONG, _WRONG, 5, 2, of_field=True),
    _Form(Reaction.AGAIN, _AGAIN, 6, 0, asked=True),
    _Form(Reaction.MORE, _MORE, 6, 0),
    _Form(Reaction.GIST, _GIST, 9, 2, asked=True, settles=True),
    _Form(Reaction.DONE, _DONE, 7, 2, of_field=True, plainly=True),
)


def reaction_in(text: str) -> Reaction | None:
    """What a text says about what was just shown, and says nothing else; None when it tells something of its own.

    >>> [str(reaction_in(t)) for t in ("udh sy coba ttp ga bs", "ok sy coba dl ya", "yg lain dong", "intinya apa")]
    ['stuck', 'trying', 'more', 'gist']
    >>> [str(reaction_in(t)) for t in ("dah bisa min", "udah update", "bukan nomor tiket", "nota belum bisa dihapus")]
    ['solved', 'done', 'wrong', 'None']
    """
    if len(text) > _LONGEST:
        return None
    said = formal(text)
    return next((form.reaction for form in _FORMS if _has(form, text, said)), None)


def _has(form: _Form, text: str, said: str) -> bool:
    if not form.pattern.search(said) or len(said.split()) > form.words_most:
        return False
    if (text.rstrip().endswith("?") and not form.asked) or (of_our_field(said) and not form.of_field):
        return False
    if form.plainly and (still_stuck(text) or _NOT_PLAIN.search(said) or asks_after(text)):
        return False
    if form.plainly and not form.settles and says_what_is_wrong(text):
        return False
    own = telling(form.pattern.sub(" ", said))
    most = _TRIED_MOST if form.reaction is Reaction.STUCK and _TRIED_STILL.search(said) else form.own_most
    return len(own) <= most and (form.settles or not settled(text))


_TRIED_STILL: Final = re.compile(
    r"\bsudah\b.*\b(?:tetap|masih|tapi) (?:saja )?(?:sama|begitu|begini|tidak|gagal|belum|error)\b"
)
_TRIED_MOST: Final = 4  # words for what was tried ("udah restart laptop ganti kabel, tetep gitu")


# With these it is no plain news: something is denied, or wanted next ("dana sudah masuk, mau dicatat").
_NOT_PLAIN: Final = re.compile(
    r"\b(?:tidak|belum|bukan|salah|kurang|tapi|malah|kok|mau|ingin|cara\w*|harus|perlu|tolong|minta|mohon)\b(?!$)"
)
_STEP: Final = re.compile(
    r"\b(?:langkah|step|poin|point|tahap|nomor|nomer|no)\W{0,2}(?:ke\W?)?(?P<number>\d{1,2})\b", re.IGNORECASE
)
_NOT_CLEAR: Final = re.compile(
    r"\b(?:maksud\w*|mksd\w*|gimana|gmn|bagaimana|apa|caranya|jelas\w*|bingung|ngerti|paham|mana|dimana|ga|gak|tidak|tdk|blm|"
    r"belum)\b",
    re.IGNORECASE,
)


def step_asked(text: str) -> int | None:
    """The number of the step of an answer that a text asks about, or None.

    >>> [step_asked(t) for t in ("langkah 4 itu maksudnya apa", "yg no 3 gmn caranya", "nomor 2", "kode 4 salah")]
    [4, 3, None, None]
    """
    found = _STEP.search(text[:_LONGEST])
    return int(found["number"]) if found and _NOT_CLEAR.search(text) and len(text.split()) <= _STEP_WORDS else None


_STEP_WORDS: Final = 10


def tried_all(text: str) -> bool:
    """Whether a text tells that all of it was tried, and in vain.

    >>> tried_all("SUDAH SAYA COBA SEMUA ITU! TETAP GAGAL"), tried_all("udah restart ttp sama")
    (True, False)
    """
    said = formal(text[:_LONGEST])
    return bool(re.search(r"\bsudah\b.*\bsemua\b|\bsemua\b.*\bsudah\b", said)) and not settled(text)


def in_vain(text: str) -> bool:
    """Whether a text tells that something was tried and the problem is still there, whatever else it tells.

    >>> in_vain("udah restart udah jalankan admin masih putih"), in_vain("bku tidak bisa ditutup")
    (True, False)
    """
    text = text[:_LONGEST]
    said = formal(text)
    return not settled(text) and bool(_STUCK.search(said) or _TRIED_IN_VAIN.search(said))


_TRIED_IN_VAIN: Final = re.compile(r"\bsudah\b.*\b(?:tetap|masih|malah|tapi|belum|tidak)\b")

_TAGGED: Final = re.compile(
    r"\w\W+(?:ga|gak|gk|g|nggak|ngga|engga|enggak|tidak|tdk|bukan|bkn|kah|kan|ndak|nda)\W*(?:ya|min|pak|bu|sih|kak)?\W*$|"
    r"^\w+\W+(?:ga|gak|gk|nggak|ngga|enggak)\W+(?:\w+\W+)?\w+nya\W*$",
    re.IGNORECASE,
)
_BEGINS_WITH_NO: Final = re.compile(
    r"^\W*(?:ga|gak|gk|g|nggak|ngga|engga|enggak|tidak|tdk|bukan|bkn|belum|blm|ndak|nda|masih|tetap|tetep|ttp)\b",
    re.IGNORECASE,
)


def asks_whether(text: str) -> bool:
    """Whether a "ga" or "bukan" at the end of a text only makes a question of it.

    >>> [asks_whether(t) for t in ("aman ga datanya", "ada videonya gak", "bayar ga", "ini admin bukan", "enggak")]
    [True, True, True, True, False]
    """
    return bool(_TAGGED.search(text)) and not _BEGINS_WITH_NO.search(text) and not still_stuck(text)


_MEANT: Final = re.compile(
    r"\b(?:maksud|mksd|maksut)(?:nya|ku|q)?(?: (?:saya|sy|aku|sya|kami|tadi|itu))*[\s,:]+(?P<meant>\S.*)", re.IGNORECASE
)
_ASKED_FOR: Final = re.compile(
    r"\b(?:(?:di|ber)?tanya|nanya)(?:in|kan)? (?:soal |tentang |ttg |masalah )?(?P<meant>\S.{3,}?)"
    r"[\s,]+(?:kok|knp|kenapa|malah|bukan|jawab\w*|dijawab)\b",
    re.IGNORECASE,
)
_NOT_BUT: Final = re.compile(
    r"^bukan\b.{2,40}?(?:[\s,]+(?:tapi|tp|melainkan)\s+|,\s*)(?:yang |yg |soal |ini )?(?P<meant>\S.*)", re.IGNORECASE
)


def meant_instead(text: str) -> str | None:
    """What a person says was meant, against what was understood; None where nobody is set right.

    >>> meant_instead("saya nanya pagu kosong kok jawabnya pergeseran"), meant_instead("maksud saya bku bulan juni")
    ('pagu kosong', 'bku bulan juni')
    """
    said = text[:_LONGEST].strip()
    found = next((match for form in (_MEANT, _ASKED_FOR, _NOT_BUT) if (match := form.search(said))), None)
    meant = found["meant"].strip(" ,.!?") if found else ""
    return meant if telling(meant) else None
