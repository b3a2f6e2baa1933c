"""Whether a text is in a language that the bot does not read: pure rules, asked only when the ranker abstains."""

import re
import unicodedata
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+")


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_FOREIGN: Final = _set(
    """
    how what when where why who which can could would should do does did is are am was were the a an my your his our
    i we you he she they it to for of in on at with from this that these those not no please help need want get have
    has had there their been will if and or but about into out up some any all
    """
)
_OURS: Final = _set(
    """
    di ke dari yang untuk dengan tidak tdk gak ga nggak bisa saya sy kami ini itu apa bagaimana gimana gmn kenapa knp
    mengapa kapan sudah sdh udah belum blm ada mau min pak bu kak tolong mohon kalau kalo ya dan atau cara kok juga
    pripun piye carane kumaha naha teu ora mboten wis durung atos encan abdi kulo niki teh
    """
)
_SHARE: Final = 0.34


def foreign(text: str) -> bool:
    """Whether a text is neither Indonesian nor a language of the country that people mix with it.

    >>> foreign("how do I close the cash book"), foreign("min close BKU nya gimana"), foreign("如何关闭账簿")
    (True, False, True)
    """
    if _other_script(text):
        return True
    said = [word.lower() for word in _WORD.findall(text)]
    strange = sum(word in _FOREIGN for word in said)
    return strange >= 2 and strange >= _SHARE * len(said) and not any(word in _OURS for word in said)


def _other_script(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    latin = sum("LATIN" in unicodedata.name(char, "") for char in letters)
    return len(letters) >= 2 and latin * 2 < len(letters)
