"""The index in memory: all that a ranking needs."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final, NamedTuple

import faiss
import numpy as np

from embeddings.analysis import Analysis, Analyzer
from embeddings.bm25 import BM25
from embeddings.context import Context
from embeddings.documents import Document, Field, Units, units_of
from embeddings.encoder import Encoder, Matrix
from embeddings.features import ngrams
from embeddings.fusion import Fusion
from embeddings.lexicon import Lexicon
from embeddings.spelling import SpellingRepair

FORMAT: Final = 5  # raised whenever an index of the old code would be read wrongly by the new
COMMON: Final = 3  # documents whose questions share a word before it counts as rightly spelt
GRAM: Final = (3, 5)  # characters
CHAT: Final = ("abbreviations", "slang")  # whose words of two letters stick to others


@dataclass(frozen=True)
class Meta:
    """What an index was made of. `encoder_name` is "" when the encoder's files stand in the index itself."""

    format: int
    sources: str
    encoder: str
    encoder_name: str
    code: str = ""  # a hash of this library's files: texts that other code has read are read again


class Reading(NamedTuple):
    """How one unit was read, with a space between words: their roots, and they themselves without fillers.

    As text, because a renewal reads thousands of them from the disk and looks at a few.
    """

    roots: str
    words: str

    @property
    def terms(self) -> list[str]:
        """The roots."""
        return self.roots.split(" ") if self.roots else []

    @property
    def content(self) -> list[str]:
        """The words without fillers."""
        return self.words.split(" ") if self.words else []


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
    spelled: Spelled
    encoder: Encoder
    fusion: Fusion
    readings: tuple[Reading, ...] = ()

    def analyzer(self) -> Analyzer:
        """Reads questions: with spelling repair against this corpus."""
        stemmer = self.lexicon.stemmer
        known = self.spelled.known | self.lexicon.words
        spoken = {word for word in known if word.isalpha()}
        # The frequent words of general texts may be right too: "kuat" is no misspelt "kiat".
        seen = frozenset(getattr(self.encoder, "vocabulary", ()))
        chat = (p[0] for p, r in self.lexicon.replacements.items() if r.source in CHAT and len(p) == 1)
        shorts = {"di", "ke", *(word for word in chat if len(word) == len("di"))}
        spelling = SpellingRepair(
            self.spelled.written, lambda w: w in known or stemmer.knows(w), spoken, seen.__contains__, shorts
        )
        return Analyzer(self.lexicon, spelling, Context(self.words))

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
        spelled=spelled(units, readings),
        encoder=encoder,
        fusion=fusion,
        readings=readings,
    )


def read_and_encode(texts: Sequence[str], lexicon: Lexicon, encoder: Encoder) -> tuple[tuple[Reading, ...], Matrix]:
    """Every text's reading, and (texts, dimension) vectors."""
    read = Analyzer(lexicon)
    analyses = [read(text) for text in texts]
    vectors = encoder.passages([text_for(encoder, a) for a in analyses])
    readings = tuple(Reading(" ".join(a.terms), " ".join(a.content)) for a in analyses)
    return readings, np.ascontiguousarray(vectors, np.float32)


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


@dataclass(frozen=True)
class Spelled:
    """How often the articles use each word, and in how many documents' questions each stands.

    Articles are written with care, questions are not: a word of the questions alone counts as right when the questions
    of several documents have it, and is never offered as what was meant.
    """

    written: Mapping[str, int]
    asked: Mapping[str, int]

    @cached_property
    def known(self) -> frozenset[str]:
        """The words of questions that count as right."""
        return frozenset(w for w, documents in self.asked.items() if documents >= COMMON)


def spelled(units: Units, readings: Sequence[Reading], chosen: Iterable[int] | None = None) -> Spelled:
    """The words of all units, or of some that are all of their documents' units."""
    rows = range(len(readings)) if chosen is None else chosen
    fields, documents = units.fields.tolist(), units.documents.tolist()
    written: Counter[str] = Counter()
    asked: dict[int, set[str]] = {}
    for row in rows:
        content = readings[row].content
        if fields[row] in (Field.QUESTION, Field.OUTSIDE):
            # An outside question is of no document: each counts as one of its own.
            asked.setdefault(documents[row] if documents[row] >= 0 else -1 - row, set()).update(content)
        else:
            written.update(w for w in content if w.isalpha())
    return Spelled(written, Counter(w for found in asked.values() for w in found))
