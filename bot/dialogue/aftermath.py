"""Pure rules for what is said of a report while no form is open: of one that was sent, given up, or is wanted again."""

import re
from enum import StrEnum
from typing import Final

from bot.dialogue.asides import asks_hours, sends
from bot.dialogue.colloquial import formal
from bot.dialogue.hearing import does_something, lacks_number, ticket_number_in
from bot.dialogue.refusing import refusal_of
from bot.dialogue.smalltalk import telling
from bot.dialogue.stories import of_our_field, says_what_is_wrong
from bot.people.rules import find_emails


class Wish(StrEnum):
    """What is wanted."""

    RESUME = "resume"  # to go on with what was given up
    ADDRESS = "address"  # the address of the ticket that was sent was wrong
    ADDITION = "addition"  # more for a ticket that was sent
    ANOTHER = "another"  # one more ticket
    STATUS = "status"
    NUMBER = "number"  # which number the last ticket has
    HOURS = "hours"  # when the desk will answer it
    CANCEL = "cancel"  # the ticket that was sent is not wanted any more


_RESUMED: Final = re.compile(
    r"\bjangan (?:di)?batal\w*|\btidak jadi (?:di)?batal\w*|"
    r"^(?:(?:eh|oh|ya|oke?|maaf)\s)*jadi (?:deh|saja|lah|kirim|lapor|dong)\b|"
    r"\blanjut\w*(?: \w+){0,3} tadi\b|\b(?:isian|formulir|form|laporan)\w*(?: \w+){0,3} (?:tadi|hilang|masih)\b|"
    r"\blanjut\w* (?:isi\w*|laporan\w*|form\w*)"
)
_ADDRESS_WRONG: Final = re.compile(
    r"\b(?:email|e-mail|imel|surel)\w*\b.*\b(?:salah|keliru|typo|ganti|diganti|ralat|harusnya|seharusnya|kurang)\b|"
    r"\b(?:salah|ralat|ganti|keliru|ubah)\w*\b.{0,20}\b(?:email|imel|surel)\w*"
)
_ADDED: Final = re.compile(
    r"\b(?:(?:di)?tambah\w*|nambah\w*|menambah\w*|susul\w*|menyusul\w*|ketinggalan|kelupaan|add)\b"
)
_REPORT: Final = r"(?:tiket|ticket|tkt|laporan|aduan|pengaduan)"
_OF_REPORT: Final = re.compile(rf"\b(?:{_REPORT}\w*|foto\w*|gambar\w*|lampiran\w*|berkas\w*|ss|screenshot\w*)\b")
_ANOTHER: Final = re.compile(
    rf"\b{_REPORT} (?:\w+ )?(?:kedua|baru|lain|lagi|satu lagi)\b|"
    rf"\b(?:buat|bikin|kirim|lapor|ngadu)\w*(?: \w+){{0,3}} (?:lagi|baru|kedua)\b|"
    rf"\b(?:lagi|satu lagi|another|new) {_REPORT}\b|\blanjutan {_REPORT}\b"
)
_LOOKED_UP: Final = re.compile(
    rf"\b(?:cek|lacak|status|check)(?: (?:tolong|min|nomor|no|{_REPORT}|status|yang|lagi|dong|saya))*\W+\d{{4,7}}\b|"
    rf"\b(?:{_REPORT})\b\W*(?:no\w*\W*)?\d{{3,}}"
)
_UNANSWERED: Final = re.compile(
    rf"\b(?:lapor|ngadu|komplain|{_REPORT})\w*\b.*\b(?:belum|tidak)(?: \w+){{0,2}} "
    rf"(?:di)?(?:balas|bales|jawab|respon|tanggap)\w*"
)
_CANCELLED: Final = re.compile(
    r"\b(?:batal\w*|membatal\w*|cabut|mencabut)\b(?: \w+){0,2} (?:tiket|ticket)\w*|"
    r"\b(?:tiket|ticket)\w*\b(?: \w+){0,4} (?:di)?(?:batal\w*|cabut\w*)"
)
_CANCELLED_SHORTLY: Final = re.compile(
    r"^(?:(?:eh|oh|ya|oke?|maaf)\s)*(?:di)?batal(?:kan|in|no)?(?: saja| dong| min| deh)*$"
)
_WHY: Final = re.compile(r"\b(?:kenapa|mengapa|kapan|otomatis)\b")
_WORDS_MOST: Final = 14
_SHORT: Final = 7


def wish_in(text: str, *, sent: bool, shelved: bool) -> Wish | None:
    """What a text wants of a report, or None. `sent`: there is a ticket of this talk; `shelved`: one was given up.

    >>> [str(wish_in(t, sent=True, shelved=False)) for t in ("emailnya salah pak!!", "kirim lagi dong tiket kedua")]
    ['address', 'another']
    >>> wish_in("tiket TKT-10293 gmn kabarnya", sent=False, shelved=False)
    <Wish.STATUS: 'status'>
    >>> wish_in("tiket sy 10028 tolong dibatalin aja", sent=False, shelved=False)
    <Wish.CANCEL: 'cancel'>
    """
    said = formal(text)
    if not said or len(said.split()) > _WORDS_MOST or refusal_of(text):
        return None
    if shelved and (_RESUMED.search(said) or sends(text)) and len(said.split()) <= _SHORT:
        return Wish.RESUME
    if (_CANCELLED.search(said) and not _WHY.search(said)) or (sent and _CANCELLED_SHORTLY.search(said)):
        return Wish.CANCEL
    of_sent = _of_sent(said, text) if sent else None
    if of_sent:
        return of_sent
    if _ANOTHER.search(said) and "tiket" in said and not _asks_how(said):
        return Wish.ANOTHER
    looked_up = _LOOKED_UP.search(said) and ticket_number_in(text) and not does_something(text)
    return Wish.STATUS if looked_up or _UNANSWERED.search(said) else None


def _of_sent(said: str, text: str) -> Wish | None:
    if _ADDRESS_WRONG.search(said) and not _is_problem(said, text):
        return Wish.ADDRESS
    rest = _OF_REPORT.sub(" ", said)
    troubled = says_what_is_wrong(rest) and of_our_field(rest)
    if _ADDED.search(said) and _OF_REPORT.search(said) and not _asks_how(said) and not troubled:
        return Wish.ADDITION
    if _ANOTHER.search(said) and not _is_problem(said, text) and not _asks_how(said):
        return Wish.ANOTHER
    if asks_hours(text):
        return Wish.HOURS
    asks_number = (lacks_number(text) and "nomor" in said) or _WHICH_NUMBER.search(said)
    return Wish.NUMBER if asks_number and len(said.split()) <= _SHORT else None


_WHICH_NUMBER: Final = re.compile(
    rf"\b{_REPORT}\w* (?:\w+ ){{0,2}}(?:nomor\w*|no) (?:\w+ )?(?:berapa|apa)\b|"
    rf"\b(?:nomor|no) {_REPORT}\w* (?:\w+ ){{0,2}}berapa\b|"
    rf"\bberapa (?:nomor|no) {_REPORT}"
)


def _asks_how(said: str) -> bool:
    return bool(re.search(r"\b(?:cara\w*|bagaimana|kenapa|mengapa|apakah|apa)\b", said))


_LOGIN: Final = re.compile(r"\b(?:akun|login|masuk|terdaftar|daftar|registrasi|arkas|sandi|password)\b")


def _is_problem(said: str, text: str) -> bool:
    """Whether the words tell of our field rather than of the report."""
    rest = re.sub(rf"\b{_REPORT}\w*\b", " ", said)
    for address in find_emails(text):
        rest = rest.replace(address, " ")
    return bool(_LOGIN.search(rest)) or (of_our_field(rest) and len(telling(rest)) > _FEW)


_FEW: Final = 4
_CONTINUED: Final = re.compile(rf"\blanjut(?:an|kan)?(?: dari)? {_REPORT}\b\W*(?:no\w*\W*)?(?:tkt\W*)?(\d{{3,}})")


def continued_in(text: str) -> str | None:
    """The number of the ticket that a new one is to go on from.

    >>> continued_in("bikin baru tp bilang itu lanjutan tiket 10293")
    '10293'
    """
    found = _CONTINUED.search(formal(text))
    return found[1] if found else None


_ACCEPTING: Final = re.compile(
    r"\b(?:(?:di)?(?:ganti|perbaiki|benahi|buat|bikin|urus|proses|lanjut|kirim)(?:kan|in)?)\b"
)
_ACCEPTING_WORDS: Final = 4


def accepts_offer(text: str) -> bool:
    """Whether a few words accept an offered report by what is to be done ("tolong diganti").

    >>> accepts_offer("tolong diganti"), accepts_offer("ga usah dibuat"), accepts_offer("ganti rekening sekolah")
    (True, False, False)
    """
    said = formal(text)
    found = _ACCEPTING.search(said)
    refused = re.search(r"\b(?:tidak|jangan|belum)\b|\?", said) or _asks_how(said)
    return bool(
        found and not refused and len(said.split()) <= _ACCEPTING_WORDS and not telling(_ACCEPTING.sub("", said))
    )
