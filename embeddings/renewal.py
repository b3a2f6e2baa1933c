"""An index of changed documents, made from the one before: only texts that it does not hold are read and encoded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    Spelled,
    grams_of,
    read_and_encode,
    spelled,
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
    same = _unchanged(old, len(documents), units, origins)
    return replace(
        old,
        meta=replace(old.meta, sources=sources),
        documents=tuple((d.id, d.title) for d in documents),
        categories=tuple(d.category for d in documents),
        units=units,
        vectors=vectors,
        words=old.words.renewed(origins, {int(i): readings[i].terms for i in new}),
        grams=old.grams.renewed(origins, {int(i): grams_of(readings[i].content) for i in new}),
        wholes=_wholes(old, units, same, readings),
        spelled=_spelled(old, units, readings, same),
        fusion=fusion,
        readings=readings,
    )


def _unchanged(old: Index, size: int, units: Units, origins: NDArray[np.int64]) -> NDArray[np.int64]:
    """(documents,): the old document whose units are those of each, no more and no less; -1 where there is none."""
    owners = np.where(origins >= 0, old.units.documents[origins], -1)
    inside = units.documents >= 0
    lowest, highest = np.full(size, len(old.documents)), np.full(size, -1)
    np.minimum.at(lowest, units.documents[inside], owners[inside])
    np.maximum.at(highest, units.documents[inside], owners[inside])
    had = np.bincount(old.units.documents[old.units.documents >= 0], minlength=len(old.documents))
    has = np.bincount(units.documents[inside], minlength=size)
    same = (lowest == highest) & (highest >= 0) & (had[highest] == has)
    return np.where(same, highest, -1)


def _wholes(old: Index, units: Units, same: NDArray[np.int64], readings: Sequence[Reading]) -> BM25:
    """The roots of each document; taken over from the unchanged."""
    return old.wholes.renewed(same, terms_of_documents(np.flatnonzero(same < 0).tolist(), units, readings))


def _spelled(old: Index, units: Units, readings: Sequence[Reading], same: NDArray[np.int64]) -> Spelled:
    """The words of all: less those of documents that are no more as they were, and with those of the new."""
    kept = np.zeros(len(old.documents) + 1, bool)  # the last is for what belongs to no document, and is read anew
    kept[same[same >= 0]] = True
    gone = spelled(old.units, old.readings, np.flatnonzero(~kept[old.units.documents]).tolist())
    new = np.append(same < 0, True)[units.documents]
    more = spelled(units, readings, np.flatnonzero(new).tolist())
    return Spelled(
        _changed(old.spelled.written, gone.written, more.written), _changed(old.spelled.asked, gone.asked, more.asked)
    )


def _changed(counts: Mapping[str, int], less: Mapping[str, int], more: Mapping[str, int]) -> Mapping[str, int]:
    found = dict(counts)
    for word in (*less, *more):
        found[word] = counts.get(word, 0) - less.get(word, 0) + more.get(word, 0)
    return {word: count for word, count in found.items() if count}


def origins_of(units: Units, old: Units) -> NDArray[np.int64]:
    """(units,): for each text the place of an equal one in `old`, each used once; -1 when there is none left."""
    first: dict[str, int] = {}
    following = [-1] * len(old.texts)
    for place in range(len(old.texts) - 1, -1, -1):
        following[place] = first.get(old.texts[place], -1)
        first[old.texts[place]] = place
    found = np.full(len(units.texts), -1, np.int64)
    for at, text in enumerate(units.texts):
        if (place := first.get(text, -1)) >= 0:
            found[at], first[text] = place, following[place]
    return found


def _readings(old: Sequence[Reading], origins: NDArray[np.int64], read: Sequence[Reading]) -> Iterator[Reading]:
    fresh = iter(read)
    for origin in origins.tolist():
        yield old[origin] if origin >= 0 else next(fresh)


def _vectors(old: Index, origins: NDArray[np.int64], encoded: NDArray[np.float32]) -> NDArray[np.float32]:
    found = np.empty((len(origins), old.vectors.d), np.float32)
    found[origins >= 0] = old.matrix()[origins[origins >= 0]]
    found[origins < 0] = encoded
    return found
