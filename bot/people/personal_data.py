"""Finds personal data in people's words, in the forms in which Indonesians write them.

What must not stand in logs or lists (dossier, section 0 no. 8): addresses, telephone, NIK, NIP, NPWP, NPSN, account
numbers. A number that has its name before it ("NPSN 2010 0123", "norek ...") is taken in any grouping; one without a
name only in groupings that amounts, dates, account codes (5.1.02.01.01.0024) and versions do not have.
"""

import re
from collections.abc import Iterator
from typing import Final

_SEP: Final = "[ .\u00a0\u2010-\u2015-]"  # a space, a dot, a hyphen, and what word processors make of them
_DASH: Final = "[\u2010-\u2015-]"
_BARE: Final = r"(?<![\d.,])"  # not within a number
_END: Final = rf"(?!\d|{_DASH}\d)"
_NAME: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_DOMAIN: Final = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}"
# Bounded, and begun only where a word begins: a mail of one endless word costs no more than any other.
EMAIL_PATTERN: Final = rf"(?<!{_NAME}){_NAME}{{1,64}}(?:\.{_NAME}{{1,64}}){{0,8}}@{_DOMAIN}"
_TORN_EMAIL: Final = rf"(?<!{_NAME})[A-Za-z0-9._%+-]{{2,64}}(?: @ ?|@ ){_DOMAIN}"


_BETWEEN: Final = 20  # characters between a number and its name


def _said(names: str) -> str:
    """Before a number: what it is, and what may stand between ("NPSN sekolah kami: ")."""
    return rf"\b(?i:{names})(?![A-Za-z])[^\d\n]{{0,{_BETWEEN}}}?"


_MONTH: Final = "(?:0[1-9]|1[0-2])"  # of birth: where it stands in a NIK, so that four years in a row are none


def _digits(least: int, most: int, sep: str = _SEP) -> str:
    """So many digits, one separator at most between two of them."""
    return rf"\d(?:{sep}?\d){{{least - 1},{most - 1}}}(?!\d)"


# What stands before it, how it is written, what it is. At one place the first one that fits counts: a NIK is not half
# a telephone number.
_ADDRESSES: Final = (("", EMAIL_PATTERN, "email"), ("", _TORN_EMAIL, "email"))
_NUMBERS: Final = (
    (_said("nik|no(?:mor)? ?ktp|ktp"), _digits(16, 16), "NIK/NPWP"),
    (r"(?<!\d)", r"\d{16}(?!\d)", "NIK/NPWP"),
    (
        _BARE,
        rf"(?:[03-9]\d{{3}}{_SEP}\d{{4}}{_SEP}\d{{4}}|[12]\d{{3}}{_SEP}\d{{4}}{_SEP}{_MONTH}\d\d){_SEP}\d{{4}}{_END}",
        "NIK/NPWP",
    ),
    (_BARE, rf"\d{{6}}{_SEP}\d{{6}}{_SEP}\d{{4}}{_END}", "NIK/NPWP"),
    (_BARE, rf"\d\d{_SEP}\d\d{_SEP}\d\d{_SEP}\d{{6}}{_SEP}\d{{4}}{_END}", "NIK/NPWP"),
    (r"(?<!\d)", r"\d{18}(?!\d)", "NIP"),
    (_BARE, rf"\d{{8}}{_SEP}\d{{6}}{_SEP}\d{_SEP}\d{{3}}{_END}", "NIP"),
    (_said("nip"), _digits(18, 18), "NIP"),
    (r"(?<!\d)", rf"\d\d{_SEP}\d{{3}}{_SEP}\d{{3}}{_SEP}\d{_SEP}\d{{3}}{_SEP}\d{{3}}(?!\d)", "NPWP"),
    (_said("npwp"), _digits(15, 16), "NPWP"),
    (_said("npsn"), rf"(?:[A-Za-z]{_SEP}?{_digits(7, 7)}|{_digits(8, 8)})", "NPSN"),
    (r"(?<![A-Za-z0-9])", r"[KPT]\d{7}(?!\d)", "NPSN"),
    (r"(?<![\d.])", rf"\(?(?:\+?62\)?{_SEP}?\(?0?|0)\)?{_SEP}?8\d\)?(?:[ -]?\d){{6,11}}(?!\d)", "telepon"),
    (r"(?<![\d.])", rf"\(?(?:\+?62\)?{_SEP}?\(?0?|0)8\d{{1,3}}\)?(?:{_SEP}{{1,3}}\d{{2,5}}){{2,4}}(?!\d)", "telepon"),
    (r"(?<![\d.])", r"0(?: \d){9,12}(?! ?\d)", "telepon"),
    (_BARE, rf"(?:\(0\d{{2,3}}\) ?|0\d{{2,3}} ?{_DASH} ?)\d{{3,4}}{_SEP}?\d{{3,4}}{_END}", "telepon"),
    (_said(r"telp(?:on)?|telepon|tlp|hp|wa|whatsapp"), rf"\+?{_digits(9, 14)}", "telepon"),
    (_BARE, rf"(?=(?:{_DASH}?\d){{10,20}}{_END})\d{{3,4}}(?:{_DASH}\d{{1,7}}){{2,5}}", "nomor rekening"),
    (_BARE, rf"\d{{3}}\.\d\d\.\d\d\.\d{{4,7}}(?:[.-]\d)?{_END}", "nomor rekening"),
    (_said("no(?:mor)? ?rek(?:ening)?|norek|rek|rekening|virtual account"), _digits(8, 20, "[ -]"), "nomor rekening"),
    (r"(?<!\d)", r"\d{10,}", "nomor"),
    (r"(?<![\dxX])", r"\d{8}(?!\d)", "NPSN"),  # not 0x80070005
)


def _any_of(forms: tuple[tuple[str, str, str], ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern of all, and what each of its groups is."""
    pattern = "|".join(f"{said}(?P<k{place}>{form})" for place, (said, form, _) in enumerate(forms))
    return re.compile(pattern), {f"k{place}": kind for place, (_, _, kind) in enumerate(forms)}


_ANY_ADDRESS: Final = _any_of(_ADDRESSES)
_ANY_NUMBER: Final = _any_of(_NUMBERS)
# Seven digits that are written together: all forms are tried there alone, for a long mail has many letters.
_MANY_DIGITS: Final = re.compile(r"\d(?:[ .()\u00a0\u2010-\u2015-]{0,3}\d){6,}")
_BEFORE: Final = 40  # characters: the longest name of a number, with what stands between
_ADDRESS_MAX: Final = 330  # characters, with the spaces of a torn one
_EDGES: Final = (" ", "\n", "\t", "@")
_WORD_AFTER: Final = re.compile(r" ?[^\s@]*")


def personal_data(text: str) -> Iterator[tuple[int, int, str]]:
    """Where personal data stand in a text, in order, and what they are ("email", "telepon", "NPSN" ...).

    >>> text = "NPSN: 2021 2345, WA +62 812-3456-7890"
    >>> [(text[start:end], kind) for start, end, kind in personal_data(text)]
    [('2021 2345', 'NPSN'), ('+62 812-3456-7890', 'telepon')]
    """
    addresses = list(_found(text, _ANY_ADDRESS, _around_marks(text)))
    numbers = list(_found(text, _ANY_NUMBER, _around_digits(text)))
    end = 0
    for span in sorted(addresses + numbers, key=lambda each: (each[0], -each[1])):
        if span[0] >= end:
            yield span
            end = span[1]


def _found(
    text: str, forms: tuple[re.Pattern[str], dict[str, str]], stretches: Iterator[tuple[int, int]]
) -> Iterator[tuple[int, int, str]]:
    pattern, kinds = forms
    for first, last in stretches:
        for found in pattern.finditer(text, first, last):
            group = found.lastgroup or ""
            yield *found.span(group), kinds[group]


def _around_marks(text: str) -> Iterator[tuple[int, int]]:
    """The words on both sides of each @."""
    mark = text.find("@")
    while mark >= 0:
        first, last = max(0, mark - _ADDRESS_MAX), mark - text.startswith(" ", mark - 1)
        word = max(text.rfind(edge, first, last) for edge in _EDGES) + 1
        after = _WORD_AFTER.match(text, mark + 1, mark + _ADDRESS_MAX)
        yield max(first, word), after.end() if after else mark
        mark = text.find("@", mark + 1)


def _around_digits(text: str) -> Iterator[tuple[int, int]]:
    """Where seven digits stand together, with the words before."""
    end = 0
    for digits in _MANY_DIGITS.finditer(text):
        yield max(end, digits.start() - _BEFORE), digits.end() + 1
        end = digits.end()
