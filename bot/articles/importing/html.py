"""HTML of a help center to Markdown: washed first, so that nothing dangerous is ever written to a file.

markdownify (BeautifulSoup underneath) is the converter: released steadily since 2013, it takes broken HTML as browsers
do and lets tags be handled one by one.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final
from urllib.parse import quote, urljoin

import nh3
from bs4 import BeautifulSoup, Tag
from markdownify import ATX, BACKSLASH, MarkdownConverter

_TAGS: Final = {
    *("p", "br", "div", "span", "b", "strong", "i", "em", "u", "code", "pre", "blockquote", "hr", "a", "img"),
    *("ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "figure", "figcaption"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "sub", "sup"),
}
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "th": {"colspan"},
    "td": {"colspan"},
}
_SCHEMES: Final = {"http", "https", "mailto"}
_IN_ADDRESSES: Final = "%/:?#[]@!$&'*+,;=~"  # brackets and blanks would end an address in Markdown
_EMBEDDED: Final = re.compile(r"<(?:iframe|video|embed)\b", re.IGNORECASE)
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff\ud800-\udfff]")
_BLANKS: Final = re.compile(r"[ \t]+$", re.MULTILINE)
_EMPTY_LINES: Final = re.compile(r"\n{3,}")
# Emphasis (an underscore only at a word's edge), code, raw HTML, a heading; keys of our own links are split below.
_MARKUP: Final = re.compile(r"[*`\\]|(?<!\w)_|_(?!\w)|<(?=[a-zA-Z/!?])|^#(?=#* )")
_LINK_KEY: Final = re.compile(r"\{\{(?=\s*link:)")
_EMPTY_HEADING: Final = re.compile(r"^#+ *$\n?", re.MULTILINE)


def markdown_of(html: str, base: str = "") -> str:
    """Convert a body; relative addresses are read from `base`.

    >>> markdown_of('<h1>Langkah</h1><p>Buka <b>Menu</b><script>alert(1)</script>')
    '## Langkah\\n\\nBuka **Menu**'
    """
    text = _CONTROL.sub("", unicodedata.normalize("NFC", html.replace("\r\n", "\n")))
    if _EMBEDDED.search(text):
        text = _videos_as_links(text)
    washed = nh3.clean(text, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)
    markdown = _Converter(base).convert(washed).replace("\xa0", " ")
    markdown = _LINK_KEY.sub("{ {", _EMPTY_HEADING.sub("", _BLANKS.sub("", markdown)))
    return _EMPTY_LINES.sub("\n\n", markdown).strip()


def _videos_as_links(html: str) -> str:
    """What is embedded would be washed away; its address is worth keeping."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(["iframe", "video", "embed"]):
        source = tag.get("src") or next((s.get("src") for s in tag.find_all("source")), None)
        if isinstance(source, str) and source:
            address = f"https:{source}" if source.startswith("//") else source
            link = soup.new_tag("a", href=address)
            link.string = str(tag.get("title") or "Video")
            tag.insert_before(link)
        tag.decompose()
    return str(soup)


class _Converter(MarkdownConverter):
    """Headings no higher than `##` (the title is the page's own), addresses absolute, plain list signs."""

    def __init__(self, base: str) -> None:
        super().__init__(heading_style=ATX, bullets="-", newline_style=BACKSLASH, table_infer_header=True)
        self._base = base

    def convert_hN(self, n: int, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: N802 - its name
        """Convert a heading, one of the levels that pages know."""
        return str(
            super().convert_hN(  # type: ignore[misc]
                min(max(n, 2), 4), el, text, parent_tags
            )
        )

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Convert a link with its address made whole."""
        self._complete(el, "href")
        return str(super().convert_a(el, text, parent_tags))  # type: ignore[misc]

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - its signature
        """Convert an image, in headings and tables too; those without an address say nothing."""
        self._complete(el, "src")
        source, words = el.get("src"), " ".join(str(el.get("alt") or "").split())
        return f"![{words.replace(']', ')').replace('[', '(')}]({source})" if source else words

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Escape what would become markup, and nothing else: a backslash too many is read aloud and searched for."""
        text = _MARKUP.sub(r"\\\g<0>", text)
        return text.replace("|", "\\|") if parent_tags & {"td", "th"} else text

    def _complete(self, el: Any, name: str) -> None:  # noqa: ANN401 - BeautifulSoup's element
        if address := el.get(name):
            el[name] = quote(_joined(self._base, str(address)), safe=_IN_ADDRESSES)


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # "http://[" leads nowhere; its words stay
        return ""
