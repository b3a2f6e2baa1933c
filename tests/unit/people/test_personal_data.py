"""Personal data in the forms in which people write them, and what only looks like them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.people.masking import masked, pieces
from bot.people.personal_data import personal_data

WRITTEN = {
    "telepon": (
        "0812-3456-7890", "081234567890", "0812 345 6789", "0812.3456.7890", "0812\u20133456\u20137890",
        "(0812) 3456 7890", "+62 812 3456 7890", "+62-812-3456-7890", "+6281234567890", "(+62) 812 3456 7890",
        "+62 (0)812 3456 7890", "62 812 3456 7890", "0 8 1 2 3 4 5 6 7 8 9 0", "(021) 5709432", "021-5709432",
        "021 - 5709432",
    ),
    "NIK/NPWP": (
        "3201234567890123", "3201 2345 0189 0123", "3201-2345-0189-0123", "3201.2345.0189.0123", "320123 456789 0123",
        "32.01.23.456789.0123", "1171 0145 0789 0001", "5221 8412 3456 7890",
    ),
    "NIP": ("196501011990031001", "19650101 199003 1 001", "19650101.199003.1.001"),
    "NPWP": ("01.234.567.8-901.000", "01 234 567 8 901 000", "01.234.567.8.901.000"),
    "NPSN": ("20100123", "K5660123", "P2964570"),
    "nomor rekening": ("0123-01-012345-50-3", "123-456-7890", "123-00-1234567-8", "001.02.02.12345-6"),
    "email": ("rina@sdn1.sch.id", "bu.rina+arkas@gmail.com", "rina @gmail.com", "rina @ sd.belajar.id",
              "rina@ gmail.com"),
    "nomor": ("1234567890", "3201234567890123000000"),
}  # fmt: skip
NAMED = (
    ("NPSN 2010 0123", "2010 0123"), ("NPSN: 20.10.01.23", "20.10.01.23"),
    ("npsn sekolah kami: 2010 0123", "2010 0123"),
    ("NPSN K 5660123", "K 5660123"), ("NPSN20100123", "20100123"), ("nik saya 3201 234567890123", "3201 234567890123"),
    ("No KTP: 32 0123 456789 0123", "32 0123 456789 0123"), ("NPWP 012345678901000", "012345678901000"),
    ("rek BRI 0123 01 012345 50 3", "0123 01 012345 50 3"), ("norek: 1234 5678", "1234 5678"),
    ("no. rekening 00123-45678", "00123-45678"), ("WA: 8123456789", "8123456789"),
    ("hp +62 21 5709 432", "+62 21 5709 432"),
)  # fmt: skip
HARMLESS = (
    "ARKAS 4.2.6 tahap 2 tahun 2026 Rp1.500.000", "Rp 12.500.000 dan Rp 1.250.000", "saldo 1.234.567.890",
    "kode rekening 5.1.02.01.01.0024", "rekening belanja 5.1.02.01.01.0052 dan 5.2.02.05.01.0005",
    "kegiatan 05.08.12. dan 02.03.01.", "tanggal 2025-01-15 10:20", "tanggal 15-01-2025 s.d. 31-12-2025",
    "08-12-2025 jam 08.30", "tiket 12345 dan #10213", "5 siswa x 12 bulan x Rp 50.000 = 3.000.000",
    "surat 421.2/123/SD/2025", "tahun 2024 2025 2026 2027", "1.000.000 2.000.000 3.000.000", "galat 0x80004005",
    "192.168.1.1:8080", "hp saya rusak sejak 2 hari", "wa tidak masuk sejak 12-11-2025", "pukul 08.00-17.00 WIB",
    "harga @ 5.000 rupiah", "rekening 2 bulan 2025",
)  # fmt: skip


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in WRITTEN.items() for value in values])
def test_each_way_of_writing_is_found_whole(kind: str, value: str) -> None:
    for text in (value, f"punya saya {value}, tolong", f"({value})", f"a\n{value}\nb", f"{value} ya min"):
        found = [(text[start:end].strip("()"), what) for start, end, what in personal_data(text)]
        assert found == [(value.strip("()"), kind)], text


@pytest.mark.parametrize(("text", "value"), NAMED)
def test_what_has_its_name_before_it_is_found_in_any_grouping(text: str, value: str) -> None:
    assert [text[start:end] for start, end, _ in personal_data(text)] == [value]


@pytest.mark.parametrize("text", HARMLESS)
def test_amounts_dates_codes_and_versions_stay(text: str) -> None:
    assert masked(text) == text


def test_several_stand_in_one_text() -> None:
    text = (
        "NPSN 20100123, NIK 3201 2345 0189 0123, WA 0812-3456-7890 / +62 813 1111 2222, rina@x.id; norek 1234 5678 90"
    )
    kinds = [kind for _, _, kind in personal_data(text)]
    assert kinds == ["NPSN", "NIK/NPWP", "telepon", "telepon", "email", "nomor rekening"]


@given(st.text(alphabet="0123456789 .-+()@aNPSKrek\n\u2013", max_size=200))
def test_pieces_are_the_text(text: str) -> None:
    parts = list(pieces(text))
    assert "".join(each.text for each in parts) == text
    assert all(each.text for each in parts)


@pytest.mark.parametrize(
    "part", ["a", "a.", "1 ", "0812 ", "npsn ", "(0812", "x@", "a@b.", " @ ", "8 ", "-", "rekening 1"]
)
def test_a_long_mail_of_one_sign_is_read_to_its_end(part: str) -> None:
    text = part * 20_000
    assert "".join(each.text for each in pieces(text)) == text
