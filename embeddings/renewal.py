"""An index of changed documents, made from the one before: only texts that it does not hold are read and encoded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.bm25 import BM25
from embeddings.documents import Document, Units, units_of
from embeddings.fusion import Fusion
from embeddings.index import (
    Index,
    Reading,
    grams_of,
    read_and_encode,
    spelling_words,
    terms_of_documents,
)


def renewed(
    old: Index, documents: Sequence[Document], *, outside: Sequence[str] = (), fusion: Fusion, sources: str = ""
) -> Index:
    """What `make_index` makes of these documents, with the encoder and the lexicon of `old`, which has its readings."""
    units = units_of(documents, outside)
    origins = origins_of(units, old.units)
    new = np.flatnonzero(origins < 0)
    read, encoded = read_and_encode([units.texts[i] for i in new], old.lexicon, old.encoder)
    readings = tuple(_readings(old.readings, origins, read))
    vectors = faiss.IndexFlatIP(old.vectors.d)
    vectors.add(_vectors(old, origins, encoded))
    vocabulary, known = spelling_words(units, readings)
    return replace(
        old,
        meta=replace(old.meta, sources=sources),
        documents=tuple((d.id, d.title) for d in documents),
        categories=tuple(d.category for d in documents),
        units=units,
        vectors=vectors,
        words=old.words.renewed(origins, {int(i): readings[i].terms for i in new}),
        grams=old.grams.renewed(origins, {int(i): grams_of(readings[i].content) for i in new}),
        wholes=_wholes(old, len(documents), units, origins, readings),
        vocabulary=vocabulary,
        known=known,
        fusion=fusion,
        readings=readings,
    )


def _wholes(old: Index, size: int, units: Units, origins: NDArray[np.int64], readings: Sequence[Reading]) -> BM25:
    """The roots of each document; taken over where its units are those of one old document, no more and no less."""
    owners = np.where(origins >= 0, old.units.documents[origins], -1)
    inside = units.documents >= 0
    lowest, highest = np.full(size, len(old.documents)), np.full(size, -1)
    np.minimum.at(lowest, units.documents[inside], owners[inside])
    np.maximum.at(highest, units.documents[inside], owners[inside])
    had = np.bincount(old.units.documents[old.units.documents >= 0], minlength=len(old.documents))
    has = np.bincount(units.documents[inside], minlength=size)
    same = (lowest == highest) & (highest >= 0) & (had[highest] == has)
    terms = terms_of_documents(np.flatnonzero(~same).tolist(), units, readings)
    return old.wholes.renewed(np.where(same, highest, -1), terms)


def origins_of(units: Units, old: Units) -> NDArray[np.int64]:
    """(units,): for each text the place of an equal one in `old`, each used once; -1 when there is none left."""
    places: dict[str, list[int]] = {}
    for place in range(len(old.texts) - 1, -1, -1):
        places.setdefault(old.texts[place], []).append(place)
    return np.array([left.pop() if (left := places.get(text)) else -1 for text in units.texts], np.int64)


def _readings(old: Sequence[Reading], origins: NDArray[np.int64], read: Sequence[Reading]) -> Iterator[Reading]:
    fresh = iter(read)
    for origin in origins.tolist():
        yield old[origin] if origin >= 0 else next(fresh)


def _vectors(old: Index, origins: NDArray[np.int64], encoded: NDArray[np.float32]) -> NDArray[np.float32]:
    found = np.empty((len(origins), old.vectors.d), np.float32)
    found[origins >= 0] = old.matrix()[origins[origins >= 0]]
    found[origins < 0] = encoded
    return found
