"""What stands at the end of a mail without being said by its author: signatures, advertisements, legal notes.

Pure functions over lines. What is cut is handed back, so that a wrong guess loses nothing.
"""

import re
from collections.abc import Callable
from typing import Final

_LINE: Final = 600  # what is looked at of a line
_SIGNATURE_LINES: Final = 15
_SIGNATURE_LENGTH: Final = 100  # of a line; what is longer is a sentence
_RULE: Final = re.compile(r"[_\-=*]{10,}")

_SENT_FROM: Final = re.compile(
    r"(?:dikirim|terkirim|kirim) (?:dari|melalui|lewat|menggunakan|via|dengan|oleh) .{1,120}|"
    r"sent (?:from|via|with|using) .{1,120}|"
    r"(?:dapatkan|unduh|get) (?:outlook|aplikasi).{0,60}|(?:dapatkan|unduh|get) .{1,40} (?:untuk|for) .{1,30}|"
    r"(?:来自|发自).{1,40}|diperoleh dari outlook.{0,40}|"
    r"(?:pesan|email) ini dikirim dari .{1,80}|(?:enviado desde|envoyé de|gesendet von) .{1,60}|"
    r"(?:yahoo|aol) mail\s?[:\-] .{1,60}|(?:bebas virus|virus-free)\b.{0,80}",
    re.IGNORECASE,
)
_DEVICES: Final = re.compile(
    r"\b(?:hp|ponsel|handphone|telepon|phone|smartphone|android|iphone|ipad|ios|samsung|galaxy|xiaomi|redmi|poco|oppo|"
    r"vivo|realme|infinix|huawei|nokia|asus|outlook|yahoo|gmail|mail|email|windows|perangkat|tablet|blackberry|aol|"
    r"thunderbird|seluler|mobile|tecno|itel|avast|avg)\b|来自|发自",
    re.IGNORECASE,
)
_SOMEBODYS: Final = re.compile(
    r"\b(?:saya|my|untuk|for|android|iphone|ipad|samsung|galaxy|xiaomi|redmi|poco|oppo|vivo|realme|infinix|huawei|nokia|"
    r"asus|outlook|yahoo|windows|blackberry|aol|thunderbird|tecno|itel|avast|avg)\b|来自|发自",
    re.IGNORECASE,
)
# Advertisements name a device and claim nothing; "dikirim dari dinas lewat email tidak bisa dipakai" is a report.
_CLAIMS: Final = re.compile(
    r"\b(?:tidak|tdk|gak|ga|nggak|belum|blm|bisa|sudah|sdh|masih|tapi|tetapi|gagal|kemarin|tadi|yang|yg|mohon|tolong|"
    r"kami|kode|not|but|please)\b|\?",
    re.IGNORECASE,
)

_LIST: Final = re.compile(r"\b(?:mailing list|unsubscribe|berhenti berlangganan|mailman|listinfo)\b", re.IGNORECASE)
_OF_A_MAIL: Final = (
    r"\b(?:e-?mails?|surat elektronik|surel|pesan|message|communication|komunikasi|lampiran(?:nya)?|attachments?)\b"
)
_LEGAL: Final = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        r"\b(?:disclaimer|penafian|pernyataan kerahasiaan|confidentiality notice)\b",
        r"\b(?:rahasia|kerahasiaan|confidential(?:ity)?|privileged|proprietary)\b",
        r"\b(?:intended|ditujukan|dimaksudkan|diperuntukkan)\b",
        r"\b(?:bukan penerima|penerima yang (?:dimaksud|dituju|berhak)|recipients?|addressees?|salah alamat)\b",
        r"\b(?:unauthori[sz]ed|prohibited|dilarang|tanpa (?:izin|persetujuan)|unlawful|penyalahgunaan)\b",
        r"\b(?:hapus|menghapus|hapuslah|delete|destroy|musnahkan)\b",
        r"\b(?:notify|(?:mem)?beri ?tahu(?:kan)?|(?:meng)?hubungi|inform) (?:us|kami|the sender|pengirim)\b",
        r"\b(?:virus(?:es)?|malware)\b",
        r"\b(?:liabil\w+|liable|tanggung jawab|bertanggung jawab|responsib\w+)\b",
        r"\b(?:views?|opinions?|pendapat|pandangan)\b.{0,40}\b(?:expressed|author|sender|pengirim|penulis)\b",
    )
)
_ENOUGH_LEGAL: Final = 3
_PRINTING: Final = re.compile(
    r"\b(?:consider|think of|pertimbangkan|pikirkan|peduli)\b.{0,40}\b(?:environment|lingkungan)\b|"
    r"\b(?:environment|lingkungan)\b.{0,60}\b(?:print|cetak|mencetak)",
    re.IGNORECASE,
)


def without_endings(lines: list[str]) -> tuple[list[str], list[str]]:
    """What was written, and what was cut from its end, in its order."""
    kept, cut = list(lines), [""][:0]
    while True:
        shorter = next((short for step in _STEPS if len(short := step(kept)) < len(kept)), None)
        if shorter is None or not any(line.strip() for line in shorter):
            return kept, cut
        kept, cut = shorter, [*kept[len(shorter) :], *cut]


def without_rule(lines: list[str]) -> list[str]:
    """Drop the rule that Outlook draws above a mail that is passed on without a word."""
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    return lines[first + 1 :] if lines and is_rule(lines[first]) else lines


def is_rule(line: str) -> bool:
    """Whether a line only divides."""
    return bool(_RULE.fullmatch(line.strip()))


def _without_signature(lines: list[str]) -> list[str]:
    """Cut at "-- " (RFC 3676, section 4.3); a lone "--" far above the end is something else."""
    for place in range(len(lines) - 1, max(-1, len(lines) - 1 - _SIGNATURE_LINES), -1):
        if lines[place].strip() == "--":
            below = lines[place + 1 :]
            return lines if any(len(line) > _SIGNATURE_LENGTH for line in below) else lines[:place]
    return lines


def _without_device(lines: list[str]) -> list[str]:
    """Drop "Dikirim dari HP saya" and the like, and the rules around it, from the end."""
    kept = list(lines)
    while kept and (not kept[-1].strip() or is_rule(kept[-1]) or _is_device_line(kept)):
        kept.pop()
    return kept


def _is_device_line(lines: list[str]) -> bool:
    """Whether the last line is an advertisement.

    Right below a line of text it may go on with a sentence, unless it has a capital letter and tells whose or what
    device it is ("Dikirim lewat hp bendahara" does not).
    """
    bare = lines[-1].strip(" *_.-\t")[:_LINE]
    below_text = len(lines) > 1 and bool(lines[-2].strip()) and not is_rule(lines[-2])
    if _CLAIMS.search(bare) or (below_text and (bare[:1].islower() or not _SOMEBODYS.search(bare))):
        return False
    return bool(_SENT_FROM.fullmatch(bare)) and bool(_DEVICES.search(bare))


def _without_legal_note(lines: list[str]) -> list[str]:
    """Drop the last paragraph when it speaks of the mail itself, as the lawyers of an office do."""
    start = next((place for place in range(len(lines) - 1, -1, -1) if not lines[place].strip()), -1) + 1
    note = " ".join(line.strip() for line in lines[start:])[: 10 * _LINE]
    return lines[:start] if note and is_legal_note(note) else lines


def _without_list_footer(lines: list[str]) -> list[str]:
    """Drop what a mailing list's program puts below a rule."""
    for place in range(len(lines) - 1, max(-1, len(lines) - 1 - _SIGNATURE_LINES), -1):
        if is_rule(lines[place]):
            return lines[:place] if _LIST.search(" ".join(lines[place + 1 :])[: 10 * _LINE]) else lines
    return lines


def is_legal_note(text: str) -> bool:
    """Whether a paragraph is a disclaimer, or asks to spare paper."""
    if _PRINTING.search(text) and len(text) < _LINE:
        return True
    told = sum(1 for words in _LEGAL if words.search(text))
    return told >= _ENOUGH_LEGAL and re.search(_OF_A_MAIL, text, re.IGNORECASE) is not None


_STEPS: Final[tuple[Callable[[list[str]], list[str]], ...]] = (
    _without_device,
    _without_legal_note,
    _without_list_footer,
    _without_signature,
)
