"""Pure rules of incoming mail: what a mail reports, in the words and within the lengths of a ticket."""

import re
from collections.abc import Sequence
from typing import Final

from bot.mail.models import IncomingMail
from bot.mail.texts import one_line, shorten
from bot.mail.threads import bare_subject
from bot.tickets.rules import DETAILS_LENGTH, SUBJECT_LENGTH, TEXT_LENGTH

SUBJECTLESS: Final = "Laporan melalui email"
_SHORT: Final = "(Laporan melalui email, tanpa rincian lain.)"
_SUBJECT_SHOWN: Final = 200

# The first that is named wins; ARKAS last, because reports on the others name it in passing.
_PROGRAM_WORDS: Final = (
    ("SIPLah", re.compile(r"\b(?:siplah|sip lah|pbj|pb3)\b", re.IGNORECASE)),
    (
        "BOSP Salur",
        re.compile(r"\b(?:bosp? salur|penyaluran|dana (?:belum|blm|tidak) (?:masuk|cair|salur))\b", re.IGNORECASE),
    ),
    ("MARKAS", re.compile(r"\bmarkas\b", re.IGNORECASE)),
    (
        "ARKAS",
        re.compile(r"\b(?:arkas|rkas|rakas|bku|kertas kerja|kode aktivasi|pengesahan|pergeseran)\b", re.IGNORECASE),
    ),
)


def program_of(mail: IncomingMail) -> str:
    """The program that a mail is about, by its words; an officer can change it."""
    for text in (mail.subject, mail.text[:2000]):
        for program, words in _PROGRAM_WORDS:
            if words.search(text):
                return program
    return "Lainnya"


def report_subject(mail: IncomingMail) -> str:
    """The subject of the ticket that a mail opens."""
    subject = one_line(bare_subject(mail.subject))
    return subject[: SUBJECT_LENGTH[1]].strip() if len(subject) >= SUBJECT_LENGTH[0] else SUBJECTLESS


def report_text(mail: IncomingMail, refused: Sequence[str]) -> str:
    """The details of the ticket that a mail opens."""
    text = _with_notes(mail.text.strip(), refused, DETAILS_LENGTH[1])
    return text if len(text) >= DETAILS_LENGTH[0] else f"{text}\n\n{_SHORT}".strip()


def answer_text(mail: IncomingMail, refused: Sequence[str]) -> str:
    """What a mail adds to a ticket; one that only brings files says so."""
    return _with_notes(mail.text.strip() or "(tanpa teks; lihat lampiran)", refused, TEXT_LENGTH)


def _with_notes(text: str, refused: Sequence[str], limit: int) -> str:
    """`text` with a line for each file that was not taken in, so that nobody waits for it."""
    notes = "\n".join(f"[Lampiran tidak diterima: {one_line(note)[:200]}]" for note in refused[:20])
    room = limit - len(notes) - 2
    return "\n\n".join(part for part in (shorten(text, room), notes) if part)


def shown_subject(subject: str) -> str:
    """A subject as the list of mails shows it."""
    return one_line(subject)[:_SUBJECT_SHOWN]
