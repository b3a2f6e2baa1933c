"""Messages as bubbles within a channel's limits. Pure: the same messages give the same bubbles."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.channels.port import Bubble, Capabilities, Choice, OutboundFile, Shape
from bot.conversations.models import Message, Sender
from bot.conversations.rules import answers

# Private-use characters mark bold: every platform writes it differently, and none of them is ever typed by a person.
BOLD_ON: Final = "\ue000"
BOLD_OFF: Final = "\ue001"
_MARKS: Final = re.compile(f"[{BOLD_ON}{BOLD_OFF}]")
_ELLIPSIS: Final = "…"
_PARAGRAPH: Final = "\n\n"
_CHOOSE: Final = "Silakan pilih:"  # no platform takes choices without a text


def utf16_units(text: str) -> int:
    """Length as Telegram counts it (Bot API, "MessageEntity": offsets and lengths are in UTF-16 code units)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def code_points(text: str) -> int:
    """Length as WhatsApp counts it (an emoji of several code points counts several times)."""
    return len(text)


@dataclass(frozen=True)
class _Draft:
    """A bubble before it is fitted: cards first, then buttons."""

    text: str
    choices: tuple[Choice, ...] = ()


def render(messages: Sequence[Message], capabilities: Capabilities, home: str) -> list[Bubble]:
    """Return the bubbles of one turn: merged where the channel wants one, split where a text is too long.

    `home` is the site's own address: a card's address is a path of it, which leads nowhere in a messenger.
    """
    drafts = [_draft(message, home.rstrip("/")) for message in messages]
    if capabilities.one_bubble_a_turn:
        drafts = _merged(drafts, capabilities)
    bubbles = [bubble for draft in drafts if draft.text for bubble in _fitted(draft, capabilities)]
    return bubbles + [
        _file(file) for message in messages if message.sender is not Sender.USER for file in message.attachments
    ]


def render_text(text: str, capabilities: Capabilities, choices: Sequence[Choice] = ()) -> list[Bubble]:
    """Return the bubbles of the channel's own words."""
    return list(_fitted(_Draft(unmarked(text), tuple(choices)), capabilities))


def _file(file: Mapping[str, Any]) -> Bubble:
    stored = OutboundFile(str(file["id"]), str(file["name"]), str(file["media_type"]), int(file["size"]))
    return Bubble(unmarked(stored.name), file=stored)


def unmarked(text: str) -> str:
    """The text without the marks of bold."""
    return _MARKS.sub("", text)


def _draft(message: Message, home: str) -> _Draft:
    lines = [_card(number, card, home) for number, card in _counted(message.articles)]
    parts = [unmarked(message.text).strip(), *lines, *_ticket(message)]
    choices = _choices(message)
    text = _PARAGRAPH.join(part for part in parts if part)
    return _Draft(text or (_CHOOSE if choices else ""), choices)


def _card(number: int | None, card: Mapping[str, Any], home: str) -> str:
    place = f"{number}. " if number else ""
    excerpt = f"\n{unmarked(str(card['excerpt']))}" if number and card.get("excerpt") else ""
    return f"{BOLD_ON}{place}{unmarked(str(card['title']))}{BOLD_OFF}{excerpt}\n{home}{card['url']}"


def _ticket(message: Message) -> Iterator[str]:
    # The dialogue's words mostly name the ticket already; a line of our own only when they do not.
    if message.ticket and str(message.ticket["number"]) not in message.text:
        yield f"{BOLD_ON}Tiket {message.ticket['number']}{BOLD_OFF}: {message.ticket['status']}"


def _choices(message: Message) -> tuple[Choice, ...]:
    buttons = tuple(Choice(str(button["title"]), str(button["payload"])) for button in message.buttons)
    if answers(message):
        return buttons  # its link stands in the text
    return (*(_card_choice(number, card) for number, card in _counted(message.articles)), *buttons)


def _counted(cards: Sequence[Mapping[str, Any]]) -> list[tuple[int | None, Mapping[str, Any]]]:
    """The cards with the numbers that the dialogue gave them, else their places; one card alone needs none."""
    return [(card.get("number") or (place if len(cards) > 1 else None), card) for place, card in enumerate(cards, 1)]


def _card_choice(number: int | None, card: Mapping[str, Any]) -> Choice:
    title = unmarked(str(card["title"]))
    place = f"{number}. " if number else ""
    return Choice(f"{place}{title}", str(card["payload"]), unmarked(str(card.get("excerpt") or "")))


def _merged(drafts: Sequence[_Draft], capabilities: Capabilities) -> list[_Draft]:
    merged: list[_Draft] = []
    for draft in drafts:
        joined = _joined(merged[-1], draft) if merged else draft
        if merged and _fits_one(joined, capabilities):
            merged[-1] = joined
        else:
            merged.append(draft)
    return merged


def _joined(one: _Draft, other: _Draft) -> _Draft:
    return _Draft(_PARAGRAPH.join(text for text in (one.text, other.text) if text), (*one.choices, *other.choices))


def _fits_one(draft: _Draft, capabilities: Capabilities) -> bool:
    shape = _shape(draft, capabilities)
    return shape is not Shape.NUMBERED and _length(draft.text, capabilities) <= _room(shape, capabilities)


def _fitted(draft: _Draft, capabilities: Capabilities) -> Iterator[Bubble]:
    shape = _shape(draft, capabilities)
    if shape is Shape.NUMBERED:
        draft = replace(draft, text=draft.text + _PARAGRAPH + _numbered(draft.choices))
    pieces = split(draft.text, capabilities.text_max, capabilities.measure)
    if _length(pieces[-1], capabilities) > _room(shape, capabilities):
        pieces = [*pieces[:-1], *split(pieces[-1], _room(shape, capabilities), capabilities.measure)]
    for piece in pieces[:-1]:
        yield Bubble(piece)
    yield Bubble(pieces[-1], _trimmed(draft.choices, shape, capabilities), shape)


def _shape(draft: _Draft, capabilities: Capabilities) -> Shape:
    """Buttons where all titles fit, else a list, else numbers in the text."""
    if not draft.choices:
        return Shape.PLAIN
    if _buttons_fit(draft, capabilities):
        return Shape.BUTTONS
    return Shape.LIST if len(draft.choices) <= capabilities.rows_max else Shape.NUMBERED


def _buttons_fit(draft: _Draft, capabilities: Capabilities) -> bool:
    titles = [choice.title for choice in draft.choices]
    if len(titles) > capabilities.buttons_max or len(set(titles)) < len(titles):
        return False
    if not capabilities.rows_max:
        return True  # no list to go to instead: long titles are cut
    short = all(capabilities.measure(title) <= capabilities.button_title_max for title in titles)
    return short and _length(draft.text, capabilities) <= capabilities.buttons_text_max


def _room(shape: Shape, capabilities: Capabilities) -> int:
    if shape is Shape.BUTTONS:
        return capabilities.buttons_text_max
    return capabilities.rows_text_max if shape is Shape.LIST else capabilities.text_max


def _length(text: str, capabilities: Capabilities) -> int:
    return capabilities.measure(unmarked(text))


def _numbered(choices: Sequence[Choice]) -> str:
    lines = "\n".join(f"{number}. {choice.title}" for number, choice in enumerate(choices, 1))
    return f"Balas dengan angka:\n{lines}"


def _trimmed(choices: Sequence[Choice], shape: Shape, capabilities: Capabilities) -> tuple[Choice, ...]:
    if shape is Shape.BUTTONS:
        limit = capabilities.button_title_max
        return tuple(replace(choice, title=cut(choice.title, limit, capabilities.measure)) for choice in choices)
    if shape is Shape.LIST:
        return tuple(_row(choice, capabilities) for choice in choices)
    return tuple(choices)


def _row(choice: Choice, capabilities: Capabilities) -> Choice:
    title = cut(choice.title, capabilities.row_title_max, capabilities.measure)
    told = choice.title if title != choice.title else choice.description  # a cut title is told whole below
    return replace(choice, title=title, description=cut(told, capabilities.row_description_max, capabilities.measure))


def cut(text: str, limit: int, measure: Callable[[str], int]) -> str:
    """The text on one line, within `limit`, with an ellipsis where something is missing."""
    line = " ".join(text.split())
    if measure(line) <= limit:
        return line
    while measure(line) > limit - 1:
        line = line[:-1]
    return line.rstrip() + _ELLIPSIS


def split(text: str, limit: int, measure: Callable[[str], int]) -> list[str]:
    """Cut a text into pieces within `limit`: between paragraphs, else lines, else words, else anywhere."""
    pieces = [text]
    for separator in (_PARAGRAPH, "\n", " ", ""):
        pieces = [part for piece in pieces for part in _packed(piece, separator, limit, measure)]
    return [_balanced(piece) for piece in pieces]


def _packed(text: str, separator: str, limit: int, measure: Callable[[str], int]) -> list[str]:
    if measure(unmarked(text)) <= limit:
        return [text]
    packed: list[str] = []
    room = 0
    for part in text.split(separator) if separator else text:
        length = measure(_MARKS.sub("", part))
        if packed and length + len(separator) <= room:
            packed[-1] += separator + part
            room -= length + len(separator)
        else:
            packed.append(part)
            room = limit - length
    return [part for part in packed if part.strip()]


def _balanced(piece: str) -> str:
    """A piece that was cut within bold ends it, or begins it anew."""
    opened, closed = piece.count(BOLD_ON), piece.count(BOLD_OFF)
    return BOLD_ON * (closed - opened) + piece + BOLD_OFF * (opened - closed)
