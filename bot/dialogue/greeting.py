"""Pure rules for greetings: what is one, what stands beside it, and how it is returned."""

import re
from datetime import datetime
from typing import Final

from bot.clock import WIB
from bot.dialogue.hearing import words


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


GREETING_WORDS: Final = _set(
    """
    halo hallo hallow hai hay hi hei hey helo hello assalamualaikum assalamu'alaikum asalamualaikum assalamu
    alaikum 'alaikum wr wb warahmatullahi wabarakatuh salam selamat slmt met pagi siang sore malam malem mlm pg
    permisi punten misi min mimin admin minta ijin izin tanya nanya bertanya mau numpang kak kakak pak bapak bu
    ibu bapak/ibu mas mbak bos gan om bang tim helpdesk arkas bot arkasbot ya dong nih maaf sebelumnya mohon
    maap apa kabar kabarnya tes test ping p sugeng enjing enjang dalu sonten wilujeng rahayu good morning
    afternoon evening everyone semua semuanya ingin boleh bisa saya sy aku
    """
)


def beside_greeting(text: str) -> str:
    """What a text says beside greeting: the text itself when that is more than a word, else nothing.

    >>> beside_greeting("Selamat pagi min"), beside_greeting("pagi min, pagu belum muncul")
    ('', 'pagi min, pagu belum muncul')
    """
    rest = [word for word in words(text) if word not in GREETING_WORDS]
    return text if len(rest) >= 2 and not text.startswith("/") else ""


_WORD_OF_GREETING: Final = (
    r"h[ae]l+o\w*|ha[iy]|hi|hey|hei|as+alam\w*|salam|selamat|slmt|pagi|siang|sore|malam|malem|mlm|punten|sugeng|sampurasun|"
    r"kulo ?nuwun|horas|tabik|tabe|good"
)
_GREETING: Final = re.compile(rf"\b(?:{_WORD_OF_GREETING})\b", re.IGNORECASE)
_CALL: Final = re.compile(
    r"\b(?:met|pg|permisi|misi|ping|p|tes|test|min|admin|kak|pak|bu|mas|mbak|gan|bos)\b", re.IGNORECASE
)
_CALL_WORDS: Final = 2  # "min", "tes kak"


def greets(text: str) -> bool:
    """Whether a text greets, or does no more than to call somebody.

    >>> [greets(t) for t in ("selamat pagi bapak ibu", "min", "mau nanya lg boleh min")]
    [True, True, False]
    """
    return bool(_GREETING.search(text)) or (len(words(text)) <= _CALL_WORDS and bool(_CALL.search(text)))


def is_salam(text: str) -> bool:
    """Whether the Islamic greeting was said, which is answered in kind."""
    return bool(re.search(r"as+alam", text, re.IGNORECASE))


def greeting_at(moment: datetime) -> str:
    """The greeting for the time of day in WIB."""
    hour = moment.astimezone(WIB).hour
    for until, greeting in ((4, "Selamat malam"), (11, "Selamat pagi"), (15, "Selamat siang"), (18, "Selamat sore")):
        if hour < until:
            return greeting
    return "Selamat malam"
