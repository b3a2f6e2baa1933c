import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.reading import read_mail
from bot.mail.texts import clean, decode, one_line, shorten, unflow


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        ("é – 🙏".encode(), "utf-8", "é – 🙏"),
        ("é – 🙏".encode(), None, "é – 🙏"),
        ("é – 🙏".encode(), "iso-8859-1", "é – 🙏"),
        ("“a” –".encode("cp1252"), "iso-8859-1", "“a” –"),
        ("“a” –".encode("cp1252"), "utf-8", "“a” –"),
        ("“a”".encode("cp1252"), None, "“a”"),
        ("日本".encode("iso-2022-jp"), "iso-2022-jp", "日本"),
        ("中文".encode("gb18030"), "gb2312", "中文"),
        ("halo".encode("utf-16"), "utf-16", "halo"),
        (b"abc\xff", "rot13", "abcÿ"),
        (b"abc\xff", "punycode", "abcÿ"),
        (b"abc", "no such charset", "abc"),
        (b"\xef\xbb\xbfabc", "utf-8", "abc"),
    ],
)
def test_text_is_read_whatever_its_label_says(content: bytes, charset: str | None, text: str) -> None:
    assert decode(content, charset) == text


@given(st.text())
def test_clean_text_can_be_stored_and_shown(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert not set(cleaned) & {"\0", "\x1b", "\r", "\u202e"}
    assert clean(cleaned) == cleaned


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


def test_shortened_text_says_so_and_keeps_the_limit() -> None:
    assert len(shorten("a" * 200, 100)) <= 100
    assert "dipotong" in shorten("a" * 200, 100)
    assert shorten("a" * 100, 100) == "a" * 100


def test_flowed_lines_are_joined_but_not_the_signature_mark() -> None:
    assert unflow("satu \ndua\n-- \ntiga", delete_space=False) == "satu dua\n-- \ntiga"
    assert unflow("> a \n> b\nc", delete_space=False) == "> a b\nc"


def test_one_broken_letter_does_not_spoil_all_others() -> None:
    whole = "Tombol “Tutup BKU” abu-abu – sejak kemarin".encode()
    assert decode(whole[:12] + b"\xe2\x80" + whole[12:], "utf-8").count("\ufffd") == 1
    assert "“Tutup BKU” abu-abu –" in decode(whole + b"\xe2\x80", "utf-8")
    assert decode("Sekolah René dan Zoë".encode("cp1252"), "utf-8") == "Sekolah René dan Zoë"


def test_ascii_that_is_called_utf16_is_read() -> None:
    assert decode(b"Isi biasa saja", "utf-16") == "Isi biasa saja"
    assert decode("Saldo – 10".encode("utf-16-le"), "utf-16-le") == "Saldo – 10"


def test_words_below_a_picture_that_is_written_into_the_page_are_read() -> None:
    picture = "A" * 3_000_000
    html = f'<p>Ini layarnya:</p><img src="data:image/png;base64,{picture}"><p>Mohon dicek, NPSN 20301234</p>'
    head = "From: a@b.id\nSubject: Layar\nContent-Type: text/html; charset=utf-8\n\n"
    assert read_mail((head + html).encode()).text == "Ini layarnya:\n\nMohon dicek, NPSN 20301234"
