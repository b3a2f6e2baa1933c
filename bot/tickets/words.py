"""The words by which tickets are found: what is stored of a ticket, and what a query means.

Words are cut here and not by the databases, so that SQLite and PostgreSQL find the same: theirs differ about
addresses ("rina@sdn1.sch.id" is one word to PostgreSQL), paths and numbers. No stemming: officers look for names,
numbers and messages as they stand, Indonesian stems merge what they keep apart, and SQLite knows none.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.clock import WIB
from bot.tickets.models import Ticket, TicketState
from bot.tickets.state import folded

WORD: Final = re.compile(r"[^\W_]+")
_QUOTED: Final = re.compile(r'"([^"]*)"')
_WORD_LENGTH: Final = 60
_TEXT_LENGTH: Final = 20_000  # of one message; a pasted log file need not be found by its last line
_DOCUMENT_WORDS: Final = 15_000  # PostgreSQL knows places up to 16,383
_DOCUMENT_LENGTH: Final = 150_000  # letters, of at most four bytes: PostgreSQL refuses a document above 1 MiB
_TERMS: Final = 12
_PREFIX_LENGTH: Final = 3


Marks = Sequence[Sequence[str]]  # of each sequence, one mark must be there


@dataclass(frozen=True)
class Term:
    """One or more words in a row; the last one may go on (`prefix`)."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True)
class Document:
    """What is stored of a ticket: its words in their order, and marks by which lists are narrowed."""

    words: tuple[str, ...]
    marks: tuple[str, ...]


def words_of(text: str) -> list[str]:
    """The words of a text as they are stored and looked for.

    >>> words_of("Gagal tutup BKU (versi 4.2.1), rina@sdn1.sch.id")
    ['gagal', 'tutup', 'bku', 'versi', '4', '2', '1', 'rina', 'sdn1', 'sch', 'id']
    """
    return [word[:_WORD_LENGTH] for word in WORD.findall(plain(text))]


def plain(text: str) -> str:
    """A text without capitals and accents, as words are stored and looked for."""
    if text.isascii():
        return text.lower()
    kept = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in kept if not unicodedata.combining(c))


def mark(name: str, value: str) -> str:
    """A mark that no word of a text can be, nor another value's mark.

    >>> mark("status", "SOLVED")
    'status0534f4c564544'
    """
    return f"{name}0{value.encode().hex()}"


def document_of(ticket: Ticket) -> Document:
    """What is stored of a ticket as its log stands: number, subject, address, details and all that was said."""
    state = folded(ticket.events)
    texts = [str(ticket.number), ticket.subject, ticket.email, ticket.details, *said_in(ticket, state)]
    words: list[str] = []
    length = 0
    for word in (word for text in texts for word in words_of(text[:_TEXT_LENGTH])):
        length += len(word)
        if length > _DOCUMENT_LENGTH or len(words) == _DOCUMENT_WORDS:
            break
        words.append(word)
    return Document(tuple(words), marks_of(ticket, state))


def said_in(ticket: Ticket, state: TicketState) -> list[str]:
    """What was said in a ticket, notes too, but not what was taken back; newest first."""
    told = (str(event.data.get("text", "")) for event in reversed(ticket.events) if event.id not in state.recalled)
    return [text for text in told if text]


def marks_of(ticket: Ticket, state: TicketState) -> tuple[str, ...]:
    """The marks by which lists are narrowed."""
    values = {
        "status": state.status.name, "program": state.program or ticket.program, "priority": state.priority.value,
        "assignee": state.assignee or "", "spam": "yes" if state.spam else "no", "month": month_of(ticket.created_at),
    }  # fmt: skip
    return tuple(mark(name, value) for name, value in values.items())


def month_of(moment: datetime) -> str:
    """The month of a moment in WIB, "2026-11"."""
    return f"{moment.astimezone(WIB):%Y-%m}"


def parse_query(text: str) -> tuple[Term, ...]:
    """What a person's query means; anything may be written.

    Each word must stand in the ticket; words in quotation marks, or without a space between them, in a row. The last
    word may go on, as long as it has three letters.

    >>> [term.words for term in parse_query('"tutup bku" rina@sdn1.sch.id gagal')]
    [('tutup', 'bku'), ('rina', 'sdn1', 'sch', 'id'), ('gagal',)]
    """
    terms: list[Term] = []
    for place, part in enumerate(_QUOTED.split(text)):
        chunks = [part] if place % 2 else part.split()
        terms += [Term(tuple(words)) for chunk in chunks if (words := words_of(chunk))]
    terms = terms[:_TERMS]
    if terms and not text.rstrip().endswith('"') and len(terms[-1].words[-1]) >= _PREFIX_LENGTH:
        terms[-1] = Term(terms[-1].words, prefix=True)
    return tuple(terms)


def fts5_match(terms: Sequence[Term], marks: Marks) -> str:
    """The query in SQLite's language; made of letters, digits and our own signs only."""
    asked = [f'"{" ".join(term.words)}"' + (" *" if term.prefix else "") for term in terms]
    sides = [f"words : ({' AND '.join(asked)})"] if asked else []
    sides += [f"marks : ({' OR '.join(each)})" for each in marks]
    return " AND ".join(sides)


def tsquery(terms: Sequence[Term], marks: Marks) -> str:
    """The query in PostgreSQL's language; made of letters, digits and our own signs only."""
    asked = [
        " <-> ".join(
            [*(f"'{word}'" for word in term.words[:-1]), f"'{term.words[-1]}'" + (":*" if term.prefix else "")]
        )
        for term in terms
    ]
    wanted = (" | ".join(f"'{one}'" for one in each) for each in marks)
    return " & ".join(f"({side})" for side in (*asked, *wanted))


def tsvector(document: Document) -> str:
    """The document as PostgreSQL stores it: each word with its places."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(document.words, 1):
        places.setdefault(word, []).append(place)
    words = (f"'{word}':{','.join(map(str, at[:255]))}" for word, at in places.items())
    return " ".join([*words, *(f"'{each}'" for each in document.marks)])
