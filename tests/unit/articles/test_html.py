"""HTML of strangers becomes Markdown that is safe and reads well."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.articles.importing.html import markdown_of
from bot.articles.rendering import render_html

BASE = "https://bantuan.example/hc/id/articles/9"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<h1>Satu</h1><h2>Dua</h2><h3>Tiga</h3><h6>Enam</h6>", "## Satu\n\n## Dua\n\n### Tiga\n\n#### Enam"),
        ("<p>a&nbsp;b<br>c</p>", "a b\\\nc"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<ol start=3><li>a</ol>", "3. a"),
        ('<a href="/x y">di sini</a>', "[di sini](https://bantuan.example/x%20y)"),
        ('<a href="/a_(b)">c</a>', "[c](https://bantuan.example/a_%28b%29)"),
        ('<a href="#bagian">bagian</a>', "[bagian](https://bantuan.example/hc/id/articles/9#bagian)"),
        ('<img src="/a.png" alt="Layar [1]">', "![Layar (1)](https://bantuan.example/a.png)"),
        ('<img alt="tanpa alamat">', "tanpa alamat"),
        ("<h2></h2><p>x</p><h2> </h2>", "x"),
        ("<table><tr><td>A|B</td></tr><tr><td>1</td></tr></table>", "| A\\|B |\n| --- |\n| 1 |"),
        ('<iframe src="https://video.example/1" title="Panduan"></iframe>', "[Panduan](https://video.example/1)"),
        ('<video><source src="/v.mp4"></video>', "[Video](https://bantuan.example/v.mp4)"),
        ("<p>nama_file_data dan *bintang*</p>", "nama_file_data dan \\*bintang\\*"),
        ("<p># bukan judul</p>", "\\# bukan judul"),
        ("<p>{{link:arkas}}</p>", "{ {link:arkas}}"),
        ("<p>tak <b>tertutup", "tak **tertutup**"),
        ('<a href="http://[">c</a>', "c"),
        ("", ""),
    ],
)
def test_structure_is_kept(html: str, markdown: str) -> None:
    assert markdown_of(html, BASE) == markdown


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<p onclick=alert(1)></p>",
        "<svg onload=alert(1)>",
        "<object data=x></object><embed>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        '<a href="javascript:alert(1)"></a>',
        '<img src="data:text/html,alert(1)">',
        '<iframe src="javascript:alert(1)"></iframe>',
    ],
)
def test_nothing_that_runs_comes_through(html: str) -> None:
    markdown = markdown_of(html, BASE)
    assert "alert" not in render_html(markdown, {})
    assert "javascript:" not in markdown


def test_code_that_is_only_shown_stays_text() -> None:
    markdown = markdown_of("<p>ketik &lt;script&gt;alert(1)&lt;/script&gt;</p>")
    assert markdown == "ketik \\<script>alert(1)\\</script>"
    assert "<script" not in render_html(markdown, {})


@given(st.text(max_size=200))
def test_no_input_breaks_the_converter(html: str) -> None:
    markdown = markdown_of(html, BASE)
    assert "\r" not in markdown
    assert "<script" not in render_html(markdown, {})
