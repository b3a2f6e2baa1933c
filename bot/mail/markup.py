"""HTML to text with lxml and inscriptis: nothing is run, nothing is fetched; quotations are marked by ">"."""

from typing import Final

from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

HTML_CHARACTERS: Final = 1_000_000
OPENS, CLOSES, CUTS = "\ue010", "\ue011", "\ue012"  # private use: marks that survive the conversion
SIGNS, SIGNED = "\ue013", "\ue014"
_MARKS: Final = str.maketrans("", "", OPENS + CLOSES + CUTS + SIGNS + SIGNED + "\0")

# What a client wraps a quotation in. Gmail, Apple Mail, Thunderbird and ProtonMail use blockquote; Yahoo a classed div.
# A blockquote with "border:none" is what Gmail and Outlook make of "indent more": somebody's own words.
_QUOTES: Final = (
    '//blockquote[not(contains(translate(@style, " ", ""), "border:none")) or @type="cite" or @class or @cite]'
    ' | //div[contains(@class, "yahoo_quoted")] | //div[@name="messageReplySection"]'
)
# What a client marks as a signature: Gmail, Thunderbird, Outlook, Samsung, Spark, ProtonMail, Apple Mail.
_SIGNATURES: Final = (
    '//*[contains(@class, "gmail_signature") or contains(@class, "moz-signature") or @id="Signature"'
    ' or @id="composer_signature" or contains(@class, "outlook-mobile-signature") or @id="ms-outlook-mobile-signature"'
    ' or contains(@class, "ms-outlook-ios-signature") or @name="messageSignatureSection"'
    ' or contains(@class, "protonmail_signature_block") or @id="AppleMailSignature"]'
)
# Where Outlook (web, new desktop, mobile, Mac) begins the mail that is answered; it goes on to the end.
_CUTS: Final = (
    '//*[@id="divRplyFwdMsg" or @id="appendonsend" or @id="mail-editor-reference-message-container"'
    ' or @id="OLK_SRC_BODY_SECTION" or contains(@class, "ms-outlook-mobile-reference-message")]'
)
_HIDDEN: Final = '//*[contains(translate(@style, " ", ""), "display:none") or @hidden]'
_DROPPED: Final = (
    "script",
    "style",
    "head",
    "title",
    "object",
    "embed",
    "iframe",
    "template",
    "svg",
    "noscript",
    "form",
)


def text_of_html(html: str) -> str:
    """The text that a reader would see. Broken HTML gives what can be read of it, never an exception."""
    tree = _parse(html[:HTML_CHARACTERS].translate(_MARKS))
    if tree is None:
        return ""
    _strip(tree)
    _mark(tree)
    try:
        text = Inscriptis(tree, ParserConfig(css=CSS_PROFILES["strict"])).get_text()
    except (RecursionError, ValueError, IndexError, KeyError, AttributeError, TypeError):
        text = "\n".join(str(piece) for piece in tree.itertext())
    return _with_quotes(text)


def _parse(html: str) -> HtmlElement | None:
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        tree = document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    return tree if isinstance(tree, HtmlElement) else None


def _strip(tree: HtmlElement) -> None:
    etree.strip_elements(tree, *_DROPPED, with_tail=False)
    for hidden in _elements(tree, _HIDDEN):
        if hidden.getparent() is not None:
            hidden.drop_tree()


def _elements(tree: HtmlElement, path: str) -> list[HtmlElement]:
    found = tree.xpath(path)
    return [item for item in found if isinstance(item, HtmlElement)] if isinstance(found, list) else []


def _mark(tree: HtmlElement) -> None:
    for quote in _elements(tree, _QUOTES):
        quote.insert(0, _line(OPENS, tail=quote.text))
        quote.text = None
        quote.append(_line(CLOSES))
    for signature in _elements(tree, _SIGNATURES):
        signature.insert(0, _line(SIGNS, tail=signature.text))
        signature.text = None
        signature.append(_line(SIGNED))
    for start in _elements(tree, _CUTS):
        if start.getparent() is not None:
            start.addprevious(_line(CUTS))


def _line(text: str, tail: str | None = None) -> HtmlElement:
    line = HtmlElement(text)
    line.tag = "div"
    line.tail = tail
    return line


def _with_quotes(text: str) -> str:
    """Turn the marks into what fold() reads: ">" before quoted lines, SIGNS before those of a signature."""
    lines, depth, signs = [], 0, 0
    for line in text.split("\n"):
        depth = max(0, depth + line.count(OPENS) - line.count(CLOSES))
        signs = max(0, signs + line.count(SIGNS) - line.count(SIGNED))
        content = line.translate(_MARKS).rstrip()
        if CUTS in line:
            lines.append(CUTS)
        if content.strip() or not any(mark in line for mark in (OPENS, CLOSES, CUTS, SIGNS, SIGNED)):
            lines.append(("> " * depth or SIGNS * bool(signs)) + content)
    return "\n".join(lines)
