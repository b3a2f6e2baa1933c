"""Which ticket a mail belongs to; four ways, the surest first.

The first three carry a signature of ours, so whoever has them was sent a mail of that ticket. The number in the subject
carries none: it counts only when the reporter of that ticket is the sender (zammad#5064 shows what happens otherwise).
"""

import re
from collections.abc import Iterator
from typing import Final

from bot.mail.models import IncomingMail, Thread, ThreadedBy
from bot.mail.signing import TicketMarks

_SUBJECT_NUMBER: Final = re.compile(r"#\s?([1-9][0-9]{3,17})\b")
_MOST: Final = 20  # signs looked at of one kind: a mail full of them gains nothing


def signed_threads(mail: IncomingMail, marks: TicketMarks) -> Iterator[Thread]:
    """The tickets that a mail may answer by a sign that nobody can make up."""
    for recipient in list(mail.recipients)[:_MOST]:
        if (number := marks.number_of_address(recipient)) is not None:
            yield Thread(number, ThreadedBy.ADDRESS)
    for reference in list(mail.references)[: _MOST * 5]:
        yield from (Thread(number, ThreadedBy.REFERENCES) for number in marks.numbers_of_references(reference))
    for text in (mail.quoted, mail.text):
        yield from (Thread(number, ThreadedBy.MARKER) for number in list(marks.numbers_of_markers(text))[:_MOST])


def thread_of_subject(mail: IncomingMail) -> Thread | None:
    """The ticket that the subject names ("Re: #12345 - ..."): to be believed only from that ticket's reporter."""
    found = _SUBJECT_NUMBER.search(mail.subject)
    return Thread(int(found[1]), ThreadedBy.SUBJECT) if found else None


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are the same mailbox; no provider in use here tells upper from lower case."""
    return bool(one) and one.casefold() == other.casefold()


_PREFIX: Final = re.compile(r"(?:(?:re|bls|balas|fwd?|fw|trs|terusan|aw|sv)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


def bare_subject(subject: str) -> str:
    """A subject without "Re:", "Fwd:", "Bls:" and without a ticket's number in front."""
    bare = _PREFIX.sub("", subject.strip(), count=1) if _PREFIX.match(subject.strip()) else subject.strip()
    return re.sub(r"^#\s?\d{4,18}\s*-\s*", "", bare).strip()
