"""The words of whole documents in their order, for what counts, order and nearness tell: flat arrays, end to end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.analysis import Analyzer, Word
from embeddings.documents import Document

LONGEST: Final = 400  # words of a document; what comes later is left to BM25
SHORTEST_SENTENCE: Final = 4  # words: "dr." or "No." ends none

_END: Final = re.compile(r"[.!?;][\"')\]]*\s|\n")
_YEAR: Final = re.compile(r"1\d{3}|20\d\d")

Numbers = NDArray[np.int64]


class Shape(IntEnum):
    """What a word looks like: names and figures answer who, when and how many."""

    LOWER = 0
    NAME = 1
    CAPITALS = 2
    YEAR = 3
    SMALL = 4  # a number of one or two characters
    NUMBER = 5
    FIRST = 6  # capitalised where any word would be


class Part(NamedTuple):
    """The tokens of some documents, end to end.

    `at` are their places in the stream; `starts` where each document begins among them, `sentences` where each
    sentence does, `first_sentences` the number of each document's first sentence.
    """

    at: Numbers
    starts: Numbers
    lengths: Numbers
    sentences: Numbers
    first_sentences: Numbers


@dataclass(frozen=True)
class WordStream:
    """All documents' words: token t is `words[t]` (a row of `vocabulary`), with its root, its shape, and whether a
    sentence begins there. Document d has the tokens `starts[d]:starts[d + 1]`; each has at least one.
    """

    vocabulary: dict[str, int]
    roots_by_name: dict[str, int]
    words: NDArray[np.int32]
    roots: NDArray[np.int32]
    shapes: NDArray[np.int8]
    begins: NDArray[np.bool_]
    starts: Numbers
    root_of_word: NDArray[np.int32]
    documents_with: NDArray[np.int64]  # by root: how many documents have it

    @classmethod
    def of(cls, documents: Sequence[Document], read: Analyzer) -> Self:
        """Read the documents: titles and questions are sentences before the text."""
        vocabulary: dict[str, int] = {"": 0}
        rows: list[tuple[int, int, bool]] = []
        starts = [0]
        for document in documents:
            found = [t for text in _texts(document) for t in _tokens(text, read)][:LONGEST]
            rows += [(vocabulary.setdefault(w, len(vocabulary)), s, b) for w, s, b in found] or [(0, 0, True)]
            starts.append(len(rows))
        words, shapes, begins = (np.array(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
        roots: dict[str, int] = {}
        root_of_word = np.array([roots.setdefault(r, len(roots)) for r in map(read.lexicon.stemmer.stem, vocabulary)])
        return cls(
            vocabulary,
            roots,
            np.asarray(words, np.int32),
            root_of_word[np.asarray(words, np.int64)].astype(np.int32),
            np.asarray(shapes, np.int8),
            np.asarray(begins, np.bool_),
            np.array(starts, np.int64),
            root_of_word.astype(np.int32),
            _documents_with(root_of_word[np.asarray(words, np.int64)], np.array(starts), len(roots)),
        )

    @cached_property
    def root_names(self) -> tuple[str, ...]:
        """The roots by their numbers."""
        return tuple(self.roots_by_name)

    @property
    def size(self) -> int:
        """How many documents there are."""
        return len(self.starts) - 1

    @property
    def mean_length(self) -> float:
        """Words of a document."""
        return len(self.words) / max(self.size, 1)

    def part(self, documents: Numbers) -> Part:
        """The tokens of some documents."""
        firsts, lengths = self.starts[documents], self.starts[documents + 1] - self.starts[documents]
        starts = np.cumsum(lengths) - lengths
        at = np.repeat(firsts - starts, lengths) + np.arange(int(lengths.sum()))
        begins = self.begins[at].copy()
        begins[starts] = True
        sentences = np.flatnonzero(begins)
        return Part(at, starts, lengths, sentences, np.searchsorted(sentences, starts))


def shape_of(typed: str, *, first: bool) -> Shape:
    """What a word as it is written looks like; `first` says that a sentence begins with it."""
    if typed[:1].isdigit():
        if _YEAR.fullmatch(typed):
            return Shape.YEAR
        return Shape.SMALL if len(typed) <= 2 else Shape.NUMBER
    if typed.isupper() and len(typed) > 1:
        return Shape.CAPITALS
    if typed[:1].isupper():
        return Shape.FIRST if first else Shape.NAME
    return Shape.LOWER


def _texts(document: Document) -> Iterator[str]:
    yield from (t for t in (document.title, *document.questions, document.text) if t.strip())


def _tokens(text: str, read: Analyzer) -> Iterator[tuple[str, int, bool]]:
    """Words as they are read, their shapes, and whether a sentence begins with them."""
    pieces = _pieces(text)
    sentence = 0
    for piece in pieces:
        analysis = read(piece)
        end = 0
        for word in analysis.words:
            first = end == 0 or bool(_END.search(analysis.text[end : word.start]))
            begins = sentence == 0 or (first and sentence >= SHORTEST_SENTENCE)
            sentence = 0 if begins else sentence
            shape = shape_of(word.typed, first=first)
            for number, form in enumerate(word.read):
                yield form, int(shape), begins and number == 0
            sentence += len(word.read)
            end = word.end


def _pieces(text: str) -> Iterator[str]:
    """Long texts by paragraphs, because an analyzer looks at both ends of an overlong one only."""
    waiting = ""
    for paragraph in text.split("\n\n"):
        if waiting and len(waiting) + len(paragraph) > PIECE:
            yield waiting
            waiting = ""
        waiting = f"{waiting}\n\n{paragraph}" if waiting else paragraph
    yield waiting


PIECE: Final = 3_000  # characters


def _documents_with(roots: NDArray[np.int64], starts: Numbers, size: int) -> Numbers:
    owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    pairs = np.unique(owners.astype(np.int64) << 32 | roots)
    return np.bincount(pairs & 0xFFFFFFFF, minlength=size)


def names_in(words: Iterable[Word]) -> frozenset[str]:
    """The words of a question that are written as names: with a capital, but not at its beginning."""
    return frozenset(form for w in list(words)[1:] if w.typed[:1].isupper() for form in w.read)
