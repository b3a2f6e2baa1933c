"""What few words mean."""

import pytest

from bot.dialogue import hearing


@pytest.mark.parametrize(
    ("text", "count", "index"),
    [
        ("1", 3, 0),
        ("no. 2", 3, 1),
        ("nomor tiga pak", 3, 2),
        ("yg ke-2", 3, 1),
        ("yang tengah", 3, 1),
        ("yang tengah", 2, None),
        ("paling bawah aja", 3, 2),
        ("bukan itu, yang pertama tadi", 3, 0),
        ("sing nomer loro", 3, 1),
        ("4", 3, None),
        ("0", 3, None),
        ("1", 0, None),
        ("1 atau 2", 3, None),
        ("yg nomer dua aja", 3, 1),
        ("bkn itu, yg pertama td", 3, 0),
        ("yg atas", 3, 0),
        ("opsi 3", 3, 2),
        ("no2 dong", 3, 1),
        ("sing kapindho", 3, 1),
        ("the second one", 3, None),
        ("bos tahap 2", 3, None),
        ("", 3, None),
    ],
)
def test_a_choice_is_a_place_and_nothing_else(text: str, count: int, index: int | None) -> None:
    assert hearing.choice_in(text, count) == index


TITLES = ["Kendala tidak bisa tutup BKU", "Bagaimana cara menghapus BKU?", "Mengapa pagu belum muncul?"]


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("yang menghapus bku", 1),
        ("pagu belum muncul", 2),
        ("yang hapus bku aja", 1),
        ("bku", None),
        ("kode aktivasi salah", None),
        ("bku pagu", None),
    ],
)
def test_a_title_is_meant_when_it_alone_holds_all_telling_words(text: str, index: int | None) -> None:
    assert hearing.title_in(text, TITLES) == index


@pytest.mark.parametrize(
    "text",
    [
        "kalau swasta?",
        "trus kalo ditolak?",
        "oh, kalau bulan lalu gimana",
        "terus pajaknya",
        "itu bisa tiap bulan?",
        "ya tapi kok masih muncul notanya",
        "notanya udah lengkap padahal",
        "internet jg bagus",
    ],
)
def test_short_questions_that_lean_on_the_one_before(text: str) -> None:
    assert hearing.follows_up(text)


@pytest.mark.parametrize(
    "text",
    ["pagu belum muncul", "kalau saya mau menutup bku bulan juni tetapi tombolnya abu-abu dan tidak bisa ditekan"],
)
def test_whole_questions_stand_alone(text: str) -> None:
    assert not hearing.follows_up(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("cek tiket 12345", 12345), ("#20431 gimana", 20431), ("tiket saya", None), ("tiket 77 dari 2 minggu lalu", 77)],
)
def test_the_number_of_a_ticket(text: str, number: int | None) -> None:
    assert hearing.ticket_number_in(text) == number


@pytest.mark.parametrize(
    "text", ["batal", "batalkan saja min", "ga jadi", "kembali ke pertanyaan sebelumnya", "petugas"]
)
def test_commands_to_the_form(text: str) -> None:
    assert hearing.commands_form(text)


@pytest.mark.parametrize(
    "text", ["Pembatalan", "batalkan pesanan siplah", "tidak jadi dibatalkan oleh toko", "kembali error"]
)
def test_stories_are_no_commands(text: str) -> None:
    assert not hearing.commands_form(text)


@pytest.mark.parametrize(
    ("text", "aside"), [("apakah lampirannya wajib?", True), ("bku terkunci", False), ("bku?", False)]
)
def test_a_question_in_the_middle_of_a_form(text: str, aside: bool) -> None:
    assert hearing.is_aside(text) is aside


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("tiket no 10.003", 10003),
        ("#10003", 10003),
        ("tiket 7", 7),
        ("sudah 3 hari tiket saya belum dibalas", None),
        ("nik saya 3201010101010001 npsn 20212345 tolong cek", None),
        ("laporan bulan juni 2026", None),
        ("sudah lapor 2 kali, tiket 10044", 10044),
    ],
)
def test_a_ticket_number_is_told_from_other_numbers(text: str, number: int | None) -> None:
    assert hearing.ticket_number_in(text) == number


def test_a_single_telling_word_chooses_when_it_points() -> None:
    assert hearing.pointed_at("yg soal pagu", TITLES) == 2
    assert hearing.pointed_at("pagu", TITLES) is None


def test_wanting_something_done_to_a_ticket_is_no_status() -> None:
    assert hearing.does_something("gimana cara balas tiket 10002")
    assert not hearing.does_something("tiket 10002 sudah ditutup belum")
