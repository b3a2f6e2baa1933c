"""The index in memory: all that a ranking needs."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import faiss
import numpy as np

from embeddings.analysis import Analysis, Analyzer
from embeddings.bm25 import BM25
from embeddings.documents import Document, Field, Units, units_of
from embeddings.encoder import Encoder, Matrix
from embeddings.features import ngrams
from embeddings.fusion import Fusion
from embeddings.lexicon import Lexicon
from embeddings.spelling import SpellingRepair

FORMAT: Final = 4  # raised whenever an index of the old code would be read wrongly by the new
COMMON: Final = 3  # documents whose questions share a word before it counts as rightly spelt
GRAM: Final = (3, 5)  # characters


@dataclass(frozen=True)
class Meta:
    """What an index was made of. `encoder_name` is "" when the encoder's files stand in the index itself."""

    format: int
    sources: str
    encoder: str
    encoder_name: str
    code: str = ""  # a hash of this library's files: texts that other code has read are read again


@dataclass(frozen=True)
class Reading:
    """How one unit was read: the words' roots, and the words without fillers."""

    terms: tuple[str, ...]
    content: tuple[str, ...]


@dataclass(frozen=True)
class Index:
    """An index in memory; nothing in it changes once it is made.

    `readings` are those of the units, which only a renewal needs: an index that serves is opened without.
    """

    meta: Meta
    documents: tuple[tuple[int | str, str], ...]  # id and title
    categories: tuple[str, ...]  # of each document; "" for none
    units: Units
    vectors: faiss.IndexFlatIP
    words: BM25
    grams: BM25
    wholes: BM25  # over documents: which terms each has at all
    lexicon: Lexicon
    vocabulary: Mapping[str, int]
    known: frozenset[str]
    encoder: Encoder
    fusion: Fusion
    readings: tuple[Reading, ...] = ()

    def analyzer(self) -> Analyzer:
        """Reads questions: with spelling repair against this corpus."""
        stemmer = self.lexicon.stemmer
        # The frequent words of general texts are right too: "kuat" is no misspelt "kiat".
        known = self.known | self.lexicon.words | frozenset(getattr(self.encoder, "vocabulary", ()))
        spoken = {word for word in self.known | self.lexicon.words if word.isalpha()}
        return Analyzer(self.lexicon, SpellingRepair(self.vocabulary, lambda w: w in known or stemmer.knows(w), spoken))

    def matrix(self) -> Matrix:
        """(units, dimension): the vectors as FAISS stores them, not copied."""
        size = self.vectors.ntotal * self.vectors.d
        flat: Matrix = faiss.rev_swig_ptr(self.vectors.get_xb(), size)
        return flat.reshape(self.vectors.ntotal, self.vectors.d)


def make_index(
    documents: Sequence[Document],
    *,
    outside: Sequence[str] = (),
    encoder: Encoder,
    lexicon: Lexicon,
    fusion: Fusion,
    sources: str = "",
    encoder_name: str = "",
) -> Index:
    """An index in memory of any documents; `outside` are questions that none of them answers."""
    units = units_of(documents, outside)
    readings, vectors = read_and_encode(units.texts, lexicon, encoder)
    flat = faiss.IndexFlatIP(encoder.dimension)
    flat.add(vectors)
    vocabulary, known = spelling_words(units, readings)
    return Index(
        meta=Meta(FORMAT, sources, encoder.fingerprint, encoder_name, code_hash()),
        documents=tuple((d.id, d.title) for d in documents),
        categories=tuple(d.category for d in documents),
        units=units,
        vectors=flat,
        words=BM25.build(r.terms for r in readings),
        grams=BM25.build(grams_of(r.content) for r in readings),
        wholes=wholes_of(len(documents), units, readings),
        lexicon=lexicon,
        vocabulary=vocabulary,
        known=known,
        encoder=encoder,
        fusion=fusion,
        readings=readings,
    )


def read_and_encode(texts: Sequence[str], lexicon: Lexicon, encoder: Encoder) -> tuple[tuple[Reading, ...], Matrix]:
    """Every text's reading, and (texts, dimension) vectors."""
    read = Analyzer(lexicon)
    analyses = [read(text) for text in texts]
    vectors = encoder.passages([text_for(encoder, a) for a in analyses])
    return tuple(Reading(a.terms, a.content) for a in analyses), np.ascontiguousarray(vectors, np.float32)


@cache
def code_hash() -> str:
    """SHA-256 (hex) over this library's own files."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def wholes_of(size: int, units: Units, readings: Sequence[Reading]) -> BM25:
    """Which roots each document has at all, wherever they stand."""
    return BM25.build(terms_of_documents(range(size), units, readings).values(), k1=0)


def terms_of_documents(
    documents: Iterable[int], units: Units, readings: Sequence[Reading]
) -> Mapping[int, Sequence[str]]:
    """The roots of some documents, each once."""
    terms: dict[int, set[str]] = {document: set() for document in documents}
    for document, reading in zip(units.documents.tolist(), readings, strict=True):
        if document in terms:
            terms[document].update(reading.terms)
    return {document: sorted(found) for document, found in terms.items()}


def text_for(encoder: Encoder, analysis: Analysis) -> str:
    """What an encoder is given of an analysed text."""
    return " ".join(analysis.content) if encoder.reads == "content" else analysis.understood or analysis.text


def grams_of(words: Sequence[str]) -> list[str]:
    """The character n-grams of all words, as often as they occur."""
    return [g for w in words for g in ngrams(w, *GRAM)]


def spelling_words(units: Units, readings: Sequence[Reading]) -> tuple[dict[str, int], frozenset[str]]:
    """Words that a misspelt one may have meant, with their counts; and words known to be right.

    Articles are written with care, questions are not: a word of the questions alone counts as right when the questions
    of several documents have it, and is never offered as what was meant.
    """
    written: Counter[str] = Counter()
    asked: dict[str, set[int]] = {}
    rows = zip(units.fields.tolist(), units.documents.tolist(), readings, strict=True)
    for row, (field, document, reading) in enumerate(rows):
        if field not in (Field.QUESTION, Field.OUTSIDE):
            written.update(w for w in reading.content if w.isalpha())
            continue
        for word in reading.content:
            asked.setdefault(word, set()).add(document if document >= 0 else -row)
    return dict(written), frozenset(w for w, owners in asked.items() if len(owners) >= COMMON)
