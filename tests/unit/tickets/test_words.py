"""By which words tickets are found, what queries mean, and what is shown of a hit."""

import doctest
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.replies import rules as replies
from bot.tickets import words
from bot.tickets.models import Ticket, TicketEvent, TicketEventKind, TicketStatus
from bot.tickets.words import Term, document_of, fts5_match, mark, parse_query, tsquery, tsvector

K = TicketEventKind
NOON = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)  # in WIB it is December already
TICKET = Ticket(
    12345, "rina@sdn1.sch.id", "ARKAS", "Tutup BKU", "Tombolnya mati.", "form", NOON, TicketStatus.QUEUED, None,
    events=(TicketEvent(K.OPENED, NOON, "reporter", id=1, seq=1),),
)  # fmt: skip


def test_examples_hold() -> None:
    assert [doctest.testmod(module).failed for module in (words, replies)] == [0, 0]


def test_document_holds_all_that_was_said_but_not_what_was_taken_back() -> None:
    said = [
        TicketEvent(K.NOTE, NOON, "officer:budi", {"text": "Dinas Sleman"}, id=2),
        TicketEvent(K.ANSWERED, NOON, "officer:budi", {"text": "Zubaidah"}, id=3),
        TicketEvent(K.RECALLED, NOON, "officer:budi", {"event": 3}, id=4),
    ]
    document = document_of(replace(TICKET, events=(*TICKET.events, *said)))
    assert {"12345", "tutup", "rina", "sdn1", "tombolnya", "sleman"} <= set(document.words)
    assert "zubaidah" not in document.words
    assert mark("month", "2026-12") in document.marks
    assert mark("status", "QUEUED") in document.marks


def test_a_document_has_an_end() -> None:
    long = tuple(TicketEvent(K.NOTE, NOON, "officer:budi", {"text": "abcde " * 20_000}, id=n) for n in range(2, 30))
    document = document_of(replace(TICKET, events=(*TICKET.events, *long)))
    assert len(document.words) <= 15_000
    assert len(tsvector(document)) < 1_000_000


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("tutup bku", (Term(("tutup",)), Term(("bku",), prefix=True))),
     ('"tutup bku"', (Term(("tutup", "bku")),)),
     ("versi 4.2", (Term(("versi",)), Term(("4", "2")))),
     ('bku "', (Term(("bku",)),)),
     ("*** ' ;", ())],
)  # fmt: skip
def test_queries_mean_words_in_a_row_or_anywhere(typed: str, wanted: tuple[Term, ...]) -> None:
    assert parse_query(typed) == wanted


def test_queries_are_made_of_nothing_that_was_typed_but_words() -> None:
    terms = parse_query('a\'b") OR (\\ & | ! : <-> "x* y" NEAR')
    marks = [[mark("assignee", "bu' rina")]]
    assert set("'\\!") & set(fts5_match(terms, marks)) == set()
    assert tsquery(terms, marks).count("'") % 2 == 0
    assert '"a b"' in fts5_match(terms, marks)
