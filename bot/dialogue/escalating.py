"""Pure rules for a wish to be passed on to a person, told in whatever words and with whatever else beside it."""

import re
from typing import Final

from bot.dialogue.colloquial import formal
from bot.dialogue.hearing import words
from bot.dialogue.smalltalk import is_small_talk
from bot.people.rules import find_emails

_PERSON: Final = (
    r"(?:petugas\w*|admin\w*|cs\w?|customer service|help ?desk\w*|manusia\w*|orang(?:nya)?|urang|wong|tiyang\w*|"
    r"staff?\w*|teknisi\w*|tim(?:nya)?|human|person|agent|officer)"
)
_WAY: Final = (
    r"(?: ?(?:tolong|saya|sy|aku|kami|ini|saja|aja|aj|langsung|lgsg|dong|min|pak|bu|ke|ka|k|kpd|kepada|dengan|dgn|sama|"
    r"sm|sareng|karo|kaliyan|pada|to|the|bagian|pihak|masalah|kendala|laporan|"
    r"(?:di)?bantu(?:an|in)?|dilayani|dihubungi|ditangani|disambungkan|lewat|via|oleh)\b){0,5} ?"
)
_PASSED_ON: Final = (
    r"(?:di)?(?:sambung|hubung|alih|oper|terus|lempar|eskalasi|panggil|connect|transfer|forward)"
    r"(?:kan|in|ke?n|keun|no|i|aken)?"
)
_WANTED: Final = (
    r"(?:minta|mnta|mau|butuh|perlu|ingin|pengen|pengin|hoyong|nyuwun(?: tulung)?|njaluk(?: tulung)?|bicara|ngomong|"
    r"ngobrol|chat|ketemu|speak|talk|want)"
)
_REQUEST: Final = re.compile(
    rf"(?:\b{_PASSED_ON}\b{_WAY}{_PERSON}\b|\b{_WANTED}\b{_WAY}{_PERSON}\b|"
    r"\b(?:ka|ke) (?:urang|orang|wong|tiyang)\w*(?: (?:saja|aja|langsung|dong|deh|asli|se lah|wae|mawon)\b)|"
    rf"\b{_PERSON}\b[\s,]*(?:\w+[\s,]+){{0,2}}(?:bukan|bkn|jangan|tidak|ora|mboten) (?:mau |sama )?(?:ro)?bot\w*)"
    r"(?:\s+(?:saja|aja|aj|se lah|mawon|wae|dong|deh|ya|min|pak|bu|kak|please|helpdesk|bosp|asli|langsung))*",
    re.IGNORECASE,
)
_ASKED_POLITELY: Final = re.compile(
    r"(?:\b(?:tolong|mohon|minta|bisa|boleh|coba|saya|sy|mau|ingin|please|udah|sudah|ya|min|pak|bu|kak)\b[\s,]*)+$",
    re.IGNORECASE,
)
_TICKET: Final = re.compile(
    r"\b(?:(?:di)?(?:buat|bikin|buka|aju)(?:kan|ke?n|in)?|mau|ingin|pengen|minta|isi|lanjut)\b"
    r"(?:[\s,]+(?:saya|sy|mau|aja|saja|dong|min|tolong|baru))*[\s,]+"
    r"(?:(?:tiket|laporan|pengaduan|formulir|form)(?:nya)?\b|(?:me)?(?:lapor|ngadu|komplain|adu)(?:kan|in)?\b)"
    r"(?:\s+(?:baru|lagi|kendala|masalah|keluhan|pengaduan|saja|aja|dong|min|ya|"
    r"ke (?:petugas|helpdesk|tim helpdesk|admin)))*"
    r"|^\W*(?:lapor|laporkan|laporin|tiket baru|tiket kedua)\b"
    r"(?:\s+(?:min|pak|bu|ke (?:petugas|helpdesk)|ini|saja|aja))*",
    re.IGNORECASE,
)
_TICKET_MADE: Final = re.compile(
    r"\b(?:kasih|kasi|serahkan)(?: ke)? (?:orang|petugas|admin|manusia)(?: (?:saja|dong|min|ya|deh))*$|"
    r"\b(?:buat|bikin)(?:kan|ke?n|in)?(?: (?:saya|saja|dong|min))* (?:tiket|laporan|pengaduan)(?:nya)?"
    r"(?: (?:saja|dong|min|ya|deh|pak|bu|baru|ke (?:petugas|helpdesk)))*$"
)
# Before the wish: it is asked how, or told that it was done, or not wanted.
_NO_WISH: Final = re.compile(
    r"\b(?:tidak|belum|sudah|cara\w*|bagaimana|apakah|gagal|kalau|kalo|kenapa|knp|mengapa|kapan|jangan|usah|pernah|disuruh|"
    r"diminta|kata)\b(?: \w+){0,3}$"
)
# Behind it: somebody else's people.
_ELSEWHERE: Final = re.compile(
    r"^ ?(?:\w+ )?(?:dinas|bank|bpd|dapodik|kabupaten|provinsi|kecamatan|tua|lain|sekolah|toko|penyedia|pajak|markas)\b"
)


def asks_for_person(text: str) -> bool:
    """Whether a text asks to be passed on to the help desk, whatever it tells beside that.

    >>> asks_for_person("tolong sambungkan saya dgn petugas, npsn 20556677 rkas tidak bisa dikirim")
    True
    >>> [asks_for_person(t) for t in ("sudah hubungi helpdesk", "hubungi petugas dinas", "wong mas, ora bot")]
    [False, False, True]
    >>> [asks_for_person(t) for t in ("ya udah buatin tiket aja", "cara buat tiket", "bikin laporan realisasi")]
    [True, False, False]
    """
    said = formal(text)
    return any(_is_wish(said, found) for form in (_REQUEST, _TICKET_MADE) for found in form.finditer(said))


def _is_wish(said: str, found: re.Match[str]) -> bool:
    before = said[: found.start()].strip().removeprefix("ya sudah")  # which gives in, and tells of nothing done
    return not _NO_WISH.search(before) and not _ELSEWHERE.search(said[found.end() :])


def without_request(text: str) -> str:
    """What a text tells beside the wish for a person.

    >>> without_request("tolong teruskan ke petugas: bku saya hilang")
    'bku saya hilang'
    >>> without_request("buatkan tiket dong, nota saya ganda")
    'nota saya ganda'
    """
    found = _REQUEST.search(text) or _TICKET.search(text)
    if not found:
        return text
    before = _ASKED_POLITELY.sub("", text[: found.start()])
    return f"{before.strip(' ,.:')}, {text[found.end() :].strip(' ,.:')}".strip(" ,")


_OF_ADDRESS: Final = frozenset(
    ["email", "emailnya", "emailku", "e-mail", "imel", "surel", "alamat", "alamatnya", "ke", "adalah"]
)


def only_address(text: str) -> str | None:
    """The one address that a text consists of, beside small words; None when it tells more, or holds none.

    >>> only_address("ini email saya a@b.id ya"), only_address("email a@b.id tidak terdaftar")
    ('a@b.id', None)
    """
    found = find_emails(text)
    if len(found) != 1:
        return None
    rest = [word for word in words(text.replace(found[0], " ")) if word not in _OF_ADDRESS]
    return found[0] if is_small_talk(" ".join(rest)) and not _WRONGLY.search(formal(text)) else None


_WRONGLY: Final = re.compile(r"\b(?:tidak|belum|salah|error|gagal|kenapa|lupa|hilang)\b")
