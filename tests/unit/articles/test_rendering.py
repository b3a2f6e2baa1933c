from dataclasses import dataclass

import pytest

from bot.articles.rendering import anchor, render_html, render_text


@dataclass(frozen=True)
class Address:
    title: str
    url: str


LINKS = {
    "form": Address("Formulir Layanan", "/hubungi-kami"),
    "arkas": Address("Situs [ARKAS] *resmi*", "https://arkas.example/unduh?a=1&b=(2)"),
    "bad": Address("Jahat", "javascript:alert(1)"),
}


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[klik](javascript:alert(1))",
        "[klik](data:text/html;base64,PHNjcmlwdD4=)",
        "{{link:bad}}",
        '[klik](/a "x\\" onmouseover=alert(1)")',
        "<svg/onload=alert(1)>",
        "![x](https://elsewhere.example/pixel.png)",
        '<a href="/x" style="position:fixed">x</a>',
    ],
)
def test_nothing_active_or_foreign_survives(markdown: str) -> None:
    html = render_html(markdown, LINKS)
    for forbidden in (
        "<script",
        "<img",
        "<svg",
        'href="javascript',
        'href="data',
        " onmouseover=",
        '<a href="/x" style',
    ):
        assert forbidden not in html


def test_link_keys_become_links_with_their_titles_taken_literally() -> None:
    html = render_html("Isi {{link:form}} atau **{{link:arkas}}**.", LINKS)
    assert '<a href="/hubungi-kami" rel="noopener noreferrer">Formulir Layanan</a>' in html
    assert "Situs [ARKAS] *resmi*</a></strong>" in html
    assert "https://arkas.example/unduh?a=1&amp;b=(2)" in html


def test_unknown_link_key_is_still_readable() -> None:
    assert render_html("Buka {{link:bosp_salur}}.", LINKS) == "<p>Buka bosp salur.</p>\n"


def test_headings_get_distinct_anchors() -> None:
    html = render_html("## Langkah\n\na\n\n## Langkah\n\nb\n\n## ???\n\nc", {})
    assert '<h2 id="langkah">' in html
    assert '<h2 id="langkah-2">' in html
    assert '<h2 id="bagian">' in html


def test_lists_keep_their_numbers_and_tables_stand() -> None:
    html = render_html("3. tiga\n4. empat\n\n| a | b |\n|---|---|\n| 1 | 2 |", {})
    assert '<ol start="3">' in html
    assert "<td>2</td>" in html


def test_plain_text_has_a_line_for_each_block_and_no_markup() -> None:
    markdown = "Buka **ARKAS**\nlalu `Anggaran`.\n\n## Langkah\n\n1. Klik _Simpan_\n2. Isi {{link:form}}"
    assert render_text(markdown, LINKS) == ("Buka ARKAS lalu Anggaran.\nLangkah\nKlik Simpan\nIsi Formulir Layanan")


@pytest.mark.parametrize(
    ("heading", "expected"), [("Siapa yang menyelesaikan?", "siapa-yang-menyelesaikan"), ("?!", "")]
)
def test_anchor(heading: str, expected: str) -> None:
    assert anchor(heading) == expected


def test_an_image_becomes_a_link_so_that_no_other_server_is_asked() -> None:
    html = render_html('Lihat ![Layar "1" & <b>](https://a.example/b.png "judul").', {})
    assert "<img" not in html
    assert 'href="https://a.example/b.png"' in html
    assert "Gambar: Layar" in html
    assert "<b>" not in html
    assert render_text("![Layar](https://a.example/b.png)", {}) == "Layar"


def test_an_image_of_a_dangerous_address_leads_nowhere() -> None:
    for address in ("javascript:alert(1)", "data:text/html,1", "vbscript:x"):
        assert "href" not in render_html(f"![x](<{address}>)", {})
