"""Turns an article's Markdown into HTML that is safe to show, and into plain text.

Articles come from our own files and, by import, from strangers: raw HTML is never let through, and what the Markdown
made is washed once more, so that a slip in one layer is caught by the other.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final, Protocol

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

_LINK_KEY: Final = re.compile(r"\{\{\s*link:([a-z0-9_]+)\s*\}\}")
_NOT_IN_ANCHOR: Final = re.compile(r"[^a-z0-9]+")
_TAGS: Final = {
    *("p", "br", "strong", "em", "code", "pre", "blockquote", "hr", "a"),
    *("ul", "ol", "li", "h2", "h3", "h4"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": set(),
    "a": {"href"},
    "ol": {"start"},
    "h2": {"id"},
    "h3": {"id"},
    "th": {"scope"},
}


class Link(Protocol):
    """An address of `links.yml`."""

    @property
    def title(self) -> str:
        """What a person reads."""
        ...

    @property
    def url(self) -> str:
        """Where it leads: absolute, or a path of this site."""
        ...


def _image_as_link(_renderer: object, tokens: Sequence[Token], at: int, _options: object, _env: object) -> str:
    """An image, which only imported articles have, becomes a link: pages ask no other server for anything."""
    address, words = tokens[at].attrGet("src"), tokens[at].content or "tanpa keterangan"
    return f'<a href="{escapeHtml(str(address))}">Gambar: {escapeHtml(words)}</a>'


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
    parser.add_render_rule("image", _image_as_link)
    return parser


_PARSER: Final = _make_parser()


def render_html(markdown: str, links: Mapping[str, Link]) -> str:
    """Render Markdown to washed HTML with `{{link:key}}` resolved.

    >>> render_html("Klik **Kirim** <script>", {})
    '<p>Klik <strong>Kirim</strong> &lt;script&gt;</p>\\n'
    """
    tokens = _PARSER.parse(_resolve_links(markdown, links))
    _name_headings(tokens)
    html = str(_PARSER.renderer.render(tokens, _PARSER.options, {}))
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


def render_text(markdown: str, links: Mapping[str, Link]) -> str:
    """Reduce Markdown to plain text, one paragraph or list item a line, for feeds, previews and chats without markup.

    >>> render_text("Buka **Anggaran**.\\n\\n1. Klik _Aktivasi_", {})
    'Buka Anggaran.\\nKlik Aktivasi'
    """
    tokens = _PARSER.parse(_resolve_links(markdown, links))
    lines = (_inline_text(token.children or []) for token in tokens if token.type == "inline")
    return "\n".join(line for line in lines if line)


def anchor(heading: str) -> str:
    """Make the address of a section from its heading.

    >>> anchor("Yang perlu diperiksa?")
    'yang-perlu-diperiksa'
    """
    return _NOT_IN_ANCHOR.sub("-", heading.lower()).strip("-")


def _resolve_links(markdown: str, links: Mapping[str, Link]) -> str:
    """Write the keys as Markdown links; an unknown key, which the linter refuses, still reads as words."""

    def written(match: re.Match[str]) -> str:
        link = links.get(match[1])
        return f"[{_escape(link.title)}](<{link.url}>)" if link else _escape(match[1].replace("_", " "))

    return _LINK_KEY.sub(written, markdown)


def _escape(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", text)


def _name_headings(tokens: list[Token]) -> None:
    """Give each heading an id, numbered where two are the same, so that a section can be linked to."""
    seen: dict[str, int] = {}
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        name = anchor(_inline_text(inline.children or [])) or "bagian"
        seen[name] = seen.get(name, 0) + 1
        opening.attrSet("id", name if seen[name] == 1 else f"{name}-{seen[name]}")


def _inline_text(tokens: Iterable[Token]) -> str:
    return "".join(" " if token.type in {"softbreak", "hardbreak"} else token.content for token in tokens).strip()
