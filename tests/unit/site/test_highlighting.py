import pytest

from bot.site.highlighting import highlight


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Tutup BKU", "tutup bku", "<mark>Tutup</mark> <mark>BKU</mark>"),
        ("Penutupan dan pelaporan", "penutup", "<mark>Penutupan</mark> dan pelaporan"),
        ("Apa <b> itu?", "apa itu", "Apa &lt;b&gt; itu?"),
        ("BKU", "<b>", "BKU"),
        ("a & b", "", "a &amp; b"),
        ("mark marka", "mark", "<mark>mark</mark> <mark>marka</mark>"),
        ("titik (BKU)", ".*( bku", "titik (<mark>BKU</mark>)"),
        ("subbku", "bku", "subbku"),
    ],
)
def test_highlight(text: str, query: str, expected: str) -> None:
    assert str(highlight(text, query)) == expected
