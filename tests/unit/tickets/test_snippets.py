"""What a list shows of a ticket that was found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tickets.snippets import Piece, snippet
from bot.tickets.words import parse_query


def shown(text: str, query: str) -> str:
    return "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in snippet([text], parse_query(query)))


def test_snippet_is_the_part_where_most_of_it_stands() -> None:
    long = "x " * 200 + "Sudah tutup\nBKU Juni" + " y" * 200
    found = snippet(["tutup saja", long], parse_query("bku tutup"))
    assert [piece.text for piece in found if piece.marked] == ["tutup", "BKU"]
    assert found[0].text == "… "
    assert "\n" not in "".join(piece.text for piece in found)
    assert snippet(["nothing"], parse_query("bku")) == ()


def test_the_text_with_most_of_it_is_taken_and_all_hits_are_marked() -> None:
    texts = ["bku saja", "Tutup BKU, lalu tutup lagi", "tutup bku"]
    assert snippet(texts, parse_query("tutup bku")) == (
        Piece("Tutup", True), Piece(" ", False), Piece("BKU", True), Piece(", lalu ", False), Piece("tutup", True),
        Piece(" lagi", False),
    )  # fmt: skip


def test_a_beginning_is_marked_to_the_end_of_its_word() -> None:
    assert shown("Cara pengembalian dana, pengem", "pengem") == "Cara [pengembalian] dana, [pengem]"
    assert shown("pengembalian", '"pengem"') == ""


def test_accents_and_capitals_do_not_matter() -> None:
    assert shown("Kafé BÉKU tutup", "beku") == "Kafé [BÉKU] tutup"


@pytest.mark.parametrize(
    ("text", "query", "wanted"),
    [
        ("WA 0812-3456-7890 ya", "3456", "WA [08•••90] ya"),
        ("surat rina@sdn1.sch.id masuk", "rina", "surat [ri***@s***.id] masuk"),
        ("surat rina@sdn1.sch.id masuk", "masuk", "surat ri***@s***.id [masuk]"),
        ("NPSN 2010 0123 salah", "0123", "NPSN [20•••23] salah"),
    ],
)
def test_what_is_personal_is_never_shown_in_halves(text: str, query: str, wanted: str) -> None:
    assert shown(text, query) == wanted


@pytest.mark.parametrize("before", range(150, 230, 3))
def test_nor_where_the_snippet_is_cut(before: int) -> None:
    text = f"bku {'x' * before} 3201 2345 0189 0123 {'y ' * 300}"
    assert "3201" not in shown(text, "bku")
    assert "0189" not in shown(text, "bku")


@given(st.text(alphabet="bku 0812-@.rinaé\n", max_size=120), st.sampled_from(["bku", "08", "rina", "ku b"]))
def test_any_text_has_a_snippet_or_none(text: str, query: str) -> None:
    found = snippet([text], parse_query(query))
    assert not found or any(piece.marked for piece in found)
