"""What a second look at a document tells: which words of the question it has, how near each other, and where.

Every figure is about 0 to 1, a question's words weighted by their idf in the collection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.analysis import Analysis, Analyzer
from embeddings.encoder import Matrix
from embeddings.translation import BoundTranslations, Translations
from embeddings.wordstream import Numbers, Part, WordStream, names_in
from embeddings.wordvectors import WordVectors

MOST_WORDS: Final = 24  # of a question
HEAD: Final = 10  # first words of a document: mostly what it is about
WINDOWS: Final = (8, 24)  # words
GAPS: Final = (1, 2)  # from a word to the next one of the question
SAME_ROOT: Final = 0.97  # a shade less than the very word
SATURATIONS: Final = ((0.9, 0.4), (1.6, 0.9))  # k1 and b of BM25

SIGNALS: Final = (
    "exact", "root", "soft", "soft3", "root.flat", "soft.flat", "root.known", "missing", "missing.soft",
    "rarest", "second", "sentence.root", "sentence.soft", "sentence.soft3", "first.root", "first.soft", "two.root",
    "head.root", "head.soft", "window.8", "window.24", "bigrams", "bm25.low", "bm25.high", "often", "length",
    "best.place", "names", "names.missing", "numbers", "numbers.missing",
    "asked.sentence", "asked.first", "asked.whole", "asked.words", "asked.sum",
)  # fmt: skip


@dataclass(frozen=True)
class Weighed:
    """A question's different words, and what each weighs: its idf, and its share of the whole."""

    words: tuple[str, ...]
    roots: Numbers  # -1 where no document has the root
    idf: Matrix
    names: NDArray[np.bool_]
    numbers: NDArray[np.bool_]

    @cached_property
    def shares(self) -> Matrix:
        """(words,): sum to one."""
        found: Matrix = self.idf / max(float(self.idf.sum()), 1e-6)
        return found

    @property
    def known(self) -> NDArray[np.bool_]:
        """(words,): which some document has."""
        return self.roots >= 0

    @property
    def unknown_share(self) -> float:
        """What part of the weight is in words that no document has."""
        return float(self.shares[~self.known].sum())


@dataclass(frozen=True)
class _Found:
    """(words, tokens): which of the documents' words are the question's, by word, by root, and by company."""

    exact: Matrix
    root: Matrix
    soft: Matrix


class SignalFinder:
    """Fills signals for one collection."""

    def __init__(self, stream: WordStream, read: Analyzer, vectors: WordVectors, translations: Translations) -> None:
        self.stream = stream
        self._stemmer = read.lexicon.stemmer
        self._vectors = vectors
        self._translations: BoundTranslations = translations.bound(stream)
        self._rows = vectors.numbers(stream.vocabulary)

    def weigh(self, analysis: Analysis) -> Weighed:
        """What the words of a question weigh in this collection."""
        stream, names = self.stream, names_in(analysis.words)
        words = tuple(dict.fromkeys(analysis.content))[:MOST_WORDS]
        stems = [stream.roots_by_name.get(self._stemmer.stem(w), -1) for w in words]
        roots = np.array(stems, np.int64)
        having = np.where(roots >= 0, stream.documents_with[roots], 0)
        idf = np.log1p((stream.size - having + 0.5) / (having + 0.5))
        idf = np.where(having > 0, idf, np.log1p(stream.size / 1.5)).astype(np.float32)
        named, counted = [w in names for w in words], [w[:1].isdigit() for w in words]
        return Weighed(words, roots, idf, np.array(named, np.bool_), np.array(counted, np.bool_))

    def __call__(self, asked: Weighed, documents: Numbers) -> Matrix:
        """(documents, SIGNALS)."""
        part = self.stream.part(documents)
        found = self._found(asked, part)
        columns = (
            *_coverage(asked, part, found),
            *_sentences(asked, part, found),
            *_nearness(asked, part, found),
            *_counts(asked, part, found, self.stream.mean_length),
            *_kinds(asked, part, found),
        )
        told = self._translations.evidence(self.stream, part, asked.words)
        return np.concatenate([np.stack(columns, axis=1), told], axis=1).astype(np.float32)

    def _found(self, asked: Weighed, part: Part) -> _Found:
        words, places = np.unique(self.stream.words[part.at], return_inverse=True)
        numbers = np.array([self.stream.vocabulary.get(w, -1) for w in asked.words], np.int64)
        exact = numbers[:, None] == words
        root = exact | ((asked.roots[:, None] == self.stream.root_of_word[words]) & asked.known[:, None])
        likeness = self._vectors.likeness(self._vectors.numbers(asked.words), self._rows[words])
        soft = np.maximum(np.where(root, np.float32(SAME_ROOT), likeness), exact)
        return _Found(*(m[:, places].astype(np.float32) for m in (exact, root, soft)))


def _best(found: Matrix, starts: Numbers) -> Matrix:
    """(words, spans): the best of each span's tokens."""
    best: Matrix = np.maximum.reduceat(found, starts, axis=1)
    return best


def _coverage(asked: Weighed, part: Part, found: _Found) -> Sequence[Matrix]:
    """What share of the question a document has anywhere, and the heaviest word that it lacks."""
    exact, root, soft = (_best(m, part.starts) for m in (found.exact, found.root, found.soft))
    known = asked.shares * asked.known
    heavy = (asked.idf * asked.known / max(float(asked.idf.max(initial=0)), 1e-6))[:, None]
    rarest = np.argsort(-asked.idf * asked.known, kind="stable")
    return (
        asked.shares @ exact, asked.shares @ root, asked.shares @ soft, asked.shares @ soft**3,
        root.mean(axis=0), soft.mean(axis=0), known @ root / max(float(known.sum()), 1e-6),
        (heavy * (1 - root)).max(axis=0), (heavy * (1 - soft)).max(axis=0),
        root[rarest[0]], root[rarest[min(1, len(rarest) - 1)]],
    )  # fmt: skip


def _sentences(asked: Weighed, part: Part, found: _Found) -> Sequence[Matrix]:
    """The same of its best sentence, its first one, its best two neighbours, and its first words."""
    root, soft = _best(found.root, part.sentences), _best(found.soft, part.sentences)
    first = part.first_sentences
    by_root, by_soft = asked.shares @ root, asked.shares @ soft
    owners = np.repeat(np.arange(len(first)), np.diff([*first, len(by_root)]))
    after = np.minimum(np.arange(len(by_root)) + 1, len(by_root) - 1)
    two = asked.shares @ np.maximum(root, root[:, after] * (owners[after] == owners))
    head = np.arange(len(part.at)) - np.repeat(part.starts, part.lengths) < HEAD
    over = np.maximum.reduceat
    return (
        over(by_root, first), over(by_soft, first), over(asked.shares @ soft**3, first),
        by_root[first], by_soft[first], over(two, first),
        asked.shares @ _best(found.root * head, part.starts), asked.shares @ _best(found.soft * head, part.starts),
    )  # fmt: skip


def _nearness(asked: Weighed, part: Part, found: _Found) -> Sequence[Matrix]:
    """The best window of so many words, and how many neighbours of the question are neighbours here."""
    ends = np.repeat(part.starts + part.lengths, part.lengths)
    summed = np.concatenate([np.zeros((len(asked.words), 1), np.float32), np.cumsum(found.root, axis=1)], axis=1)
    windows = []
    for size in WINDOWS:
        last = np.minimum(np.arange(len(part.at)) + size, ends)
        windows.append(np.maximum.reduceat(asked.shares @ (summed[:, last] > summed[:, :-1]), part.starts))
    return (*windows, _bigrams(asked, part, found))


def _bigrams(asked: Weighed, part: Part, found: _Found) -> Matrix:
    owners = np.repeat(np.arange(len(part.starts)), part.lengths)
    total, whole = np.zeros(len(part.starts), np.float32), 0.0
    for one, other in pairwise(range(len(asked.words))):
        met = np.zeros(len(part.at), np.bool_)
        for gap in GAPS:
            both = (found.root[one, :-gap] > 0) & (found.root[other, gap:] > 0)
            met[:-gap] |= both & (owners[:-gap] == owners[gap:])
        weight = float(asked.shares[one] + asked.shares[other])
        total += weight * np.maximum.reduceat(met, part.starts)
        whole += weight
    return total / np.float32(max(whole, 1e-6))


def _counts(asked: Weighed, part: Part, found: _Found, usual: float) -> Sequence[Matrix]:
    """How often the words stand there, held against its length; and that length."""
    often = np.add.reduceat(found.root, part.starts, axis=1)
    lengths = (part.lengths / usual).astype(np.float32)
    bm25: list[Matrix] = [
        asked.shares @ (often * (k1 + 1) / (often + k1 * (1 - b + b * lengths))) for k1, b in SATURATIONS
    ]
    by_sentence = asked.shares @ _best(found.root, part.sentences)
    return (*bm25, asked.shares @ np.log1p(often), np.log(lengths), _place_of_best(by_sentence, part.first_sentences))


def _place_of_best(by_sentence: Matrix, first: Numbers) -> Matrix:
    """The number of the best sentence, from 0 for the first to 1 for the sixth and later ones."""
    lengths = np.diff([*first, len(by_sentence)])
    best = np.repeat(np.maximum.reduceat(by_sentence, first), lengths)
    places = np.arange(len(by_sentence)) - np.repeat(first, lengths)
    found = np.minimum.reduceat(np.where(by_sentence >= best - 1e-6, places, 5), first) / 5
    return np.minimum(found, 1).astype(np.float32)


def _kinds(asked: Weighed, part: Part, found: _Found) -> Sequence[Matrix]:
    """What share of the names and numbers that are asked for a document has, and how much it lacks of them."""
    root = _best(found.root, part.starts)
    names, numbers = asked.shares * asked.names, asked.shares * asked.numbers
    return (
        names @ root / max(float(names.sum()), 1e-6), names @ (1 - root),
        numbers @ root, numbers @ (1 - root),
    )  # fmt: skip
