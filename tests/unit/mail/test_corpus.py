"""Mails after the shape of real clients (tests/mail/*.eml), each with what it must be read as beside it."""

from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from bot.mail.classification import classify
from bot.mail.models import IncomingMail
from bot.mail.reading import read_mail
from bot.mail.signing import TicketMarks
from bot.mail.threads import same_address, signed_threads, thread_of_subject

CORPUS: Final = Path(__file__).parents[2] / "mail"
MAILS: Final = sorted(path.stem for path in CORPUS.glob("*.eml"))
MARKS: Final = TicketMarks("rahasia-korpus", "bantuan.example")
REPORTER: Final = "operator.sdn1@gmail.com"  # of ticket 12345, the only one


def _thread(mail: IncomingMail) -> dict[str, object] | None:
    signed = next(signed_threads(mail, MARKS), None)
    named = thread_of_subject(mail)
    found = signed or (named if named and same_address(mail.sender, REPORTER) else None)
    return {"number": found.number, "by": found.by.value} if found else None


def _judge(mail: IncomingMail) -> Any:  # noqa: ANN401 - the sidecar's own shape
    signed = next(signed_threads(mail, MARKS), None) is not None
    return classify(mail, marks=MARKS, own="bantuan@bantuan.example", signed=signed, authserv_id="mx.bantuan.example")


def test_corpus_is_large() -> None:
    assert len(MAILS) >= 100


@pytest.mark.parametrize("name", MAILS)
def test_mail_is_read_as_its_sidecar_says(name: str) -> None:
    mail = read_mail((CORPUS / f"{name}.eml").read_bytes())
    expected = yaml.safe_load((CORPUS / f"{name}.yml").read_text(encoding="utf-8"))
    verdict = _judge(mail)
    found = {
        "kind": verdict.kind.value,
        "sender": mail.sender,
        "subject": mail.subject,
        "thread": _thread(mail),
        "files": [file.filename for file in mail.files],
        "text": mail.text,
    }
    found |= {"reason": verdict.reason}
    assert {name: found[name] for name in expected} == expected
