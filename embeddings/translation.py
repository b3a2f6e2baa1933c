"""Which words of a question are answered by which words of a text: "kapan" by a year, "luas" by "persegi".

A translation model from texts to questions, as in Xue, Jeon and Croft, "Retrieval Models for Question and Answer
Archives" (2008).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Matrix
from embeddings.wordstream import Part, Shape, WordStream

ROUNDS: Final = 6  # of expectation and maximisation
LEAST_ASKED: Final = 12  # questions that must have a word
LEAST_SAID: Final = 6  # answers that must have one
RARE: Final = 1.0  # added to how often an answer's word was met, so that rare ones promise little
BACKGROUND: Final = 0.1
NOTHING: Final = ""  # the word that stands for what no word of the text explains
SHAPES: Final[dict[Shape, str]] = {shape: f"#{shape.name.lower()}" for shape in Shape if shape is not Shape.LOWER}

Answered = tuple[Sequence[str], Sequence[str]]  # a question's words; the roots and shapes of what answers it


@dataclass(frozen=True)
class Translations:
    """`table[q, s]`: the probability that an answer's root or shape s gives rise to the question's word q.

    `usual` is how often each question's word is asked at all.
    """

    asked: dict[str, int]
    said: dict[str, int]
    table: Matrix
    usual: Matrix

    def bound(self, stream: WordStream) -> BoundTranslations:
        """For the words of one collection."""
        roots = np.array([self.said.get(root, 0) if root else 0 for root in stream.roots_by_name], np.int64)
        shapes = np.zeros(len(Shape), np.int64)
        for shape, name in SHAPES.items():
            shapes[shape] = self.said.get(name, 0)
        return BoundTranslations(self, roots, shapes)


@dataclass(frozen=True)
class BoundTranslations:
    """The same by a collection's numbers of roots and shapes; 0 where there is none."""

    translations: Translations
    roots: NDArray[np.int64]
    shapes: NDArray[np.int64]

    def evidence(self, stream: WordStream, part: Part, content: Sequence[str]) -> Matrix:
        """(documents, 5): logs of how much likelier than usual the question is, given a document.

        By its best sentence, its first sentence, the whole, each word's own best sentence, and the best sentence's sum.
        """
        known = self.translations
        rows = [known.asked[w] for w in dict.fromkeys(content) if w in known.asked]
        if not rows:
            return np.zeros((len(part.starts), 5), np.float32)
        by_sentence = self._likelihood(stream, part, rows, part.sentences)
        whole = self._likelihood(stream, part, rows, part.starts)
        first = part.first_sentences
        columns = (
            np.maximum.reduceat(by_sentence.mean(axis=0), first),
            by_sentence.sum(axis=0)[first],
            whole.mean(axis=0),
            np.maximum.reduceat(by_sentence, first, axis=1).sum(axis=0) / 4,
            np.maximum.reduceat(by_sentence.sum(axis=0), first) / 4,
        )
        return np.stack(columns, axis=1).astype(np.float32)

    def _likelihood(self, stream: WordStream, part: Part, rows: Sequence[int], starts: NDArray[np.int64]) -> Matrix:
        """(question's words, spans): the log of how much likelier than usual each word is, given a span."""
        roots, shapes = self.roots[stream.roots[part.at]], self.shapes[stream.shapes[part.at]]
        table, usual = self.translations.table[rows], self.translations.usual[rows][:, None]
        told = np.where(roots > 0, table[:, roots], 0) + np.where(shapes > 0, table[:, shapes], 0)
        counted = (roots > 0).astype(np.float32) + (shapes > 0)
        mean = (np.add.reduceat(told, starts, axis=1) + table[:, :1]) / (np.add.reduceat(counted, starts) + 1)
        found: Matrix = np.log((mean + BACKGROUND * usual) / ((1 + BACKGROUND) * usual))
        return found


def learn_translations(pairs: Sequence[Answered]) -> Translations:
    """IBM's first model (Brown et al. 1993) over questions and what answers them."""
    counts = Counter(word for question, _ in pairs for word in set(question))
    met = Counter(word for _, answer in pairs for word in set(answer))
    asked = {w: row for row, w in enumerate(sorted(w for w, n in counts.items() if n >= LEAST_ASKED))}
    said = {w: row for row, w in enumerate([NOTHING, *sorted(w for w, n in met.items() if n >= LEAST_SAID)])}
    table = _expected(pairs, asked, said)
    words = sum(len(question) for question, _ in pairs)
    return Translations(asked, said, table, np.array([counts[w] / max(words, 1) for w in asked], np.float32))


def _expected(pairs: Sequence[Answered], asked: dict[str, int], said: dict[str, int]) -> Matrix:
    cells, groups = _cells(pairs, asked, said)
    keys, places = np.unique(cells, return_inverse=True)
    answers = keys % len(said)
    chances = np.full(len(keys), 1 / max(len(asked), 1))
    for _ in range(ROUNDS):
        now = chances[places]
        shares = now / np.bincount(groups, now)[groups]
        expected = np.bincount(places, shares, minlength=len(keys))
        chances = expected / (np.bincount(answers, expected, minlength=len(said))[answers] + RARE)
    table = np.zeros(len(asked) * len(said), np.float32)
    table[keys] = chances
    return table.reshape(len(asked), len(said))


def _cells(
    pairs: Sequence[Answered], asked: dict[str, int], said: dict[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every word of a question with every word of its answer as one number, and which question's word it is of."""
    cells: list[NDArray[np.int64]] = []
    for question, answer in pairs:
        heard = np.array([0, *(said[w] for w in answer if w in said)], np.int64)
        cells += [asked[w] * len(said) + heard for w in dict.fromkeys(question) if w in asked]
    lengths = [len(c) for c in cells]
    return np.concatenate([np.empty(0, np.int64), *cells]), np.repeat(np.arange(len(cells)), lengths)
