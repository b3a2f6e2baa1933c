"""Pure rules for several values of the ticket form in one message, in any order, and for second thoughts about one."""

import re
from dataclasses import dataclass
from typing import Final

from bot.dialogue.colloquial import formal
from bot.dialogue.escalating import only_address, without_request
from bot.dialogue.hearing import words
from bot.dialogue.smalltalk import is_small_talk
from bot.dialogue.stories import Field, field_named_in, of_our_field, program_told, says_what_is_wrong, subject_told
from bot.people.rules import find_emails, holds_mask

_CLAUSES: Final = re.compile(r"[,;\n]+|(?<=[a-z)])\.\s+")
_ABOUT_ADDRESS: Final = re.compile(
    r"^(?:(?:ini|itu|dan|alamat|untuk|ke|di|e-?mail(?:nya|ku)?|surel(?:nya)?|imel(?:nya)?|saya|sy|aku|adalah|yaitu|"
    r"(?:di)?balas(?:nya|an|annya)?|(?:di)?kirim(?:nya|kan|in)?|(?:di)?jawab(?:an|nya|annya)?)\b[\s:]*)+",
    re.IGNORECASE,
)
_INTRODUCED: Final = re.compile(r"^(?:perkenalkan\s+)?(?:nama(?:nya)?|saya)\b.{0,40}$|^(?:dari|npsn)\b", re.IGNORECASE)
_LEADING: Final = re.compile(
    r"^(?:(?:dan|trus|terus|lalu)\s+)?(?:(?:masalah|kendala|keluhan|permasalahan|perihal|cerita)(?:nya| saya)\b\s*"
    r"(?:adalah|yaitu|:)?|soal)\s*",
    re.IGNORECASE,
)
_STORY_CHARACTERS: Final = 25


@dataclass(frozen=True)
class Beside:
    """What stands beside an address: a program, and a story with the subject that it tells."""

    program: str | None
    story: str
    subject: str | None

    @property
    def is_whole(self) -> bool:
        """Whether the story says enough to be the details, without asking for more."""
        return len(self.story) >= _STORY_CHARACTERS


def beside_address(rest: str) -> Beside:
    """Read a message from which the address was taken out.

    >>> found = beside_address("Nama saya Budi, program arkas, emailnya  , masalahnya nota juli dobel")
    >>> found.program, found.story, found.subject
    ('ARKAS', 'Nama saya Budi, nota juli dobel', 'Nota juli dobel')
    """
    telling = _telling_clauses(rest)
    problems = [clause for clause in telling if not _INTRODUCED.search(clause)]
    story = ", ".join(telling)
    enough = problems and (of_our_field(story) or len(story) >= _STORY_CHARACTERS)
    return Beside(program_told(rest), story if enough else "", subject_told(problems[0]) if enough else None)


def _telling_clauses(rest: str) -> list[str]:
    parts = _CLAUSES.split(without_request(rest))
    clauses = [_LEADING.sub("", _ABOUT_ADDRESS.sub("", clause.strip(" .:"))) for clause in parts]
    return [clause for clause in clauses if clause and not _is_beside(clause)]


def _is_beside(clause: str) -> bool:
    """Whether a clause tells nothing of the problem; a secret that was hidden tells nothing either."""
    hidden = holds_mask(clause) and not says_what_is_wrong(formal(clause))
    return hidden or bool(named_program(clause)) or is_small_talk(clause)


def told_beside(text: str) -> str:
    """What a text tells beside an address, a program and the wish for a person.

    >>> told_beside("sambungkan petugas, email a@b.id, arkas, gagal kirim rkas")
    'gagal kirim rkas'
    """
    for address in find_emails(text):
        text = text.replace(address, " ")
    return ", ".join(_telling_clauses(text))


_PROGRAMS: Final = {
    "arkas": "ARKAS", "arkas 4": "ARKAS", "bosp salur": "BOSP Salur", "bos salur": "BOSP Salur", "salur": "BOSP Salur",
    "siplah": "SIPLah", "sip lah": "SIPLah", "markas": "MARKAS", "lainnya": "Lainnya",
}  # fmt: skip
_NAMES: Final = frozenset(" ".join(_PROGRAMS).split())
_ABOUT_PROGRAM: Final = frozenset(
    ["program", "programnya", "aplikasi", "aplikasinya", "kendala", "kendalanya", "ding", "deng"]
)


def named_program(text: str) -> str | None:
    """The program that a text names and says nothing else: a second thought where something else was asked.

    >>> [named_program(t) for t in ("kayaknya arkas", "salur", "nota di arkas")]
    ['ARKAS', 'BOSP Salur', None]
    """
    telling = [word for word in words(text) if word in _NAMES or not (word in _ABOUT_PROGRAM or is_small_talk(word))]
    return _PROGRAMS.get(" ".join(telling))


_CHANGING: Final = re.compile(
    r"\b(?:(?:di)?ubah|(?:di)?ganti|ralat|(?:di)?koreksi|(?:di)?perbaiki|edit|revisi|change|salah|keliru|typo|"
    r"kurang pas|kurang tepat)\b",
    re.IGNORECASE,
)
_CHANGING_WORDS: Final = 5


def changes(text: str) -> bool:
    """Whether a text speaks of changing what was filled in, rather than telling more of the problem.

    >>> changes("mau ubah yang tadi"), changes("nota atk tgl 31 harusnya 28")
    (True, False)
    """
    return bool(_CHANGING.search(text))


def named_to_change(text: str, intent: str | None) -> Field | None:
    """The field that a short text wants to change, wherever the form stands ("emailnya salah").

    >>> named_to_change("emailnya salah", None), named_to_change("email sekolah tidak terdaftar", None)
    (<Field.EMAIL: 'email'>, None)
    """
    changing = intent == "change_ticket" or bool(_CHANGING.search(text))
    return field_named_in(text) if changing and len(words(text)) <= _CHANGING_WORDS else None


_ADDING: Final = re.compile(
    r"^.{0,40}?\b(?:tambah(?:kan|in|an|i)?|ditambah(?:kan|in|i)?|nambah(?:in)?)\b[\s:,]*(?:di |ke |pada )?"
    r"(?:detail(?:nya)?|keterangan(?:nya)?|isi(?:nya)?)?[\s:,]*(?:bahwa|kalau|kalo)?\s*",
    re.IGNORECASE,
)
_ADDED_WORDS: Final = 2


def added_in(text: str) -> str | None:
    """What is to be added to the details, or None.

    >>> added_in("detailnya tambahin npsn 20212345"), added_in("mau tambah")
    ('npsn 20212345', None)
    """
    found = _ADDING.match(text)
    rest = text[found.end() :].strip() if found else ""
    return rest if len(words(rest)) >= _ADDED_WORDS else None


_OVER: Final = re.compile(r"\b(?:ulang|ulangi|mulai|isi ulang)\b.*\b(?:awal|baru|semua|semuanya)\b", re.IGNORECASE)


def begins_again(text: str) -> bool:
    """Whether all is to be filled in anew ("ulang dari awal")."""
    return bool(_OVER.search(text)) and len(words(text)) <= _CHANGING_WORDS


_WITHOUT_ADDRESS: Final = re.compile(
    r"\b(?:e-?mail\w*|imel\w*|surel\w*|wa|whatsapp|telepon|telpon|telp|hp|sms)\b", re.IGNORECASE
)
_WITHOUT_WORDS: Final = 7


def speaks_of_address(text: str) -> bool:
    """Whether a text that holds no address speaks of having none, or of why one is asked for.

    >>> speaks_of_address("ga punya email"), speaks_of_address("kapan dana bos tahap 2 cair")
    (True, False)
    """
    return bool(_WITHOUT_ADDRESS.search(text)) and len(words(text)) <= _WITHOUT_WORDS and not of_our_field(text)


_CONTACT: Final = re.compile(
    r"\b(?:e-?mail|imel|surel|alamat)\w*\b.*\b(?:salah|keliru|ganti|ubah|ralat|harusnya|seharusnya|bukan|typo|"
    r"yang benar)\b|"
    r"\b(?:salah|ralat|ganti|ubah)\w*\b.*\b(?:e-?mail|imel|surel|alamat)\w*\b|"
    r"\b(?:balas|kirim|jawab|hubungi)\w*\b.{0,20}\bke\b|^(?:e-?mail|imel|surel|ralat)\w*\b",
    re.IGNORECASE,
)


def speaks_of_contact(text: str) -> bool:
    """Whether an address in a text is the one to which the answer is to go, rather than a part of the story.

    >>> speaks_of_contact("oh iya emailnya salah harusnya a@b.id"), speaks_of_contact("akun a@b.id tidak bisa masuk")
    (True, False)
    """
    return bool(only_address(text) or _CONTACT.search(text))


_FIELD_BEFORE: Final = re.compile(
    r"^\W*(?P<name>perihal|judul|subjek|detail|rincian)(?:nya)?\s*[:=,]?\s+(?P<value>\S.*)$", re.IGNORECASE | re.DOTALL
)


def field_before(text: str) -> tuple[Field, str] | None:
    """The field whose name stands at the beginning, and the value behind it; None when that is no value.

    >>> field_before("perihal lupa password"), field_before("perihalnya kurang pas")
    ((<Field.SUBJECT: 'subject'>, 'lupa password'), None)
    """
    found = _FIELD_BEFORE.search(text)
    name = field_named_in(found["name"]) if found else None
    if not found or name is None or changes(text) or added_in(text) or len(words(found["value"])) < _ADDED_WORDS:
        return None
    return name, found["value"]
