"""Pure rules about people's addresses and personal data."""

import re
from typing import Final
from urllib.parse import quote

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.errors import InvalidEmail
from bot.people.personal_data import EMAIL_PATTERN, personal_data

# Where Indonesian schools really have their mail; a near miss of one of these is probably a slip of the thumb.
COMMON_MAIL_DOMAINS: Final = (
    "gmail.com", "yahoo.com", "yahoo.co.id", "hotmail.com", "outlook.com", "icloud.com", "ymail.com",
    "rocketmail.com", "live.com", "belajar.id", "guru.sd.belajar.id", "guru.smp.belajar.id", "guru.sma.belajar.id",
    "guru.smk.belajar.id", "admin.sd.belajar.id", "admin.smp.belajar.id", "admin.sma.belajar.id",
    "admin.smk.belajar.id", "guru.paud.belajar.id", "admin.paud.belajar.id",
)  # fmt: skip

_ADDRESS: Final = re.compile(EMAIL_PATTERN)
_LOCAL_MAX, _ADDRESS_MAX = 64, 254  # RFC 5321, section 4.5.3.1


def parse_email(text: str) -> str:
    """Return the one address that `text` is, with its domain in lower case.

    Raises InvalidEmail, with a `suggestion` when the domain looks like a slip ("gmial.com") or a part is missing.
    """
    address = text.strip().strip("<>.,;").removeprefix("mailto:")
    local, _, domain = address.rpartition("@")
    if not _ADDRESS.fullmatch(address) or len(local) > _LOCAL_MAX or len(address) > _ADDRESS_MAX:
        raise InvalidEmail(suggestion=_guess_from_broken(address))
    return f"{local}@{domain.lower()}"


def suggest_email(address: str) -> str | None:
    """The address that was probably meant when the domain is one slip away from a common one; None when it looks right.

    A suggestion is offered, never forced: "gmal.com" may exist.
    """
    local, _, domain = address.rpartition("@")
    if domain in COMMON_MAIL_DOMAINS or not local:
        return None
    best = process.extractOne(
        domain, COMMON_MAIL_DOMAINS, scorer=DamerauLevenshtein.distance, score_cutoff=2 if len(domain) > 8 else 1
    )
    return f"{local}@{best[0]}" if best else None


_NEARLY: Final = re.compile(r"[\w.+-]+\s*@\s*[\w-]+(?:\s*[.,]+\s*[\w-]+)*")
_SPOKEN: Final = (
    (re.compile(r"\s+(?:at|et|\(at\)|\[at\])\s+", re.IGNORECASE), "@"),
    (re.compile(r"\s+(?:dot|titik)\s+", re.IGNORECASE), "."),
)

# "budi.sd3 gmail.com", "budi.sd3gmail.com": before a well-known domain only the sign is missing; a name without a
# figure or a dot may be any word ("punya gmail.com"), unless it stands alone with the domain.
_DOMAINS: Final = "|".join(sorted(map(re.escape, COMMON_MAIL_DOMAINS), key=len, reverse=True))
_WITHOUT_SIGN: Final = tuple(
    re.compile(rf"{before}\s*(?P<domain>{_DOMAINS})(?![\w.@-])", re.IGNORECASE)
    for before in (r"(?P<local>[\w+-]*?[\d._][\w.+-]*?[a-z\d])", r"^\s*(?P<local>[\w.+-]{3,})\s")
)


_BROKEN_MAX: Final = 300  # characters; nobody writes more before an address, and the patterns are not made for it


def _guess_from_broken(text: str) -> str | None:
    text = text[:_BROKEN_MAX]
    for spoken, sign in _SPOKEN:
        text = spoken.sub(sign, text)
    if "@" not in text:
        for form in _WITHOUT_SIGN:
            text = form.sub(r"\g<local>@\g<domain>", text, count=1)
    nearly = _NEARLY.search(text)
    candidate = re.sub(r"\.+", ".", re.sub(r"\s+", "", nearly.group()).replace(",", ".")) if nearly else None
    if candidate and candidate.count("@") == 1 and "." not in candidate.split("@")[1]:
        candidate += ".com"
    if candidate is None or not _ADDRESS.fullmatch(candidate):
        return None
    return suggest_email(candidate) or candidate


def telegram_url(bot: str, start: str) -> str | None:
    """The link that opens our bot in Telegram with a word of ours ("artikel_124"); None where there is no bot."""
    return f"https://t.me/{bot}?start={start}" if bot else None


def whatsapp_url(number: str, words: str) -> str | None:
    """The link that opens a chat with our number, `words` typed in already; None where there is no number."""
    return f"https://wa.me/{number}?text={quote(words)}" if number else None


def find_emails(text: str) -> list[str]:
    """All addresses that stand in `text`, in order."""
    return [match.group() for match in _ADDRESS.finditer(text)]


def mask_email(address: str) -> str:
    """Show only the first letters of an address: "bendahara@sdn1.sch.id" -> "be***@s***.id"."""
    local, _, domain = address.rpartition("@")
    name, _, ending = domain.rpartition(".")
    return f"{local[:2]}***@{name[:1]}***.{ending}"


def mask_personal_data(text: str) -> str:
    """Replace addresses, telephone, NIK, NIP, NPWP, NPSN and account numbers in `text` by what they are."""
    parts, end = [], 0
    for start, after, kind in personal_data(text):
        parts += [text[end:start], f"[{kind}]"]
        end = after
    return "".join([*parts, text[end:]])


_MASK: Final = "********"
# Behind a colon or an "adalah" anything is the secret; behind "password saya" only what has a digit and is long enough.
# Behind "password sekolah" eight digits are the NPSN. An address or a version is no password.
# Told in more words ("pw lama sy ...", "sandi baru saya bikin ..."): only what looks made up, of letters and figures.
_SECRET_TOLD: Final = re.compile(
    r"\b((?:kata\s*sandi|password|passwd|passw?|pasword|pw|pwd|sandi|pin)(?:nya)?"
    r"(?:\s+(?:saya|sy|aku|lama|lm|baru|br|bikin|buat|ganti|diganti|jadi|jd|pakai|pake|tadi|td|yang|yg|itu|adalah|kemarin|arkas|akun|"
    r"email|gmail|sekolah)\b){0,4}\s+)"
    r"(?!arkas)((?=\S*\d)(?=\S*[a-z#@!$%&*?])(?=\S{6})[^\s@]+(?:@(?!\S+\.)[^\s@]*)?)(?!\S*\.\w)",
    re.IGNORECASE,
)
_SECRET: Final = re.compile(
    r"\b((?:kata\s*sandi|password|passwd|pass|sandi|pin|pwd|kode\s*aktivasi|kode\s*registrasi|koreg|otp)"
    r"(?:(?:\s*(?:saya|sy|akun|arkas|nya|ku))*\s*(?:[:=]|adalah|ialah|yaitu|\bitu\b)\s*(?=\S)|"
    r"(?:\s*(?:saya|sy|akun|arkas|nya|ku)\b)+\s+(?=\S*\d)(?=\S{4})(?!\S+@\S+\.\w|\d+(?:\.\d+)+\b)|"
    r"(?:\s*(?:saya|sy|akun|arkas|nya|ku|atm|sekolah|bendahara|operator|kepsek|email|gmail|siplah|bank|kami|baru|lama)\b)+"
    r"\s+(?=\S*\d)(?=\S{4})(?!\S+@\S+\.\w|\d+(?:\.\d+)+\b)(?!\d{8}\b)))(\S+)",
    re.IGNORECASE,
)


def mask_secrets(text: str) -> tuple[str, bool]:
    """Hide a password or code that somebody typed ("password saya: rahasia1"); tells whether any was found.

    >>> mask_secrets("password saya arkas123 ditolak"), mask_secrets("password saya salah 3 kali")
    (('password saya ******** ditolak', True), ('password saya salah 3 kali', False))
    >>> mask_secrets("pw lama sy rahasia99, sandi baru saya bikin Sukses2025# ga bisa")
    ('pw lama sy ******** sandi baru saya bikin ******** ga bisa', True)
    """
    masked, count = _SECRET.subn(rf"\1{_MASK}", text)
    masked, more = _SECRET_TOLD.subn(rf"\1{_MASK}", masked)
    return masked, count + more > 0


def holds_mask(text: str) -> bool:
    """Whether something was hidden in a text."""
    return _MASK in text
