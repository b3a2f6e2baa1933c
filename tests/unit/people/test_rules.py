import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidEmail
from bot.people.rules import find_emails, mask_email, mask_personal_data, mask_secrets, parse_email, suggest_email


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("bendahara@sdn1.sch.id", "bendahara@sdn1.sch.id"),
        ("  Bu.Rina@GMAIL.com. ", "Bu.Rina@gmail.com"),
        ("<ops@belajar.id>", "ops@belajar.id"),
        ("mailto:ops@belajar.id", "ops@belajar.id"),
        ("a+arkas@yahoo.co.id", "a+arkas@yahoo.co.id"),
    ],
)
def test_address_is_cleaned(typed: str, address: str) -> None:
    assert parse_email(typed) == address


@pytest.mark.parametrize(
    "typed",
    ["", "bu rina", "rina@", "@gmail.com", "rina@gmail", "rina@@gmail.com", "a" * 65 + "@gmail.com", "r@-x.id",
     "rina@gmail.com\nBcc: x@y.id", "rina@gmail..com", "rína@gmail.com", "rina@gmail.com x@y.id"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(InvalidEmail, match="Contoh penulisan"):
        parse_email(typed)


@pytest.mark.parametrize(
    ("typed", "meant"), [("rina@gmail", "rina@gmail.com"), ("rina @gmail.com", "rina@gmail.com"),
                         ("rina@gmail,com", "rina@gmail.com"), ("rina@gmail..com", "rina@gmail.com"), ("rina", None)],
)  # fmt: skip
def test_broken_address_suggests_what_was_meant(typed: str, meant: str | None) -> None:
    with pytest.raises(InvalidEmail) as caught:
        parse_email(typed)
    assert caught.value.suggestion == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("rina@gmial.com", "rina@gmail.com"),
        ("rina@gmal.com", "rina@gmail.com"),
        ("rina@yaho.com", "rina@yahoo.com"),
        ("rina@guru.sd.belajar.di", "rina@guru.sd.belajar.id"),
        ("rina@gmail.com", None),
        ("rina@sdn1.sch.id", None),
        ("rina@guru.sma.belajar.id", None),
    ],
)
def test_slip_in_the_domain_is_suggested(typed: str, meant: str | None) -> None:
    assert suggest_email(typed) == meant


def test_masked_address_keeps_only_first_letters() -> None:
    assert mask_email("bendahara@sdn1.sch.id") == "be***@s***.id"


def test_addresses_are_found_in_a_story() -> None:
    assert find_emails("hubungi a@b.co atau c@d.sch.id ya") == ["a@b.co", "c@d.sch.id"]


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ("NPSN 20212345 sudah", "NPSN [NPSN] sudah"),
        ("wa 0812-3456-7890", "wa [telepon]"),
        ("+6281234567890", "[telepon]"),
        ("nik 3201234567890001", "nik [NIK/NPWP]"),
        ("nip 196501011990031001", "nip [NIP]"),
        ("npwp 01.234.567.8-901.000", "npwp [NPWP]"),
        ("rek 1234567890123", "rek [nomor rekening]"),
        ("kode bayar 1234567890123", "kode bayar [nomor]"),
        ("email rina@gmail.com", "email [email]"),
        ("ARKAS 4.2.6 tahap 2 tahun 2026 Rp1.500.000", "ARKAS 4.2.6 tahap 2 tahun 2026 Rp1.500.000"),
        ("tiket 12345", "tiket 12345"),
    ],
)
def test_personal_data_is_masked(words: str, masked: str) -> None:
    assert mask_personal_data(words) == masked


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ("password saya: Rahasia1! tolong", "password saya: ******** tolong"),
        ("kata sandi akun = abc123", "kata sandi akun = ********"),
        ("kode aktivasi saya adalah QWE-123", "kode aktivasi saya adalah ********"),
    ],
)
def test_typed_secret_is_hidden(words: str, masked: str) -> None:
    assert mask_secrets(words) == (masked, True)


@pytest.mark.parametrize(
    "words",
    [
        "lupa password",
        "kode aktivasi salah terus",
        "bagaimana cara reset kata sandi?",
        "password sekolah 20212345",
    ],
)
def test_talk_about_secrets_is_left_alone(words: str) -> None:
    assert mask_secrets(words) == (words, False)


@given(st.text(max_size=300))
def test_masking_never_fails_and_is_stable(words: str) -> None:
    once = mask_personal_data(words)
    assert mask_personal_data(once) == once
