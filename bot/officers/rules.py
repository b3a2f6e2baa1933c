"""Pure rules of officers: who may do what, which passwords are taken, how long to wait after failures, when a session
is over."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.officers.errors import InvalidOfficer, WeakPassword
from bot.officers.models import Officer, Permission, Role, Session, Stage

_OFFICER: Final = frozenset(
    {
        Permission.READ_TICKETS,
        Permission.WORK_TICKETS,
        Permission.REVIEW_TALKS,
        Permission.READ_INSIGHT,
        Permission.REVEAL_PERSONAL_DATA,
    }
)
_PERMISSIONS: Final = {
    Role.OFFICER: _OFFICER,
    Role.SUPERVISOR: _OFFICER
    | {Permission.MANAGE_INCIDENTS, Permission.READ_AUDIT, Permission.READ_MAIL, Permission.MANAGE_PERSONS},
    Role.EDITOR: frozenset(
        {Permission.REVIEW_TALKS, Permission.EDIT_ARTICLES, Permission.PUBLISH_ARTICLES, Permission.READ_INSIGHT}
    ),
    Role.ADMIN: frozenset(Permission),
}


def permissions_of(role: Role) -> frozenset[Permission]:
    """What a role may do."""
    return _PERMISSIONS[role]


_NAME: Final = re.compile(r"[a-z][a-z0-9._-]{1,62}[a-z0-9]")


def parse_name(text: str) -> str:
    """A name to sign in with, in lower case. Raises InvalidOfficer."""
    name = text.strip().lower()
    if not _NAME.fullmatch(name):
        raise InvalidOfficer
    return name


# NIST SP 800-63B-4, section 3.1.1: at least 15 characters where a password stands alone, at least 64 are allowed, all
# characters are, nothing about kinds of characters, no change by calendar, and a list of what is expected first.
PASSWORD_MIN: Final = 15
PASSWORD_MAX: Final = 256
_FRESH_LEFT: Final = 5  # different characters that must be left when all that is guessed first is taken out
_EXPECTED: Final = (
    "arkas", "bosp", "petugas", "helpdesk", "penyelia", "penyunting", "admin", "administrator", "password", "passwd",
    "katasandi", "sandi", "rahasia", "sekolah", "indonesia", "jakarta", "bismillah", "merdeka", "selamat", "pagi",
    "kemendikbud", "dikdasmen", "qwertyuiop", "qwerty", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "abcdef",
    "01234567890", "1234567890", "123456789", "12345678", "1234567", "123456", "12345", "1234", "123", "098765",
    "987654321", "4321", "321", "letmein", "welcome", "iloveyou", "sayang", "monkey", "dragon", "football", "123123",
)  # fmt: skip


def normal_password(text: str) -> str:
    """The same password however a keyboard composes its characters."""
    return unicodedata.normalize("NFC", text)


def check_password(password: str, *known: str) -> None:
    """Let a new password pass. `known` is what strangers know of its owner: name, display name, address.

    Raises WeakPassword, which says what to do.
    """
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise WeakPassword(f"Kata sandi minimal {PASSWORD_MIN} karakter. Beberapa kata acak mudah diingat dan kuat.")
    left = password.casefold()
    words = {part for text in known for part in re.split(r"[\W_]+", text.casefold()) if len(part) > 2}
    for expected in sorted({*words, *_EXPECTED}, key=len, reverse=True):
        left = left.replace(expected, " ")
    if len(set(re.sub(r"[\W_]+", "", left))) < _FRESH_LEFT:
        raise WeakPassword("Kata sandi ini mudah ditebak. Pakai beberapa kata acak yang tidak berhubungan.")


@dataclass(frozen=True)
class Throttle:
    """How failures slow the next try down: `free` of them do not, each one more doubles the wait up to `longest`.

    Only failures within `window` count, so nobody is shut out for good by a stranger who knows the name.
    """

    free: int
    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(minutes=15)
    window: timedelta = timedelta(hours=1)


NAME_THROTTLE: Final = Throttle(free=5)
ADDRESS_THROTTLE: Final = Throttle(free=50)  # a whole office may stand behind one address


def wait_until(failures: Sequence[datetime], throttle: Throttle) -> datetime | None:
    """The moment from which the next try is heard; None when it is heard at once. `failures` are oldest first."""
    beyond = len(failures) - throttle.free
    if beyond < 0:
        return None
    doubled: timedelta = throttle.first * 2 ** min(beyond, 20)
    return failures[-1] + min(doubled, throttle.longest)


@dataclass(frozen=True)
class SessionPolicy:
    """How long a session lives: without use, at all, and between password and second factor."""

    idle: timedelta
    absolute: timedelta
    between_factors: timedelta = timedelta(minutes=5)


def session_lives(session: Session, officer: Officer, now: datetime, policy: SessionPolicy) -> bool:
    """Whether a session still opens anything."""
    longest = policy.absolute if session.stage is Stage.FULL else policy.between_factors
    in_use = now - session.seen_at < policy.idle and now - session.created_at < longest
    return in_use and officer.disabled_at is None


# In the order in which they are looked for: most browsers name others too.
_BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser_name(agent: str) -> str:
    """What an officer calls a browser, by what it sends of itself; anything else as it is, cut.

    >>> browser_name("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36")
    'Chrome di Windows'
    """
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return f"{browser} di {system}" if browser and system else agent[:60] or "tidak dikenal"
