"""Rules of the text that people read (`docs/articles.md`, "The body")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.articles.linting.findings import Finding, Severity
from bot.articles.linting.material import Material
from bot.articles.linting.readability import Readability, readability
from embeddings import Article

WORDS: Final = range(80, 351)
LONGEST_EXCERPT: Final = 200
WIDEST_TABLE: Final = 3
LONGEST_SENTENCE: Final = 30  # words; half of the shipped articles stay below 20
LARGEST_MEAN: Final = 16.0
LARGEST_LONG_SHARE: Final = 50.0  # percent
LARGEST_LIX: Final = 60.0
UNFINISHED: Final = "[belum ditulis]"  # what `articles new` leaves in a skeleton

_SENTENCE_ENDS_INSIDE: Final = re.compile(r"[.!?][\"')*]*\s+(?=[A-Z\"'(*])")
_ABBREVIATION: Final = re.compile(r"\b(?:No|Nomor|dll|dsb|dst|hlm|Rp|Bpk|Ibu|a\.n|d\.a|s\.d|[A-Z])\.\s+", re.IGNORECASE)
_FORBIDDEN: Final = (
    (re.compile(r"^#(?!#)|^####*\s"), "only ## headings are shown alone in a chat"),
    (re.compile(r"<[a-zA-Z/!][^>]*>"), "raw HTML is never shown"),
    (re.compile(r"!\["), "images are not shown in a chat"),
)
_TABLE_ROW: Final = re.compile(r"^\s*\|(.+)\|\s*$")


def unfinished(material: Material) -> Iterator[Finding]:
    """Skeletons of `articles new` that nobody wrote to the end."""
    for article in material.articles:
        for offset, line in enumerate(article.body.splitlines()):
            if UNFINISHED in line:
                yield material.problem(article, "unfinished", "is not written yet", at="body", index=offset)


def length(material: Material) -> Iterator[Finding]:
    """80 to 350 words: long enough to solve the problem, short enough for a phone."""
    for article in material.written:
        count = len(material.plain(article.body).split())
        if count not in WORDS:
            message = f"the body has {count} words, not {WORDS.start} to {WORDS.stop - 1}"
            yield material.problem(article, "length", message, at="body")


def first_sentence(material: Material) -> Iterator[Finding]:
    """The first paragraph is the card's excerpt and the chat's short form: one sentence of at most 200 characters."""
    for article in material.written:
        excerpt = material.plain(article.introduction.split("\n\n", 1)[0])
        if len(excerpt) > LONGEST_EXCERPT:
            message = f"the first paragraph has {len(excerpt)} characters, more than {LONGEST_EXCERPT}"
            yield material.problem(article, "excerpt", message, at="body")
        if _SENTENCE_ENDS_INSIDE.search(_ABBREVIATION.sub("", excerpt)):
            yield material.problem(article, "excerpt", "the first paragraph is more than one sentence", at="body")
        elif not excerpt.endswith((".", "!", "?")):
            yield material.problem(article, "excerpt", "the first paragraph does not end as a sentence", at="body")


def form(material: Material) -> Iterator[Finding]:
    """What neither the pages nor a chat can show."""
    for article in material.written:
        for offset, line in enumerate(article.body.splitlines()):
            for pattern, message in _FORBIDDEN:
                if pattern.search(line):
                    yield material.problem(article, "form", message, at="body", index=offset)
            row = _TABLE_ROW.match(line)
            if row and row[1].count("|") >= WIDEST_TABLE:
                message = f"the table is wider than {WIDEST_TABLE} columns"
                yield material.problem(article, "form", message, at="body", index=offset)


def ease(material: Material) -> Iterator[Finding]:
    """Sentences and words that are too long for a worried reader on a small screen; warnings."""
    for article in material.written:
        lines = [material.plain(line) for line in article.body.splitlines() if not line.startswith("#")]
        measured = readability(lines)
        for message in _hard_to_read(measured):
            offset = _where(article, measured.longest) if "sentence of" in message else 0
            yield material.problem(article, "ease", message, at="body", index=offset, severity=Severity.WARNING)


def _hard_to_read(measured: Readability) -> Iterator[str]:
    if measured.longest_words > LONGEST_SENTENCE:
        yield f"a sentence of {measured.longest_words} words: {measured.longest[:60]} ..."
    if measured.sentence > LARGEST_MEAN:
        yield f"sentences have {measured.sentence:.1f} words on average, more than {LARGEST_MEAN:g}"
    if measured.long_words > LARGEST_LONG_SHARE:
        yield f"{measured.long_words:.0f} % of the words are long, more than {LARGEST_LONG_SHARE:g} %"
    if measured.lix > LARGEST_LIX:
        yield f"is hard to read: LIX {measured.lix:.0f}, more than {LARGEST_LIX:g}"


def _where(article: Article, sentence: str) -> int:
    """The line of the body that holds most of a sentence's words."""
    words = set(sentence.split())
    lines = article.body.splitlines()
    return max(range(len(lines)), key=lambda i: len(words & set(lines[i].split())))
