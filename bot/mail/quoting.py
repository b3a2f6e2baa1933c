"""What a person wrote, apart from the mail that he answers and from what stands at the end of it (endings.py).

Libraries for this know no Indonesian: of the 43 answers in tests/mail/ that quote or sign, mail-parser-reply 1.36
finds the written text of 6. So the lines of the clients are told here. Nothing is lost by a wrong guess: the raw
mail is kept.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from bot.mail.endings import is_rule, without_endings, without_rule

SEPARATOR: Final = "Balas di atas garis ini"  # stands at the top of each mail of ours

_MOST_LINES: Final = 5_000
_LINE: Final = 600  # what is looked at of a line
_CUT: Final = "\ue012"  # markup.CUTS: where Outlook's HTML begins the mail that is answered
_SIGNED: Final = "\ue013"  # markup.SIGNS: begins each line of what a client marks as a signature
_OURS: Final = re.compile(rf"{SEPARATOR}|\[tiket:\d+:", re.IGNORECASE)  # only a mail of ours holds it

_TIME: Final = r"\d{1,2}[.:]\d{2}"
_DATE: Final = (
    r"(?:\d{1,4}[-/. ]{1,3}(?:\d{1,2}|[A-Za-z]{3,9})[-/., ]{1,3}\d{2,4}|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}|\d{4}年)"
)
_ADDRESS: Final = r"<?[^<>@\s]{1,80}@[^<>@\s]{1,120}>?"
_VERB: Final = r"(?:menulis|wrote|a écrit|schrieb|escribió|escreveu|写道)"
# "Pada Sen, 24 Nov 2025 pukul 10.03 Tim Helpdesk <a@b> menulis:", "On ... wrote:"; a sentence of a report that happens
# to begin with "Pada" names neither an address nor a day with its time ("Pada 10.03 tadi aplikasi menulis:").
_WROTE: Final = re.compile(
    rf"(?:pada|on|le|am|op|el|em|在)(?:\b|(?=\s?\d))(?=.*@|(?=.*{_DATE}).*{_TIME}).{{5,400}}{_VERB}\s*[:：]",
    re.IGNORECASE,
)
_NAME_FIRST: Final = re.compile(rf".{{0,150}}{_ADDRESS}.{{0,80}}\b(?:menulis|wrote)\b.{{0,60}}:", re.IGNORECASE)
_OLD_GMAIL: Final = re.compile(rf"\d{{4}}-\d\d-\d\d {_TIME}\s+(?:GMT|UTC).{{0,200}}{_ADDRESS}\s*:", re.IGNORECASE)
# "Mengutip Tim Helpdesk <a@b>:" (Horde); "Tim Helpdesk wrote on 24-11-2025 10:03:" (The Bat!, SeaMonkey).
_CITING: Final = re.compile(rf"(?:mengutip|quoting|citando)\b.{{0,150}}{_ADDRESS}.{{0,20}}:", re.IGNORECASE)
_NAME_AND_TIME: Final = re.compile(
    rf".{{1,100}}\b(?:menulis|wrote)\b.{{0,20}}\d{{1,4}}[-/.]\d\d?[-/.]\d{{1,4}}.{{0,10}}{_TIME}.{{0,20}}:",
    re.IGNORECASE,
)
# Whatever the language: a time with its day or an address, and a colon ("Am 17.11.2026 um 09:12 schrieb X:").
_ANY_LANGUAGE: Final = re.compile(rf"(?=.*{_TIME})(?=.*{_DATE}|.*@)\S.{{8,400}}[:：]", re.IGNORECASE)
_SURE: Final = (_WROTE, _NAME_FIRST, _OLD_GMAIL)
_HINT: Final = re.compile(rf"{_VERB}|gmt|utc", re.IGNORECASE)
_BEFORE_MARKS: Final = (_CITING, _NAME_AND_TIME, _ANY_LANGUAGE)  # somebody's own words, unless marked lines follow
_STARTS: Final = re.compile(
    r"-{2,} ?(?:pada|on)\b|(?:pada|on|le|am|op|el|em|mengutip|quoting|citando)\b|在|\d{4}-\d\d-\d\d |"
    r".{0,150}@|.{1,100}\b(?:menulis|wrote)\b.{0,20}\d",
    re.IGNORECASE,
)
_INITIALS: Final = re.compile(r"[A-Z]{1,3}(?=>(?: |$))")  # "TH> " quotes with the author's initials

_ORIGINAL: Final = re.compile(
    r"[-_*\s]{2,}(?:original(?: message| email)?|pesan asli|pesan orisinal|email asli|surat asli|"
    r"reply message|pesan balasan)[-_*\s]*",
    re.IGNORECASE,
)
_FORWARDED: Final = re.compile(
    r"[-_*\s]{2,}(?:forwarded message|pesan terusan|pesan (?:yang )?diteruskan|fwd)[-_*\s]*"
    r"|begin forwarded message:|awal pesan (?:yang diteruskan|terusan):",
    re.IGNORECASE,
)
_FIELD: Final = re.compile(
    r"[*\s]{0,4}(dari|from|pengirim|terkirim|dikirim|sent|tanggal|date|waktu|kepada|ke|to|untuk|penerima|cc|tembusan|"
    r"balas ke|reply-to|prioritas|importance|subjek|subject|perihal|judul|topik|hal)"
    r"\s{0,2}[*]{0,2}\s{0,2}:[*\s]",
    re.IGNORECASE,
)
_AUTHORS: Final = frozenset({"dari", "from", "pengirim"})
_DATES: Final = frozenset({"terkirim", "dikirim", "sent", "tanggal", "date", "waktu"})
_SUBJECTS: Final = frozenset({"subjek", "subject", "perihal", "judul", "topik", "hal"})


class Fold(NamedTuple):
    """A mail's text in two: what was written, and what was folded away."""

    written: str
    quoted: str


def fold(text: str, *, forwarded: bool = False, answers: bool = False) -> Fold:
    """Part what was written from what is quoted.

    `forwarded` (by its subject) passes another mail on, which is kept unless it is ours. `answers` says that the mail
    answers one: what answers none, and holds nothing of ours, quotes nothing that we know, so all of it is news.
    """
    lines = text.split("\n")
    lines, rest = _with_plain_marks(lines[:_MOST_LINES]), lines[_MOST_LINES:]
    lines, signed = _without_marked_signature(lines)
    written, quoted = _Split(lines, forwarded=forwarded, answers=answers).parts()
    written, ending = without_endings(written)
    body = "\n".join(without_rule(written)).replace(_CUT, "").strip()
    return Fold(re.sub(r"\n{3,}", "\n\n", body), "\n".join([*quoted, *signed, *ending, *rest]).strip())


def _without_marked_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """Part off what the client's HTML names a signature; whoever wrote all his words into it has written them."""
    signed = [line.replace(_SIGNED, "") for line in lines if _SIGNED in line]
    others = [line for line in lines if _SIGNED not in line]
    above = next((place for place, line in enumerate(others) if _ends_everything(line.strip())), len(others))
    if _any_text(others[:above]) or not signed:
        return others, signed
    return [line.replace(_SIGNED, "") for line in lines], []


def _with_plain_marks(lines: list[str]) -> list[str]:
    """Lines that are quoted with their author's initials, quoted as all others.

    Below an introduction only: a path such as "BKU> Tutup BKU" is somebody's own words.
    """
    for place, line in enumerate(lines):
        found = _INITIALS.match(line)
        if found is not None:
            plain = [*lines[:place], *(each.removeprefix(found[0]) for each in lines[place:])]
            above = range(max(0, place - 5), place)
            return plain if any(_attribution(plain, begin) for begin in above) else lines
    return lines


class _Split:
    """One reading of the lines, from the top."""

    def __init__(self, lines: Sequence[str], *, forwarded: bool, answers: bool) -> None:
        self._lines = lines
        self._forwarded = forwarded
        self._passed_on = False
        self._last_of_ours = max((place for place, line in enumerate(lines) if _OURS.search(line)), default=-1)
        self._quotes = answers or self._last_of_ours >= 0

    def parts(self) -> tuple[list[str], list[str]]:
        """What was written, and what is quoted."""
        lines, place = self._lines, 0
        written: list[str] = []
        quoted: list[str] = []
        while place < len(lines):
            length, ends = self._head_at(place)
            if ends:
                return written, [*quoted, *lines[place:]]
            if length:
                quoted += lines[place : place + length]
            else:
                (quoted if self._is_quoted(lines[place]) else written).append(lines[place])
            place += length or 1
        return written, quoted

    def _is_quoted(self, line: str) -> bool:
        return line.startswith(">") and self._quotes and not self._passed_on

    def _head_at(self, place: int) -> tuple[int, bool]:
        """How many lines at `place` introduce a quotation, and whether all that follows belongs to it.

        After an introduction whose quotation is marked by ">" the person may go on below, or between.
        """
        line = self._lines[place][:_LINE].strip()
        if not self._quotes or not line or self._lines[place].startswith(">"):
            return 0, False
        if self._passes_on(place, line):
            self._passed_on = True
            return 0, False
        if self._passed_on:
            return 0, False
        if _ends_everything(line) or _FORWARDED.fullmatch(line) or _fields_at(self._lines, place):
            return 1, True
        length = _attribution(self._lines, place)
        return length, bool(length) and not _marked_after(self._lines, place + length)

    def _passes_on(self, place: int, line: str) -> bool:
        """Whether a mail that we do not have begins here; one of ours, sent back, is a quotation."""
        if place <= self._last_of_ours:
            return False
        by_subject = self._forwarded and (line == _CUT or _fields_at(self._lines, place))
        return by_subject or bool(_FORWARDED.fullmatch(line))


def _any_text(lines: Sequence[str]) -> bool:
    return any(line.strip(" \t_-*=") and not line.startswith(">") for line in lines)


def _ends_everything(line: str) -> bool:
    return line == _CUT or SEPARATOR.lower() in line.lower() or bool(_ORIGINAL.fullmatch(line))


def _fields_at(lines: Sequence[str], place: int) -> bool:
    """Whether the header of a mail stands here, as Outlook, Samsung and others print it: author, date, and a subject.

    Without a subject it names an address: "Tanggal, Dari, Ke, Untuk" may be a transfer that a report is about.
    """
    start = place + 1 if is_rule(lines[place]) else place
    head = [line[:_LINE] for line in lines[start : start + 14] if line.strip()][:6]
    names = []
    for line in head:
        found = _FIELD.match(line + " ")
        if found is None:
            break
        names.append(found[1].lower())
    told = {*names}
    if len(names) < 2 or names[0] not in (_AUTHORS | _DATES | _SUBJECTS):
        return False
    addressed = bool(told & _SUBJECTS) or any("@" in line for line in head[: len(names)])
    return addressed and bool(_AUTHORS & told) and bool(_DATES & told)


def _attribution(lines: Sequence[str], place: int) -> int:
    """The number of lines of "Pada ... menulis:", which clients wrap; 0 when there is none."""
    if not _STARTS.match(lines[place][:_LINE].strip()):
        return 0
    joined = ""
    for length in range(1, 5):
        if place + length > len(lines) or not lines[place + length - 1].strip():
            return 0
        joined = f"{joined} {lines[place + length - 1][:_LINE].strip()}".strip()
        marked = _marked_after(lines, place + length)
        if not marked and not _HINT.search(joined):  # the patterns cost more than looking for their rarest word
            continue
        patterns = (*_SURE, *_BEFORE_MARKS) if marked else _SURE
        if any(_introduces(pattern, _undashed(joined[: 2 * _LINE])) for pattern in patterns):
            return length
    return 0


def _undashed(text: str) -> str:
    """Zoho's "---- On ... wrote ---" as the others write it."""
    return f"{text.strip('- ')}:" if text.startswith("--") and text.endswith("--") else text


def _introduces(pattern: re.Pattern[str], text: str) -> bool:
    """Whether all of `text` is an introduction; Yahoo's app goes on in the same line, after a gap."""
    found = pattern.match(text)
    return found is not None and (found.end() == len(text) or text[found.end() :].startswith("  "))


def _marked_after(lines: Sequence[str], place: int) -> bool:
    following = next((line for line in lines[place : place + 5] if line.strip()), "")
    return following.startswith(">")
