"""Whatever bytes come in, reading and judging them ends soon, with a mail or with UnreadableMail.

ARKAS_TEST_NIGHTLY=1 tries 20,000 cases instead of a few hundred.
"""

import os
import time
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.mail.classification import classify
from bot.mail.models import MailKind, UnreadableMail
from bot.mail.reading import fingerprint, read_mail
from bot.mail.signing import TicketMarks
from bot.mail.threads import signed_threads, thread_of_subject

NIGHTLY: Final = bool(os.environ.get("ARKAS_TEST_NIGHTLY"))
CASES: Final = 20_000 if NIGHTLY else 150
SECONDS: Final = 8.0  # for one mail, on a busy machine
MARKS: Final = TicketMarks("rahasia-korpus", "bantuan.example")
CORPUS: Final = [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "mail").glob("*.eml"))]
SMALL: Final = [raw for raw in CORPUS if len(raw) < 20_000]
pytestmark = pytest.mark.timeout(2 * 3600 if NIGHTLY else 120)
unhurried = settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def take(raw: bytes) -> MailKind:
    """Read and judge as the receiver does; every text that would be stored can be stored."""
    assert len(fingerprint(raw)) == 64
    try:
        mail = read_mail(raw)
    except UnreadableMail:
        return MailKind.UNREADABLE
    for text in (mail.sender, mail.sender_name, mail.subject, mail.message_id, mail.text, mail.quoted):
        text.encode("utf-8")
        assert "\0" not in text
    signed = next(signed_threads(mail, MARKS), None)
    thread_of_subject(mail)
    for file in mail.files:
        (file.filename or "").encode("utf-8")
    return classify(mail, marks=MARKS, own="bantuan@bantuan.example", signed=signed is not None).kind


@unhurried
@given(st.binary(max_size=2_000))
def test_any_bytes(raw: bytes) -> None:
    take(raw)


FIELDS: Final = st.sampled_from(
    ["From", "To", "Subject", "Date", "Message-ID", "References", "In-Reply-To", "Content-Type",
     "Content-Transfer-Encoding", "Content-Disposition", "Return-Path", "Auto-Submitted", "Delivered-To", "Reply-To",
     "List-Id", "Precedence", "Authentication-Results", "MIME-Version", "X-Spam-Flag"]
)  # fmt: skip
VALUES: Final = st.one_of(
    st.text(max_size=120),
    st.sampled_from(
        ["multipart/mixed; boundary=b", "multipart/alternative", "message/rfc822", "text/html; charset=punycode", "<>",
         "multipart/report; report-type=delivery-status; boundary=b", "base64", "quoted-printable", "=?utf-8?b?////?=",
         "x-uuencode", "attachment; filename*0*=utf-8''%ff; filename*1=\"", "message/delivery-status", "text/calendar",
         "((((((((",
         '"' * 9, "a@b.id", "<a@b.id>", "=?x?y?z?=", "text/plain; charset*=x'y'%", ";;;;", "=?utf-8?q?=00?="]
    ),
)  # fmt: skip


@unhurried
@given(st.lists(st.tuples(FIELDS, VALUES), max_size=12), st.binary(max_size=600), st.sampled_from([b"\r\n", b"\n"]))
def test_any_header_before_any_body(fields: list[tuple[str, str]], body: bytes, newline: bytes) -> None:
    lines = [f"{name}: {value}".encode("utf-8", "surrogatepass") for name, value in fields]
    take(newline.join([*lines, b"", body.replace(b"|", b"\n--b\n")]))


@unhurried
@given(st.sampled_from(SMALL), st.data())
def test_real_mails_with_bytes_changed_cut_and_doubled(raw: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.integers(start, min(len(raw), start + 400)))
        piece = data.draw(st.one_of(st.binary(max_size=20), st.just(raw[start:end] * 3)))
        raw = raw[:start] + piece + raw[end:]
    take(raw)


def _nested(kind: str, depth: int) -> bytes:
    heads = "".join(f"Content-Type: multipart/{kind}; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth))
    return f"From: a@b.id\r\nSubject: s\r\n{heads}\r\nisi\r\n".encode()


def _with(field: str, value: bytes) -> bytes:
    return b"From: a@b.id\r\n" + field.encode() + b": " + value + b"\r\n\r\nisi\r\n"


MEGA: Final = 10_000_000
HEAD: Final = 900_000  # what a header may just hold
HEAVY: Final = {
    "10 MB subject": lambda: _with("Subject", b"a " * (MEGA // 2)),
    "10 MB subject on many lines": lambda: _with("Subject", b"abc def\r\n " * (MEGA // 11)),
    "a megabyte of encoded words": lambda: _with("Subject", b"=?utf-8?q?a?= " * (HEAD // 14)),
    "a megabyte sender": lambda: _with("From", b"(" * HEAD),
    "a long subject": lambda: _with("Subject", b"a " * (HEAD // 2)),
    "sender of brackets": lambda: _with("Reply-To", b"<" * HEAD),
    "a megabyte of references": lambda: _with("References", b"<a@b> " * (HEAD // 6)),
    "a megabyte of recipients": lambda: _with("To", b"a@b.id, " * (HEAD // 8)),
    "quotes": lambda: _with("To", b'"\\' * (HEAD // 2)),
    "a megabyte content type": lambda: _with("Content-Type", b"text/plain; a=b" * (HEAD // 15)),
    "10 MB file name in a part": lambda: (
        b"From: a@b.id\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Disposition: attachment; "
        + b"filename*0=a; " * (MEGA // 14)
        + b"\r\n\r\nx\r\n--b--\r\n"
    ),
    "a million fields": lambda: b"From: a@b.id\r\n" + b"X: y\r\n" * 1_000_000 + b"\r\nisi\r\n",
    "100,000 fields": lambda: b"From: a@b.id\r\n" + b"X: y\r\n" * 100_000 + b"\r\nisi\r\n",
    "one line of 10 MB": lambda: _with("Subject", b"s")[:-5] + b"x" * MEGA,
    "10 MB of empty lines": lambda: _with("Subject", b"s") + b"\n" * MEGA,
    "10 MB of quotations": lambda: _with("Subject", b"s") + b"> > Pada\r\n" * (MEGA // 10),
    "10 MB of introductions": lambda: _with("Subject", b"s") + b"Pada 10.03 a@b <\r\n" * (MEGA // 18),
    "10 MB of addresses in a line": lambda: _with("Subject", b"s") + b"Pada 10.03 <a@b " * (MEGA // 16),
    "10 MB of dates": lambda: _with("Subject", b"s") + b"Pada 1/1/2025 10.03 11.12.2025 17:00 \r\n" * (MEGA // 36),
    "dates far apart": lambda: _with("Subject", b"s") + (b"Pada 1" + b" " * 580 + b"\r\n") * (MEGA // 588),
    "marked dates": lambda: _with("Subject", b"s") + b"1/1/2025 10.03 a@b 1/1/2025\r\n> x\r\n" * (MEGA // 36),
    "10 MB of advertisements": lambda: _with("Subject", b"s") + b"Dikirim dari iPhone saya\r\n\r\n" * (MEGA // 28),
    "10 MB of legal notes": lambda: (
        _with("Subject", b"s") + b"Email ini rahasia, bukan penerima, hapus, dilarang\r\n\r\n" * (MEGA // 54)
    ),
    "10 MB of HTML": lambda: _with("Content-Type", b"text/html") + b"<div><p>a</p>" * (MEGA // 13),
    "deep HTML": lambda: _with("Content-Type", b"text/html") + b"<blockquote><table><tr><td>" * 100_000,
    "10 MB of base64 rubbish": lambda: (
        b"From: a@b.id\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"====AAAA\r\n" * (MEGA // 10)
    ),
    "40 multiparts in each other": lambda: _nested("mixed", 40),
    "5,000 multiparts in each other": lambda: _nested("mixed", 5_000),
    "mails in mails": lambda: b"From: a@b.id\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 5_000 + b"isi",
    "20,000 parts": lambda: (
        b"From: a@b.id\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 20_000
    ),
    "depth times lines": lambda: _nested("mixed", 55) + b"\n" * 5_000_000,
}


@pytest.mark.parametrize("name", HEAVY)
def test_heavy_mail_is_taken_or_refused_in_bounded_time(name: str) -> None:
    raw = HEAVY[name]()
    start = time.monotonic()
    take(raw)
    assert time.monotonic() - start < SECONDS
