"""Pure rules for what a few words say about what was just shown: that it did not help, that it is being tried ..."""

import re
from enum import StrEnum
from typing import Final

from bot.dialogue.colloquial import formal
from bot.dialogue.hearing import settled
from bot.dialogue.smalltalk import telling
from bot.dialogue.stories import of_our_field


class Reaction(StrEnum):
    """What is said about an answer or cards, in whatever words."""

    STUCK = "stuck"  # it was read or tried, and the problem is still there
    TRYING = "trying"  # it is going to be tried: nobody knows yet
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
_WORDS_MOST: Final = {Reaction.STUCK: 14, Reaction.TRYING: 8, Reaction.MORE: 6, Reaction.GIST: 9}
_OWN_MOST: Final = {Reaction.STUCK: 1, Reaction.TRYING: 2, Reaction.MORE: 0, Reaction.GIST: 2}


def reaction_in(text: str) -> Reaction | None:
    """What a text says about what was just shown, and says nothing else; None when it tells something of its own.

    >>> [str(reaction_in(t)) for t in ("udh sy coba ttp ga bs", "ok sy coba dl ya", "yg lain dong", "intinya apa")]
    ['stuck', 'trying', 'more', 'gist']
    >>> [reaction_in(t) for t in ("sudah bisa min", "nota saya masih belum bisa dihapus", "kode aktivasi salah")]
    [None, None, None]
    """
    said = formal(text)
    for reaction, pattern in _PATTERNS:
        if not pattern.search(said) or len(said.split()) > _WORDS_MOST[reaction]:
            continue
        rest = pattern.sub(" ", said)
        asks_or_settles = reaction is not Reaction.GIST and (settled(text) or text.rstrip().endswith("?"))
        if len(telling(rest)) <= _OWN_MOST[reaction] and not of_our_field(said) and not asks_or_settles:
            return reaction
    return None


_PATTERNS: Final = (
    (Reaction.STUCK, _STUCK),
    (Reaction.TRYING, _TRYING),
    (Reaction.MORE, _MORE),
    (Reaction.GIST, _GIST),
)


def in_vain(text: str) -> bool:
    """Whether a text tells that something was tried and the problem is still there, whatever else it tells.

    >>> in_vain("udah restart udah jalankan admin masih putih"), in_vain("bku tidak bisa ditutup")
    (True, False)
    """
    said = formal(text)
    return not settled(text) and bool(_STUCK.search(said) or _TRIED_IN_VAIN.search(said))


_TRIED_IN_VAIN: Final = re.compile(r"\bsudah\b.*\b(?:tetap|masih|malah|tapi)\b")

_MEANT: Final = re.compile(
    r"\b(?:maksud|mksd|maksut)(?:nya|ku|q)?(?: (?:saya|sy|aku|sya|kami|tadi|itu))*[\s,:]+(?P<meant>\S.*)", re.IGNORECASE
)
_ASKED_FOR: Final = re.compile(
    r"\b(?:(?:di|ber)?tanya|nanya)(?:in|kan)? (?:soal |tentang |ttg |masalah )?(?P<meant>\S.{3,}?)"
    r"[\s,]+(?:kok|knp|kenapa|malah|bukan|jawab\w*|dijawab)\b",
    re.IGNORECASE,
)
_NOT_BUT: Final = re.compile(
    r"^bukan\b.{2,40}?[\s,]+(?:tapi|tp|melainkan)\s+(?:yang |yg |soal )?(?P<meant>\S.*)", re.IGNORECASE
)


def meant_instead(text: str) -> str | None:
    """What a person says was meant, against what was understood; None where nobody is set right.

    >>> meant_instead("saya nanya pagu kosong kok jawabnya pergeseran"), meant_instead("maksud saya bku bulan juni")
    ('pagu kosong', 'bku bulan juni')
    """
    found = next((match for form in (_MEANT, _ASKED_FOR, _NOT_BUT) if (match := form.search(text.strip()))), None)
    meant = found["meant"].strip(" ,.!?") if found else ""
    return meant if telling(meant) else None
