"""Long answers in sections: what is too long to be shown at once, and where a section ends.

What is too long is the same on every channel, so that a talk may move from one to another. It is set by what is read:
the widget on a phone of 360 x 640 shows about 800 characters, and what is a third longer is read faster than a further
message is asked for. (WhatsApp takes 1,024 in a message with buttons, so there the question comes in a message of its
own; Telegram takes 4,096.)
"""

from collections.abc import Iterator
from typing import Final

AT_ONCE: Final = 1100  # characters that are shown without a break
SECTION: Final = 800  # characters of a section, where there must be a break
_HALF: Final = SECTION // 2


def sections(text: str) -> tuple[str, ...]:
    """The text in sections. They end between paragraphs or, where that would leave one half empty, between two steps.

    >>> sections("Singkat saja.")
    ('Singkat saja.',)
    """
    if len(text) <= AT_ONCE:
        return (text,)
    found: list[str] = [""]
    for paragraph in text.split("\n\n"):
        separator = "\n\n"
        for unit in _units(paragraph, whole=len(found[-1]) >= _HALF):
            if found[-1] and len(found[-1]) + len(separator) + len(unit) > SECTION:
                found.append(unit)
            else:
                found[-1] += separator * bool(found[-1]) + unit
            separator = "\n"
    return tuple(found)


def _units(paragraph: str, *, whole: bool) -> Iterator[str]:
    """What is kept together: a paragraph, or its lines; a heading stays with its first step."""
    if whole and len(paragraph) <= SECTION:
        yield paragraph
        return
    first, *rest = paragraph.split("\n")
    yield f"{first}\n{rest[0]}" if rest else first
    yield from rest[1:]
