import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Final

import pytest
from icalendar import Calendar

from bot.mail.classification import classify
from bot.mail.composing import MOST_REFERENCES, Addresses, Composer
from bot.mail.desk import Letter
from bot.mail.models import MailKind, MailTemplate
from bot.mail.quoting import SEPARATOR, fold
from bot.mail.reading import read_mail
from bot.mail.signing import TicketMarks

ADDRESSES: Final = Addresses("Tim Helpdesk ARKAS <bantuan@bantuan.example>", "balas+{token}@bantuan.example")
MARKS: Final = TicketMarks("rahasia", ADDRESSES.domain)
COMPOSER: Final = Composer(ADDRESSES, MARKS)
NOW: Final = datetime(2026, 11, 23, 3, tzinfo=UTC)
CLOSES: Final = datetime(2026, 11, 25, 3, tzinfo=UTC)


def _letter(template: MailTemplate = MailTemplate.ANSWERED, **changes: object) -> Letter:
    values: dict[str, object] = {
        "template": template,
        "number": 12345,
        "subject": "Tidak bisa tutup BKU",
        "recipient": "siti@sdn1.sch.id",
        "link": "https://bantuan.example/tiket?nomor=12345",
        "words": "Mohon kirim NPSN.\n\n1. a & b\n2. <c>",
        "attention": "akan ditindaklanjuti Senin, 24 November 2025 mulai 08.00 WIB",
        "closes_at": CLOSES,
        "other": 11111,
    }
    return Letter(**(values | changes))  # type: ignore[arg-type]


def _mail(letter: Letter, thread: tuple[str, ...] = ()) -> EmailMessage:
    raw = COMPOSER.compose(letter, key="mail:12345:7", thread=thread, at=NOW).raw
    return message_from_bytes(raw, policy=default)


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("template", MailTemplate)
def test_every_mail_has_text_and_html_with_separator_number_link_and_marker(template: MailTemplate) -> None:
    mail = _mail(_letter(template))
    for body in (_body(mail, "plain"), _body(mail, "html")):
        assert SEPARATOR in body
        assert "#12345" in body
        assert "https://bantuan.example/tiket?nomor=12345" in body
        assert MARKS.marker(12345) in body
        assert "{{" not in body


@pytest.mark.parametrize(
    ("template", "told"),
    [
        (MailTemplate.OPENED, "akan ditindaklanjuti Senin, 24 November 2025 mulai 08.00 WIB"),
        (MailTemplate.INFORMATION_ASKED, "sebelum Rabu, 25 November 2026 pukul 10.00 WIB"),
        (MailTemplate.REMINDER_6H, "sebelum Rabu, 25 November 2026 pukul 10.00 WIB"),
        (MailTemplate.REMINDER_24H, "pengingat terakhir"),
        (MailTemplate.CLOSED_FOR_SILENCE, "Kendala masih terjadi"),
        (MailTemplate.SOLVED, "Kendala masih terjadi"),
        (MailTemplate.FOLLOWED_UP, "tiket #11111"),
        (MailTemplate.MERGED, "tiket #11111"),
    ],
)
def test_mail_says_what_happens_next(template: MailTemplate, told: str) -> None:
    assert told in _body(_mail(_letter(template)), "plain")


def test_officers_words_are_text_in_html() -> None:
    assert "&lt;c&gt;" in _body(_mail(_letter()), "html")
    assert "<c>" in _body(_mail(_letter()), "plain")


def test_subject_is_the_guides() -> None:
    assert _mail(_letter())["Subject"] == "#12345 - Tidak bisa tutup BKU"


def test_reply_goes_to_the_signed_address() -> None:
    address = _mail(_letter())["Reply-To"].addresses[0].addr_spec
    assert MARKS.number_of_address(address) == 12345


def test_without_a_reply_setting_answers_go_to_the_sender() -> None:
    plain = Composer(Addresses("Helpdesk <bantuan@bantuan.example>"), MARKS)
    mail = message_from_bytes(plain.compose(_letter(), key="k", thread=(), at=NOW).raw, policy=default)
    assert mail["Reply-To"] == "bantuan@bantuan.example"


@pytest.mark.parametrize(
    ("template", "submitted"),
    [
        (MailTemplate.OPENED, "auto-replied"),
        (MailTemplate.REMINDER_6H, "auto-generated"),
        (MailTemplate.CLOSED_FOR_SILENCE, "auto-generated"),
        (MailTemplate.ANSWERED, None),
        (MailTemplate.INFORMATION_ASKED, None),
    ],
)
def test_automatic_mails_say_so_and_an_officers_do_not(template: MailTemplate, submitted: str | None) -> None:
    assert _mail(_letter(template))["Auto-Submitted"] == submitted


def test_no_mail_asks_for_automatic_answers_but_failures_are_still_reported() -> None:
    asked = str(_mail(_letter())["X-Auto-Response-Suppress"])
    assert "OOF" in asked
    assert "NDR" not in asked.replace("NRN", "")
    assert "All" not in asked


def test_long_identities_are_referred_to_unchanged() -> None:
    long = f"<{'A' * 120}@{'b' * 60}.outlook.com>"
    raw = COMPOSER.compose(_letter(), key="k", thread=("<first@x>", long), at=NOW).raw
    assert long.encode() in raw
    assert message_from_bytes(raw, policy=default)["In-Reply-To"] == long


def test_references_of_a_long_thread_keep_its_beginning_and_its_end() -> None:
    thread = tuple(f"<m{n}@x>" for n in range(50))
    found = str(_mail(_letter(), thread)["References"]).split()
    assert found[0] == "<m0@x>"
    assert found[-1] == "<m49@x>"
    assert len(found) == MOST_REFERENCES


EVIL: Final = "x\r\nBcc: korban@contoh.example\r\n\r\nisi palsu\n\x00\u2028Cc: lagi@contoh.example"


@pytest.mark.parametrize("field", ["subject", "words", "attention", "link"])
def test_no_field_can_add_a_header(field: str) -> None:
    for template in MailTemplate:
        raw = COMPOSER.compose(_letter(template, **{field: EVIL}), key="k", thread=(), at=NOW).raw
        names = [line.split(b":")[0] for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n") if not line[:1].isspace()]
        assert {b"Bcc", b"Cc", b"bcc", b"cc"}.isdisjoint(names)
        assert message_from_bytes(raw, policy=default).defects == []


@pytest.mark.parametrize("recipient", ["a@b.id\r\nBcc: c@d.id", "a@b.id, c@d.id", "<a@b.id> c@d.id"])
def test_recipient_is_one_address_or_refused(recipient: str) -> None:
    with pytest.raises(Exception, match=r".+"):
        COMPOSER.compose(_letter(recipient=recipient), key="k", thread=(), at=NOW)


def test_no_line_is_longer_than_smtp_allows() -> None:
    raw = COMPOSER.compose(_letter(subject="panjang " * 40, words="kata" * 5000), key="k", thread=(), at=NOW).raw
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert re.search(rb"(?<!\r)\n", raw) is None


def test_deadline_comes_as_a_calendar_file_when_information_is_asked() -> None:
    files = list(_mail(_letter(MailTemplate.INFORMATION_ASKED)).iter_attachments())
    assert [file.get_filename() for file in files] == ["batas-balasan-12345.ics"]
    calendar: Any = Calendar.from_ical(str(files[0].get_payload(decode=True), "utf-8"))  # type: ignore[arg-type]
    event = calendar.walk("VEVENT")[0]
    assert event["DTEND"].dt == CLOSES
    assert event["SUMMARY"] == "Batas balasan tiket #12345"
    assert calendar["METHOD"] == "PUBLISH"


def test_asking_without_a_deadline_brings_no_calendar_file() -> None:
    mail = _mail(_letter(MailTemplate.INFORMATION_ASKED, closes_at=None))
    assert list(mail.iter_attachments()) == []
    assert "sebelum" not in _body(mail, "plain")


def test_same_letter_has_the_same_identity_always() -> None:
    first, second = (COMPOSER.compose(_letter(), key="k", thread=(), at=NOW) for _ in range(2))
    assert first.message_id == second.message_id


@pytest.mark.parametrize("template", MailTemplate)
def test_our_own_mail_is_known_as_ours_when_it_comes_back(template: MailTemplate) -> None:
    mail = read_mail(COMPOSER.compose(_letter(template), key="k", thread=(), at=NOW).raw)
    verdict = classify(mail, marks=MARKS, own=ADDRESSES.plain, signed=True)
    assert verdict.kind is MailKind.LOOP


@pytest.mark.parametrize("template", MailTemplate)
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_our_own_mail_below_an_answer_is_folded_away(template: MailTemplate, kind: str) -> None:
    text = _body(_mail(_letter(template)), kind)
    if kind == "html":
        text = read_mail(b"Content-Type: text/html; charset=utf-8\r\n\r\n" + text.encode()).quoted
    assert fold(f"Baik pak.\n\n{text}").written == "Baik pak."
