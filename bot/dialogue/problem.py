"""Pure rules for what of a talk is the problem: which lines go into the ticket, and which of them names it."""

import re
from collections.abc import Sequence
from typing import Final

from bot.dialogue.aftermath import wish_in
from bot.dialogue.colloquial import formal
from bot.dialogue.escalating import without_request
from bot.dialogue.filling import told_beside
from bot.dialogue.hearing import points, settled
from bot.dialogue.smalltalk import telling
from bot.dialogue.stories import matters_named, of_our_field, says_what_is_wrong, subject_told
from bot.dialogue.talk import Talk
from bot.people.rules import find_emails

LINES_MOST: Final = 10
STORY_CHARACTERS: Final = 4000
_TELLING_LEAST: Final = 2

_ABOUT_BOT: Final = re.compile(
    r"\b(?:bot\w*|robot\w*|mesin|(?:di)?jawab\w*|jawaban\w*|nyambung|muter\w*|bidang|kamu|lu|elu|anda|"
    r"viral\w*|ribet|males|malas|percuma|payah|suruh|capek|cape|kerja tidak|ngaco|bego|ngartos|"
    r"english|bahasa)\b|"
    r"\b(?:sudah|kan|lha|lho) (?:\w+ ){0,2}"
    r"(?:bilang|jelas\w*|tulis\w*|ketik\w*|kasih\w*|cerita\w*|ngomong|kirim|sebut\w*|tau|tahu)\b|"
    r"\b(?:di atas|dari awal tadi|dari tadi|panjang tadi|cerita tadi|tidak (?:ngerti|paham|mengerti|jelas|sesuai))\b"
)
_ABOUT_TALK: Final = re.compile(
    r"\b(?:cek|status|lacak|nomor) (?:\w+ ){0,2}tiket\b|\b(?:tiket|cek|tkt)\b\W*(?:nomor |no |tkt)?\W?\d|"
    r"\b(?:nama saya|my name)\b"
)
_REPORT: Final = re.compile(r"\b(?:tiket|laporan|helpdesk|aplikasi)\w*\b")


def tells(line: str) -> bool:
    """Whether a line belongs to the story: no complaint about the talk, no small talk, no mere choice.

    >>> [tells(t) for t in ("bku maret hilang", "pun kulo restart tetep mawon", "katanya helpdesk kok di luar bidang")]
    [True, True, False]
    """
    said, own = formal(line), told_beside(line)
    if _ABOUT_TALK.search(said) and not of_our_field(_REPORT.sub(" ", said)):
        return False
    if wish_in(line, sent=True, shelved=False):
        return False
    if len(said.split()) >= _LONG or (says_what_is_wrong(said) and of_our_field(said)):
        return True
    over = settled(line) and len(said.split()) < _MORE_THAN_SETTLED
    if _ABOUT_BOT.search(said) or over or points(line):
        return False
    told = telling(line if says_what_is_wrong(said) else own)
    return len(told) >= _TELLING_LEAST or (bool(told) and of_our_field(_REPORT.sub(" ", own)))


_MORE_THAN_SETTLED: Final = 7  # words
_LONG: Final = 13  # words; who writes so much tells of the problem, whatever else


def clean(line: str) -> str:
    """A line of the story without the wish for a person and without an address.

    >>> clean("tolong teruskan ke petugas: bku saya hilang, email a@b.id")
    'bku saya hilang'
    """
    touched = find_emails(line) or without_request(line) != line
    return told_beside(line) if touched else line


def story_of(lines: Sequence[str]) -> str:
    """The details to begin with: the lines that tell of the problem; nothing when they say too little."""
    told = dict.fromkeys(clean(line) for line in lines if tells(line))
    story = "\n".join([line for line in told if line][-LINES_MOST:])[:STORY_CHARACTERS]
    return story if len(story) >= _STORY_LEAST else ""


_STORY_LEAST: Final = 10
_WRONG_COUNTS: Final = 2
_SENTENCES: Final = re.compile(r"\n+|(?<=[.!?])\s+|;\s*")


def subject_of(lines: Sequence[str]) -> str | None:
    """The subject from the sentence that tells most of the problem, the first of them; None when none names it.

    >>> subject_of(["pun kulo restart tetep mawon", "arkas kulo mboten saged dibuka layare putih"])
    'Arkas kulo mboten saged dibuka layare putih'
    """
    parts = [part for line in lines if tells(line) for part in _parts(line) if subject_told(part)]
    best = max(parts, key=_weight, default=None)
    return subject_told(best) if best and _weight(best) else None


def _parts(line: str) -> list[str]:
    """The sentences of a line; where an address or a wish stood between its clauses, the clauses."""
    own = clean(line)
    return own.split(", ") if own != line else _SENTENCES.split(own)


def _weight(part: str) -> int:
    said = formal(part)
    return matters_named(said) + (_WRONG_COUNTS if says_what_is_wrong(said) else 0)


# A school's number stands alone; what has more digits before or behind it is a telephone or an account.
_NPSN: Final = re.compile(r"(?<![\d.,@/-])(?:\d{8}|[KPTkpt]\d{7})(?![\d@]|[.,-]\d)")
_NOT_NPSN: Final = re.compile(r"\b(?:rp|nota|pesanan|order|invoice|rekening|norek|tgl|tanggal)\W*$", re.IGNORECASE)


def npsn_in(text: str) -> str | None:
    """The school's number that a text tells, or None.

    >>> npsn_in("oh iya npsn 20110011"), npsn_in("hp 081234567890")
    ('20110011', None)
    """
    found = [match for match in _NPSN.finditer(text) if not _NOT_NPSN.search(text[: match.start()])]
    return found[-1].group() if found else None


def with_npsn(story: str, npsn: str) -> str:
    """The story with this school's number: in the place of another one, or in a line of its own.

    >>> with_npsn("bku hilang", "20110011"), with_npsn("bku hilang npsn 20110011", "20110012")
    ('bku hilang\\nNPSN: 20110011', 'bku hilang npsn 20110012')
    """
    before = npsn_in(story)
    if before == npsn:
        return story
    return story.replace(before, npsn) if before else f"{story}\nNPSN: {npsn}".strip()


def remembering(talk: Talk, words: str) -> Talk:
    """The talk with these words, where they may go with a ticket: whatever was found for them, and even nothing."""
    return talk.saying(words) if words and tells(words) else talk
