import pytest

from bot.mail import rules
from bot.mail.models import IncomingMail
from bot.mail.reading import read_mail
from bot.mail.threads import bare_subject, thread_of_subject
from bot.tickets.rules import PROGRAMS, parse_details, parse_subject


def _mail(subject: str, text: str = "isi surat yang cukup panjang") -> IncomingMail:
    return read_mail(f"From: a@b.id\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode())


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: #12345 - Tidak bisa tutup BKU", "Tidak bisa tutup BKU"),
        ("RE: Re: Bls: BKU", "BKU"),
        ("Fwd: FW: Trs: BKU", "BKU"),
        ("Re[2]: BKU", "BKU"),
        ("Rekap BKU", "Rekap BKU"),
        ("  BKU  ", "BKU"),
        ("", ""),
    ],
)
def test_subject_is_stripped_of_what_clients_put_before_it(subject: str, bare: str) -> None:
    assert bare_subject(subject) == bare


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Re: #12345 - BKU", 12345),
        ("Bls: # 12345", 12345),
        ("12345", None),
        ("#123 - terlalu pendek", None),
        ("#99999999999999999999", None),
        ("#0123", None),
    ],
)
def test_number_of_the_subject(subject: str, number: int | None) -> None:
    found = thread_of_subject(_mail(subject))
    assert (found.number if found else None) == number


@pytest.mark.parametrize(
    ("subject", "text", "program"),
    [
        ("Pesanan SIPLah macet", "di ARKAS juga", "SIPLah"),
        ("tolong", "bku bulan juni tidak bisa ditutup", "ARKAS"),
        ("Dana belum masuk", "rekening sekolah", "BOSP Salur"),
        ("login MARKAS", "dinas", "MARKAS"),
        ("halo", "apa kabar", "Lainnya"),
    ],
)
def test_program_is_guessed_from_the_words(subject: str, text: str, program: str) -> None:
    assert rules.program_of(_mail(subject, text)) == program
    assert program in PROGRAMS


@pytest.mark.parametrize("subject", ["", "Re:", "ab", "x" * 2000, "Re: #12345 - "])
@pytest.mark.parametrize("text", ["", "ok", "panjang " * 20_000])
def test_every_mail_fits_the_lengths_of_a_ticket(subject: str, text: str) -> None:
    mail = _mail(subject, text)
    assert parse_subject(rules.report_subject(mail))
    assert parse_details(rules.report_text(mail, ["virus.exe (ditolak)"]))
    assert rules.answer_text(mail, ())


def test_refused_files_are_named() -> None:
    assert "[Lampiran tidak diterima: virus.exe (ditolak)]" in rules.answer_text(_mail("a"), ["virus.exe (ditolak)"])
