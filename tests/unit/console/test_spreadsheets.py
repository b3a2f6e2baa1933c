"""No cell of a download becomes a formula, whichever program and regional settings open it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.console.spreadsheets import csv_line

BEGINS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@pytest.mark.parametrize("sign", BEGINS)
@pytest.mark.parametrize("before", ["", " ", "\t", "\r", "\n", "\u00a0", "\ufeff", "a;", 'a;"', "a\n", "a\t"])
def test_a_formula_is_text(sign: str, before: str) -> None:
    attack = f"{before}{sign}HYPERLINK(1)"
    assert not cells_that_compute(csv_line(["teks", attack, "akhir"])), repr(attack)


def cells_that_compute(line: str) -> list[str]:
    """The cells that a spreadsheet would take for formulas, with each sign that may part cells."""
    found: list[str] = []
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(line, newline=""), delimiter=delimiter):
            found += [cell for cell in row if cell.strip(' \t\r\n\u00a0\ufeff"').startswith(BEGINS)]
    return found


@pytest.mark.parametrize("cell", [-2, 0, 1.5, None])
def test_numbers_stay_numbers(cell: float | None) -> None:
    assert csv_line([cell]).strip('"\r\n') == ("" if cell is None else str(cell))


@pytest.mark.parametrize(
    "text", ["Tutup BKU", "a-b", "2+2", "rina@sdn1.sch.id", "5 = lima", "'kutip'", "a;b", "10.30 - 11.00"]
)
def test_words_stay_as_they_are(text: str) -> None:
    [[cell]] = csv.reader(io.StringIO(csv_line([text])))
    assert cell == text


@given(st.text(alphabet="=+-@;\t\r\n \"'a1,\uff1d", max_size=30))
def test_no_text_computes_where_commas_part_cells(text: str) -> None:
    [row] = list(csv.reader(io.StringIO(csv_line([text, "akhir"]), newline="")))
    assert not row[0].strip(' \t\r\n"').startswith(BEGINS)
