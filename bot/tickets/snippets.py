"""The part of a ticket in which most of what was looked for stands: hits marked, personal data masked."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from bot.people.masking import pieces
from bot.tickets.words import WORD, Term, plain

_AROUND: Final = 60  # characters before the first hit
_LENGTH: Final = 220
_CONTEXT: Final = 600  # characters around the first hit that are looked into: more than is shown, so that a number or
# an address at the edge is seen whole before it is cut
_SPACES: Final = re.compile(r"\s+")


class Piece(NamedTuple):
    """A part of a snippet, marked where it is what was looked for."""

    text: str
    marked: bool


class Hit(NamedTuple):
    """A word of a text that was looked for: where it stands, and which word of the query it is."""

    start: int
    end: int
    word: str


class Sought:
    """Finds the words of a query in texts."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._whole = frozenset(word for term in terms for word in term.words)
        self._beginnings = tuple(term.words[-1] for term in terms if term.prefix)
        ways = [f"{word}[^\\W_]*" for word in self._beginnings] + sorted(self._whole, key=len, reverse=True)
        self._ascii = re.compile(rf"(?<![^\W_])(?:{'|'.join(ways)})(?![^\W_])", re.IGNORECASE)

    @property
    def words(self) -> int:
        """How many different words are looked for."""
        return len(self._whole)

    def hits(self, text: str) -> list[Hit]:
        """Where they stand in a text."""
        # Almost all texts are plain letters, and fifty tickets are shown at a time.
        found = self._ascii.finditer(text) if text.isascii() else WORD.finditer(text)
        words = ((match, self._sought(plain(match[0]))) for match in found)
        return [Hit(*match.span(), word) for match, word in words if word]

    def _sought(self, word: str) -> str:
        if word in self._whole:
            return word
        return next((each for each in self._beginnings if word.startswith(each)), "")


def snippet(texts: Iterable[str], terms: Sequence[Term]) -> tuple[Piece, ...]:
    """The part of the first text in which most of what was looked for stands; none when only marks were asked for."""
    if not terms:
        return ()
    sought = Sought(terms)
    most, best, where = 0, "", list[Hit]()
    for text in texts:
        hits = sought.hits(text)
        different = len({hit.word for hit in hits})
        if different > most:
            most, best, where = different, text, hits
        if most == sought.words:
            break
    return _cut(best, where) if where else ()


def _cut(text: str, hits: Sequence[Hit]) -> tuple[Piece, ...]:
    first = max(0, hits[0].start - _CONTEXT)
    last = hits[0].start + _CONTEXT
    near = [Hit(hit.start - first, hit.end - first, hit.word) for hit in hits if hit.end <= last]
    parts = [Piece(_SPACES.sub(" ", part.text), part.marked) for part in _parts(text[first:last], near)]
    before = sum(len(part.text) for part in parts[: _first_marked(parts)])
    start = max(0, before - _AROUND)
    shown = [*_sliced(parts, start, start + _LENGTH)]
    whole = sum(len(part.text) for part in parts)
    more = last < len(text) or start + _LENGTH < whole
    return (*[Piece("… ", False)] * (first + start > 0), *shown, *[Piece(" …", False)] * more)


def _parts(text: str, hits: Sequence[Hit]) -> Iterator[Piece]:
    """A text in order, masked. What is masked is marked as a whole: a hit inside must not show it in halves."""
    at = 0
    for piece in pieces(text):
        end = at + len(piece.text)
        inside = [hit for hit in hits if hit.start < end and hit.end > at]
        if piece.kind:
            yield Piece(piece.masked, bool(inside))
        else:
            yield from _marked(text, at, end, inside)
        at = end


def _marked(text: str, at: int, end: int, hits: Sequence[Hit]) -> Iterator[Piece]:
    for hit in hits:
        start, after = max(hit.start, at), min(hit.end, end)
        if start > at:
            yield Piece(text[at:start], False)
        yield Piece(text[start:after], True)
        at = after
    if at < end:
        yield Piece(text[at:end], False)


def _first_marked(parts: Sequence[Piece]) -> int:
    return next(place for place, part in enumerate(parts) if part.marked)


def _sliced(parts: Sequence[Piece], start: int, end: int) -> Iterator[Piece]:
    at = 0
    for part in parts:
        text = part.text[max(0, start - at) : max(0, end - at)]
        if text:
            yield Piece(text, part.marked)
        at += len(part.text)
