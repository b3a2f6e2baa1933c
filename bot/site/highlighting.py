"""Marks the words of a question where they stand in a title or an excerpt."""

import re
from typing import Final

from markupsafe import Markup, escape

_WORD: Final = re.compile(r"[^\W_]+")
_SHORTEST: Final = 3
_STEM: Final = 6  # "penutupan" should mark "penutup"; long words are compared by their beginning
# Words that would mark half of every sentence.
_COMMON: Final = frozenset(
    {
        *("yang", "dan", "atau", "dari", "untuk", "dengan", "pada", "oleh", "dalam", "agar", "jika", "kalau", "juga"),
        *("apa", "apakah", "bagaimana", "mengapa", "kenapa", "gimana", "cara", "bisa", "tidak", "ada", "akan", "kok"),
        *("saya", "kami", "ini", "itu", "sudah", "belum", "min", "pak", "tolong", "mohon"),
    }
)


def words_of(query: str) -> list[str]:
    """Return the words that are worth marking, in lower case.

    >>> words_of("Kenapa saya tidak bisa tutup BKU?")
    ['tutup', 'bku']
    """
    words = (word.lower() for word in _WORD.findall(query))
    return list(dict.fromkeys(w for w in words if len(w) >= _SHORTEST and w not in _COMMON))


def highlight(text: str, query: str) -> Markup:
    """Escape `text` and wrap what the query also says in `<mark>`.

    >>> highlight("Menutup <BKU> bulanan", "bku")
    Markup('Menutup &lt;<mark>BKU</mark>&gt; bulanan')
    """
    words = words_of(query)
    if not words:
        return escape(text)
    parts, end = [], 0
    for match in _pattern(words).finditer(text):
        parts += [escape(text[end : match.start()]), Markup("<mark>{}</mark>").format(match[0])]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def _pattern(words: list[str]) -> re.Pattern[str]:
    beginnings = sorted((re.escape(word[:_STEM]) for word in words), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(beginnings)})\w*", re.IGNORECASE)
