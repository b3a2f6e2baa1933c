"""What a person wrote, apart from the mail that he answers, his signature and his telephone's advertisement.

Libraries for this know no Indonesian: of the 43 answers in tests/mail/ that quote or sign, mail-parser-reply 1.36
finds the written text of 6. So the lines of the clients are told here. Nothing is lost by a wrong guess: the raw
mail is kept.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

SEPARATOR: Final = "Balas di atas garis ini"  # stands at the top of each mail of ours

_MOST_LINES: Final = 5_000
_LINE: Final = 600  # what is looked at of a line
_SIGNATURE_LINES: Final = 15
_CUT: Final = "\ue012"  # markup.CUTS: where Outlook's HTML begins the mail that is answered

_TIME: Final = r"\d{1,2}[.:]\d{2}"
_ADDRESS: Final = r"<?[^<>@\s]{1,80}@[^<>@\s]{1,120}>?"
# "Pada Sen, 24 Nov 2025 pukul 10.03 Tim Helpdesk <a@b> menulis:", "On ... wrote:"; a sentence of a report that happens
# to begin with "Pada" names neither a time nor an address.
_WROTE: Final = re.compile(
    rf"(?:pada|on|le|am|op)\b(?=.*(?:{_TIME}|@)).{{5,400}}\b(?:menulis|wrote|a écrit|schrieb)\s*:", re.IGNORECASE
)
_NAME_FIRST: Final = re.compile(rf".{{0,150}}{_ADDRESS}.{{0,80}}\b(?:menulis|wrote)\b.{{0,60}}:", re.IGNORECASE)
_OLD_GMAIL: Final = re.compile(rf"\d{{4}}-\d\d-\d\d {_TIME}\s+(?:GMT|UTC).{{0,200}}{_ADDRESS}\s*:", re.IGNORECASE)
# "Mengutip Tim Helpdesk <a@b>:" (Horde); "Tim Helpdesk wrote on 24-11-2025 10:03:" (The Bat!, SeaMonkey).
_CITING: Final = re.compile(rf"(?:mengutip|quoting|citando)\b.{{0,150}}{_ADDRESS}.{{0,20}}:", re.IGNORECASE)
_NAME_AND_TIME: Final = re.compile(
    rf".{{1,100}}\b(?:menulis|wrote)\b.{{0,20}}\d{{1,4}}[-/.]\d\d?[-/.]\d{{1,4}}.{{0,10}}{_TIME}.{{0,20}}:",
    re.IGNORECASE,
)
_SURE: Final = (_WROTE, _NAME_FIRST, _OLD_GMAIL)
_BEFORE_MARKS: Final = (_CITING, _NAME_AND_TIME)  # somebody's own words, unless marked lines follow
_STARTS: Final = re.compile(
    r"-{2,} ?(?:pada|on)\b|(?:pada|on|le|am|op|mengutip|quoting|citando)\b|\d{4}-\d\d-\d\d |"
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
_RULE: Final = re.compile(r"[_\-=*]{10,}")
_FIELD: Final = re.compile(
    r"[*\s]{0,4}(dari|from|pengirim|terkirim|dikirim|sent|tanggal|date|kepada|ke|to|untuk|cc|subjek|subject|perihal|hal)"
    r"\s{0,2}[*]{0,2}\s{0,2}:[*\s]",
    re.IGNORECASE,
)
_AUTHORS: Final = frozenset({"dari", "from", "pengirim"})
_DATES: Final = frozenset({"terkirim", "dikirim", "sent", "tanggal", "date"})

_SENT_FROM: Final = re.compile(
    r"(?:dikirim|terkirim|kirim) (?:dari|melalui|lewat|menggunakan|via) .{1,80}|sent (?:from|via|with|using) .{1,80}|"
    r"(?:dapatkan|unduh|get) (?:outlook|aplikasi).{0,60}|(?:dapatkan|unduh|get) .{1,40} (?:untuk|for) .{1,30}|"
    r"(?:来自|发自).{1,40}|diperoleh dari outlook.{0,40}|"
    r"(?:pesan|email) ini dikirim dari .{1,80}|enviado desde .{1,60}",
    re.IGNORECASE,
)
_DEVICES: Final = re.compile(
    r"\b(?:hp|ponsel|handphone|telepon|phone|smartphone|android|iphone|ipad|ios|samsung|galaxy|xiaomi|redmi|poco|oppo|"
    r"vivo|realme|infinix|huawei|nokia|asus|outlook|yahoo|gmail|mail|email|windows|perangkat|tablet|blackberry|aol|"
    r"thunderbird|seluler|mobile)\b|来自|发自",
    re.IGNORECASE,
)


class Fold(NamedTuple):
    """A mail's text in two: what was written, and what was folded away."""

    written: str
    quoted: str


def fold(text: str, *, forwarded: bool = False) -> Fold:
    """Part what was written from what is quoted. `forwarded` (by its subject) keeps a mail that is passed on."""
    lines = text.split("\n")
    lines, rest = _with_plain_marks(lines[:_MOST_LINES]), lines[_MOST_LINES:]
    written, quoted = _split(lines, forwarded=forwarded)
    written, signature = _without_signature(written)
    body = "\n".join(_without_rule(_without_device(written))).replace(_CUT, "").strip()
    return Fold(re.sub(r"\n{3,}", "\n\n", body), "\n".join([*quoted, *signature, *rest]).strip())


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


def _split(lines: Sequence[str], *, forwarded: bool) -> tuple[list[str], list[str]]:
    written: list[str] = []
    quoted: list[str] = []
    place, passed_on = 0, False
    while place < len(lines):
        nothing_yet = not _any_text(written)
        passed_on = passed_on or (nothing_yet and bool(_FORWARDED.fullmatch(lines[place][:_LINE].strip())))
        length, ends = _head_at(lines, place, keep_forward=passed_on or (forwarded and nothing_yet))
        if ends:
            return written, [*quoted, *lines[place:]]
        if length:
            quoted += lines[place : place + length]
        else:
            (quoted if lines[place].startswith(">") else written).append(lines[place])
        place += length or 1
    return written, quoted


def _head_at(lines: Sequence[str], place: int, *, keep_forward: bool) -> tuple[int, bool]:
    """How many lines at `place` introduce a quotation, and whether all that follows belongs to it.

    After an introduction whose quotation is marked by ">" the person may go on below, or between.
    """
    line = lines[place][:_LINE].strip()
    if not line or lines[place].startswith(">"):
        return 0, False
    if _ends_everything(line):
        return 1, True
    if _FORWARDED.fullmatch(line):
        return (0, False) if keep_forward else (1, True)
    if not keep_forward and _fields_at(lines, place):
        return 1, True
    length = _attribution(lines, place)
    return length, bool(length) and not _marked_after(lines, place + length)


def _any_text(lines: Sequence[str]) -> bool:
    return any(line.strip(" \t_-*=") and not line.startswith(">") for line in lines)


def _ends_everything(line: str) -> bool:
    return line == _CUT or SEPARATOR.lower() in line.lower() or bool(_ORIGINAL.fullmatch(line))


def _fields_at(lines: Sequence[str], place: int) -> bool:
    """Whether the header of a mail stands here, as Outlook, Samsung and others print it: author first, with a date."""
    names = []
    start = place + 1 if _RULE.fullmatch(lines[place].strip()) else place
    for line in [line for line in lines[start : start + 14] if line.strip()][:6]:
        found = _FIELD.match(line[:_LINE] + " ")
        if found is None:
            break
        names.append(found[1].lower())
    return len(names) >= 2 and names[0] in (_AUTHORS | _DATES) and bool(_AUTHORS & {*names}) and bool(_DATES & {*names})


def _attribution(lines: Sequence[str], place: int) -> int:
    """The number of lines of "Pada ... menulis:", which clients wrap; 0 when there is none."""
    if not _STARTS.match(lines[place][:_LINE].strip()):
        return 0
    joined = ""
    for length in range(1, 5):
        if place + length > len(lines) or not lines[place + length - 1].strip():
            return 0
        joined = f"{joined} {lines[place + length - 1][:_LINE].strip()}".strip()
        patterns = (*_SURE, *_BEFORE_MARKS) if _marked_after(lines, place + length) else _SURE
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


def _without_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """Cut at "-- " (RFC 3676, section 4.3); a lone "--" far above the end is something else."""
    for place in range(len(lines) - 1, -1, -1):
        if lines[place].strip() == "--" and len(lines) - place <= _SIGNATURE_LINES:
            return lines[:place], lines[place:]
    return lines, []


def _without_device(lines: list[str]) -> list[str]:
    """Drop "Dikirim dari HP saya" and the like, and the rules around it, from the end."""
    kept = list(lines)
    while kept and (not kept[-1].strip() or _RULE.fullmatch(kept[-1].strip()) or _is_device_line(kept[-1])):
        kept.pop()
    return kept


def _without_rule(lines: list[str]) -> list[str]:
    """Drop the rule that Outlook draws above a mail that is passed on without a word."""
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    return lines[first + 1 :] if lines and _RULE.fullmatch(lines[first].strip()) else lines


def _is_device_line(line: str) -> bool:
    bare = line.strip(" *_.-\t")[:_LINE]
    return bool(_SENT_FROM.fullmatch(bare)) and bool(_DEVICES.search(bare))
